/* gl-frames: reads pictures, passes a stream on with the pictures as records in
 * it. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frames/album.h"
#include "frames/cameras.h"
#include "base/buf.h"
#include "base/fd.h"
#include "base/json.h"
#include "frames/geometry.h"
#include "frames/listener.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/opt.h"
#include "base/path.h"
#include "loop/output.h"
#include "picture/pixels.h"
#include "frames/shutter.h"
#include "frames/speech.h"
#include "stream/mono.h"
#include "stream/stream.h"
#include "base/words.h"

enum {
	OUT_HOLD = 4 << 20,		/* with more queued nothing is read */
	OUT_MAX = OUT_HOLD + STREAM_WINDOW_MAX,
	OUT_PICTURE = 16 << 10,		/* with more queued a picture waits */
	IMAGE_MAX = 7 << 20,		/* what the service accepts */
	TOKENS = 258,			/* the cost of a picture */
	LEAVE_MS = 1500,		/* after a signal */
	COMMAND_MS = 10000,
	TURN_AUTO = 4			/* quarters are 0 to 3 */
};

struct frames {
	struct loop *loop;
	struct source *watch;
	struct output *out;
	struct listener *main, *side;	/* the stream passed on; --watch */
	struct shutter *shutter;
	struct speech *speech;

	struct shutter_opts opts;
	struct camera_opts camera;
	int turn;			/* of --rotate */
	struct pixels raw;
	const char *pictures, *side_path, *echo;
	struct album *album;
	const char *paths[SUPPLY_PATHS];
	char **command;
	bool bare;			/* JPEGs only, no records */
	bool list;

	bool away;			/* what the streams said last */
	bool told;			/* speech has records of its own */
	bool stopping;
	struct buf head;
	uint64_t bytes;
	int code, signals;
	struct timer bye;
};

static void
stop(struct frames *f, int code)
{
	if (code != CODE_OK)
		f->code = code;
	f->stopping = true;
	shutter_stop(f->shutter);
	loop_soon(f->loop);
}

static void
out_broken(void *arg, int error)
{
	struct frames *f = arg;

	if (error != 0) {
		errno = error;
		log_error("standard output:");
	}
	stop(f, error != 0 ? CODE_IO : CODE_OK);
}

static bool
room(void *arg)
{
	struct frames *f = arg;

	return output_queued(f->out) <= OUT_PICTURE;
}

static void
send_picture(void *arg, const struct shot_made *m, int64_t t, double changed)
{
	struct frames *f = arg;
	unsigned long number = shutter_counts(f->shutter).sent;

	f->bytes += m->n;
	buf_clear(&f->head);
	if (!f->bare) {
		stream_head(&f->head, "image");
		stream_str(&f->head, "mime", m->mime);
		stream_int(&f->head, "width", m->width);
		stream_int(&f->head, "height", m->height);
		stream_int(&f->head, "t", t);
		stream_tail(&f->head, m->n);
	}
	output_add(f->out, f->head.data, f->head.len, m->p, m->n);
	if (f->album != NULL && album_add(f->album, m->mime, m->p, m->n, t) ==
	    -1) {
		log_error("%s:", album_path(f->album));
		f->code = CODE_IO;
		album_close(f->album);
		f->album = NULL;	/* reported once */
	}
	log_info(2, "picture %lu at %" PRId64 " ms: %dx%d, %zu bytes, "
	    "%.1f %% new%s", number, t, m->width, m->height, m->n, changed,
	    m->quality == 0 ? ", untouched" : "");
}

static void
trouble(void *arg, int code, const char *text)
{
	(void)arg;
	if (code == CODE_OK)
		log_warn("%s", text);
	else
		log_error("%s", text);
}

static void
pictures_ended(void *arg, int code, const char *text)
{
	struct frames *f = arg;

	if (code != CODE_OK)
		f->code = code;
	if (code != CODE_OK && text != NULL)
		log_error("%s", text);
}

static const struct shutter_ops shutter_ops = {
	room, send_picture, { trouble, pictures_ended }
};

static void
check_end(struct frames *f)
{
	bool over = shutter_over(f->shutter, (f->side != NULL &&
	    !listener_ended(f->side)) || (f->main != NULL &&
	    !listener_ended(f->main)));

	/* with a stream to pass on, its end is the end, except for pictures
	 * from files: they belong to what was said */
	if (!f->stopping && !shutter_looking(f->shutter) &&
	    (f->main == NULL ? over : listener_ended(f->main) &&
	    (over || !shutter_finite(f->shutter) ||
	    !shutter_allowed(f->shutter))))
		stop(f, CODE_OK);
	if (f->stopping && !shutter_busy(f->shutter) && output_idle(f->out))
		loop_stop(f->loop, f->code);
}

static int
watch(void *arg, struct pollfd *pfd, int n)
{
	(void)pfd;
	(void)n;
	check_end(arg);
	return 0;
}

static const struct source_ops watch_ops = { watch, NULL };

/* Events of the streams. */

static void
set_away(void *arg, bool away)
{
	struct frames *f = arg;

	if (away != f->away)
		log_info(1, away ? "the session is away: no pictures" :
		    "the session is back");
	f->away = away;
	shutter_away(f->shutter, away);
}

static void
speaking(void *arg, bool start)
{
	struct frames *f = arg;

	f->told = true;
	shutter_speaking(f->shutter, start);
}

/* Detects speech in the user's sound unless records report speech. */
static void
hear(void *arg, const struct record *r)
{
	struct frames *f = arg;
	struct mono_form form;

	(void)mono_form(&form, r, 16000);
	if (!f->opts.on_speech || f->told ||
	    json_get(r->head, "turn") != NULL ||
	    strcmp(json_get_str(r->head, "role", "user"), "user") != 0 ||
	    form.rate == 0)
		return;
	shutter_speaking(f->shutter, speech_audio(f->speech, form.rate,
	    form.channels, r->payload, r->payload_len));
}

/* A file's first picture goes out before what is said about it. */
static bool
main_waits(void *arg)
{
	struct frames *f = arg;

	return f->stopping || output_queued(f->out) > OUT_HOLD ||
	    shutter_first(f->shutter);
}

static void
main_over(void *arg, int code, const char *why)
{
	struct frames *f = arg;

	if (why != NULL)
		log_error("%s", why);
	if (code != CODE_OK)
		f->code = code;
}

static void
side_over(void *arg, int code, const char *why)
{
	main_over(arg, code, why);
	set_away(arg, false);		/* no stream reports it any more */
}

static void
lost(void *arg, const char *why)
{
	(void)arg;
	log_warn("%s", why);
}

static const struct listener_ops main_ops = {
	main_waits, set_away, speaking, hear, lost, main_over
};
static const struct listener_ops side_ops = {
	NULL, set_away, speaking, hear, lost, side_over
};

static const struct output_ops out_ops = { NULL, out_broken };

/* Leaves though the reader has not taken everything. */
static void
leave(void *arg)
{
	struct frames *f = arg;

	loop_stop(f->loop, f->code);
}

static void
on_signal(void *arg, int signo)
{
	struct frames *f = arg;

	if (f->signals++ > 0) {
		shutter_kill(f->shutter);
		_exit(CODE_SIGNAL + signo);
	}
	f->bye.fire = leave;
	f->bye.arg = f;
	loop_timer(f->loop, &f->bye, loop_now(f->loop) + LEAVE_MS);
	stop(f, CODE_SIGNAL + signo);
}

/* Reports what was seen, sent and saved, if requested or if something was
 * saved. */
static void
report(const struct frames *f)
{
	struct shutter_counts n = shutter_counts(f->shutter);
	int level = f->opts.how.changed > 0 && n.same > 0 ? 0 : 1;

	log_info(level, "%lu pictures came, %lu sent (%" PRIu64 " bytes), %lu "
	    "left out without news: about %lu tokens saved", n.came, n.sent,
	    f->bytes, n.same, n.same * TOKENS);
	if (n.bad > 0)
		log_info(1, "%lu damaged or not usable", n.bad);
	if (n.missed > 0)
		log_info(1, "%lu not sent while the session was away or nobody "
		    "spoke", n.missed);
	if (n.lost + n.damaged > 0)
		log_info(1, "the camera lost %lu frames and damaged %lu",
		    n.lost, n.damaged);
}

static void
print_line(void *arg, const char *text)
{
	(void)arg;
	puts(text);
}

static int
list_cameras(void)
{
	int n = cameras_list(print_line, NULL);

	if (fflush(stdout) != 0)
		log_die(CODE_IO, "standard output:");
	if (n == 0)
		log_warn("no camera here (/dev/video0 to /dev/video63)");
	return n > 0 ? CODE_OK : CODE_NOINPUT;
}

/* Refuses a second source of pictures. */
static int
once(void *to, const char *text, char *why, size_t size)
{
	const char **path = to;

	if (*path == NULL) {
		*path = text;
		return CODE_OK;
	}
	snprintf(why, size, "given twice: there is one source of pictures");
	return CODE_USAGE;
}

static int
set_command(void *arg, const char *text, char *why, size_t size)
{
	struct frames *f = arg;
	const char *before = f->command != NULL ? text : NULL;

	if (once(&before, text, why, size) != CODE_OK)
		return CODE_USAGE;
	f->command = words_split(text, 64);
	f->opts.from.command = (const char *const *)(void *)f->command;
	if (f->command != NULL)
		return CODE_OK;
	snprintf(why, size, "not a command (an open quote, or over 64 words)");
	return CODE_USAGE;
}

static const struct opt_name paces[] = {
	{ "live", SUPPLY_LIVE }, { "hold", SUPPLY_HOLD },
	{ "real", SUPPLY_REAL }, { "fast", SUPPLY_FAST }, { NULL, 0 }
};

static const struct opt_name forms[] = {
	{ "stream", 0 }, { "mjpeg", 1 }, { NULL, 0 }
};

static const struct opt_name turns[] = {
	{ "auto", TURN_AUTO }, { "0", 0 }, { "90", 1 }, { "180", 2 },
	{ "270", 3 }, { NULL, 0 }
};

#define AT(member) OPT_AT(struct frames, member)

static const struct opt options[] = {
	OPT_GROUP("Where pictures come from"),
	{ "input", 'i', OPT_CALL(once), AT(pictures), "file",
	    "a file, a FIFO or a camera" },
	{ "device", 'D', OPT_CALL(once), AT(camera.device), "device",
	    "a camera (/dev/video0)" },
	{ "list", 'l', OPT_FLAG, AT(list), NULL,
	    "list the cameras and exit" },
	{ "mode", 0, OPT_CALL(geometry_mode), AT(camera), "[format,]WxH[@fps]",
	    "what to ask of the camera (1280x720@30)" },
	{ "exec", 0, OPT_CALL(set_command), OPT_NOWHERE, "command",
	    "run this for each picture" },
	{ "timeout", 0, OPT_TIME(OPT_MS, OPT_S, OPT_MS, OPT_HOUR),
	    AT(opts.from.timeout_ms), "time", "of that command (10s)" },
	{ "raw", 0, OPT_CALL(geometry_raw), AT(raw), "format,WxH",
	    "raw video without headers" },
	{ "rate", 0, OPT_NUM(0.001, 1000), AT(opts.from.rate), "fps",
	    "frame rate of a source that does not tell it" },
	OPT_GROUP("Which pictures are sent, and when"),
	{ "count", 'n', OPT_INT(1, INT32_MAX), AT(opts.count), "count",
	    "send that many and exit" },
	{ "fps", 0, OPT_NUM(0.001, 60), AT(opts.fps), "rate",
	    "pictures a second (1)" },
	{ "idle-fps", 0, OPT_NUM(0, 60), AT(opts.idle_fps), "rate",
	    "while they show nothing new (0.3); 0: none" },
	{ "changed", 0, OPT_NUM(0, 100), AT(opts.how.changed), "percent",
	    "a change below this is nothing new (0)" },
	{ "pace", 0, OPT_WORD(paces), AT(opts.from.pace), NULL,
	    "the newest, each, at their times, or faster" },
	{ "on-speech", 0, OPT_FLAG, AT(opts.on_speech), NULL,
	    "only while the user speaks" },
	{ "watch", 0, OPT_FILE, AT(side_path), "file",
	    "read there whether the session is away" },
	OPT_GROUP("What they look like"),
	{ "size", 0, OPT_CALL(geometry_size), AT(opts.how.want), "WxH",
	    "fit into this size (768x768)" },
	{ "crop", 0, OPT_CALL(geometry_crop), AT(opts.how.want.crop),
	    "WxH+X+Y", "use that part of the picture" },
	{ "rotate", 0, OPT_WORD(turns), AT(turn), NULL,
	    "clockwise; auto: as EXIF says" },
	{ "quality", 0, OPT_INT(IMAGE_QUALITY_MIN, 100), AT(opts.how.quality),
	    "5-100", "of the JPEG (80)" },
	{ "max-bytes", 0, OPT_INT(1000, IMAGE_MAX), AT(opts.how.max), "bytes",
	    "size of a JPEG at most (7340032)" },
	{ "re-encode", 0, OPT_FLAG, AT(opts.how.anew), NULL,
	    "no picture untouched, none with its place" },
	OPT_GROUP("Output"),
	{ "format", 'f', OPT_WORD(forms), AT(bare), NULL,
	    "records, or nothing but pictures" },
	{ "echo", 0, OPT_FILE, AT(echo), "folder",
	    "keep each picture there as it was sent" },
	OPT_END
};

static void
read_options(struct frames *f, int argc, char *argv[])
{
	int at = opt_read(options, "[picture ...]", f, argc, argv, 1);

	opt_operands(argc, argv, at, SUPPLY_PATHS);
	for (; at < argc; at++)
		f->paths[f->opts.from.n_paths++] = argv[at];
	if (f->raw.width > 0)
		f->opts.from.raw = &f->raw;
	f->opts.how.exif = f->turn != 0;
	f->opts.how.want.turn = f->turn == TURN_AUTO ? 0 : f->turn;
}

/* Whether standard input may be a stream: a terminal is not one, nor is
 * /dev/null, as under cron(8). */
static bool
stream_there(void)
{
	struct stat st;

	return fstat(0, &st) == 0 && !S_ISCHR(st.st_mode);
}

/* Chooses the source; true if standard input is to be passed on. */
static bool
choose(struct frames *f)
{
	int n = (f->pictures != NULL) + (f->camera.device != NULL) +
	    (f->command != NULL) + (f->opts.from.n_paths > 0);

	if (n > 1)
		log_die(CODE_USAGE, "one source of pictures: -i, -D, --exec or "
		    "operands");
	f->opts.from.paths = f->paths;
	if (f->pictures != NULL && camera_is(f->pictures)) {
		f->camera.device = f->pictures;
	} else if (f->pictures != NULL || n == 0) {
		f->paths[0] = f->pictures != NULL ? f->pictures : "-";
		f->opts.from.n_paths = 1;
	}
	if (f->camera.device != NULL)
		f->opts.from.camera = &f->camera;
	if (f->echo != NULL && (f->album = album_open(f->echo)) == NULL)
		log_die(CODE_NOINPUT, "%s:", f->echo);
	return f->camera.device != NULL || f->command != NULL ||
	    (f->pictures != NULL && strcmp(f->pictures, "-") != 0);
}

static void
open_all(struct frames *f)
{
	bool pass = choose(f) && stream_there() && !f->bare;
	char why[3 * 4096 + 100];

	if (f->side_path != NULL)
		path_need_fifo(f->side_path, true);
	if (f->opts.on_speech && !pass && f->side_path == NULL)
		log_die(CODE_USAGE, "--on-speech: nothing reports speech; it "
		    "needs a stream on standard input (with -i, -D or --exec) "
		    "or --watch");
	f->loop = loop_new();
	/* a reader of plain JPEGs may support only baseline ones */
	f->opts.how.progressive = f->opts.how.png = !f->bare;
	f->shutter = shutter_open(f->loop, &f->opts, &shutter_ops, f, why,
	    sizeof(why));
	if (f->shutter == NULL)
		log_die(CODE_NOINPUT, "%s", why);
	f->speech = speech_new();
	buf_init(&f->head, STREAM_HEAD_MAX);
	f->out = output_fd(f->loop, 1, OUT_MAX, &out_ops, f);
	if (!f->bare) {
		stream_start(&f->head, "gl-frames");
		output_add(f->out, f->head.data, f->head.len, NULL, 0);
	}
	if (pass)
		f->main = listener_open(f->loop, "-", f->out, &main_ops, f);
	if (f->side_path != NULL && (f->side = listener_open(f->loop,
	    f->side_path, NULL, &side_ops, f)) == NULL)
		log_die(CODE_NOINPUT, "%s:", f->side_path);
	f->watch = loop_add(f->loop, &watch_ops, f);
	loop_ends(f->loop, on_signal, f);
}

/* Warns if nothing failed but the run hardly did what was meant. */
static void
warn_unused(const struct frames *f, const struct shutter_counts *n)
{
	const char *source = f->pictures != NULL ? f->pictures :
	    f->camera.device;
	char start[6];

	if (f->code == CODE_OK && !f->opts.on_speech && source != NULL &&
	    n->came + n->bad + n->missed == 0)
		log_warn("%s: no picture arrived", source);
	if (f->pictures == NULL && f->paths[0] != NULL &&
	    strcmp(f->paths[0], "-") != 0 && fd_peek(0, start, 6) == 6 &&
	    memcmp(start, "{\"gl\":", 6) == 0)
		log_warn("the stream on standard input was not passed on: name "
		    "the picture by -i");
}

static int
close_all(struct frames *f)
{
	struct shutter_counts n = shutter_counts(f->shutter);

	warn_unused(f, &n);
	/* a live source has no end at which this could be reported */
	if (f->code == CODE_OK && n.bad > 0 &&
	    n.sent + n.same + n.missed == 0)
		f->code = CODE_DATA;
	report(f);
	listener_close(f->main);
	listener_close(f->side);
	shutter_close(f->shutter);
	album_close(f->album);
	speech_free(f->speech);
	output_close(f->out);
	loop_remove(f->loop, f->watch);
	loop_untimer(f->loop, &f->bye);
	loop_free(f->loop);
	buf_done(&f->head);
	free(f->command);
	return f->code;
}

int
main(int argc, char *argv[])
{
	static struct frames f = { .opts = { .fps = 1, .idle_fps = 0.3,
	    .from.timeout_ms = COMMAND_MS, .how = { .want = { .width = 768,
	    .height = 768 }, .quality = 80, .max = IMAGE_MAX } },
	    .turn = TURN_AUTO };

	log_init("gl-frames");
	read_options(&f, argc, argv);
	if (f.list)
		return list_cameras();
	if (isatty(1))
		log_die(CODE_USAGE, "no pictures to a terminal; use a pipe");
	open_all(&f);
	loop_run(f.loop);
	return close_all(&f);
}
