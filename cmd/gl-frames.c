/* Pictures in, a stream passed on with the pictures as records in it. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frames/album.h"
#include "base/buf.h"
#include "base/fd.h"
#include "base/json.h"
#include "frames/listener.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/opt.h"
#include "loop/output.h"
#include "picture/pixels.h"
#include "frames/shutter.h"
#include "frames/speech.h"
#include "stream/stream.h"
#include "base/words.h"

enum {
	OUT_HOLD = 4 << 20,		/* queued: no more is read */
	OUT_MAX = OUT_HOLD + STREAM_WINDOW_MAX,
	OUT_PICTURE = 16 << 10,		/* with more queued a picture waits */
	IMAGE_MAX = 7 << 20,		/* what the service takes */
	TOKENS = 258,			/* that a picture costs */
	LEAVE_MS = 1500,		/* after a signal */
	COMMAND_MS = 10000
};

struct frames {
	struct loop *loop;
	struct source *watch;
	struct output *out;
	struct listener *main, *side;	/* of the stream passed on; --watch */
	struct shutter *shutter;
	struct speech *speech;

	struct shutter_opts opts;
	struct camera_opts camera;
	struct pixels raw;
	const char *pictures, *side_path, *echo;
	struct album *album;
	const char *paths[SUPPLY_PATHS];
	char **command;
	bool bare;			/* JPEGs alone, no records */
	bool list;

	bool away;			/* what the streams said */
	bool told;			/* of speech, by records of its own */
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
		f->album = NULL;	/* said once */
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
	room, send_picture, trouble, pictures_ended
};

static void
check_end(struct frames *f)
{
	bool over = shutter_over(f->shutter, (f->side != NULL &&
	    !listener_ended(f->side)) || (f->main != NULL &&
	    !listener_ended(f->main)));

	/* with a stream to pass on its end is the end, but for pictures that
	 * are files: they belong to what was said */
	if (!f->stopping && (f->main == NULL ? over : listener_ended(f->main) &&
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

/* A stream speaks. */

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

/* The user's sound is listened to where no record tells of speech. */
static void
hear(void *arg, const struct record *r)
{
	struct frames *f = arg;
	int64_t rate = json_get_int(r->head, "rate", 16000);
	int64_t channels = json_get_int(r->head, "channels", 1);

	if (!f->opts.on_speech || f->told ||
	    json_get(r->head, "turn") != NULL ||
	    strcmp(json_get_str(r->head, "role", "user"), "user") != 0 ||
	    rate < 0 || rate > INT_MAX || channels < 0 || channels > INT_MAX)
		return;
	shutter_speaking(f->shutter, speech_audio(f->speech, (int)rate,
	    (int)channels, r->payload, r->payload_len));
}

/* The first picture of a file goes before what is said about it. */
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
		log_error("standard input: %s", why);
	if (code != CODE_OK)
		f->code = code;
}

static bool
side_waits(void *arg)
{
	(void)arg;
	return false;
}

static void
side_over(void *arg, int code, const char *why)
{
	struct frames *f = arg;

	if (why != NULL)
		log_error("%s: %s", f->side_path, why);
	if (code != CODE_OK)
		f->code = code;
	set_away(f, false);		/* nobody says so any more */
}

static const struct listener_ops main_ops = {
	main_waits, set_away, speaking, hear, main_over
};
static const struct listener_ops side_ops = {
	side_waits, set_away, speaking, hear, side_over
};

static const struct output_ops out_ops = { NULL, out_broken };

/* The reader does not take what is begun. */
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

/* What was seen, sent and saved, where somebody asked or something was
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
	int n = camera_list(print_line, NULL);

	if (fflush(stdout) != 0)
		log_die(CODE_IO, "standard output:");
	if (n == 0)
		log_warn("no camera here (/dev/video0 to /dev/video63)");
	return n > 0 ? CODE_OK : CODE_NOINPUT;
}

/* There is one source of pictures. */
static void
once(const void *before, const char *opt)
{
	if (before != NULL)
		log_die(CODE_USAGE, "%s twice: there is one source of "
		    "pictures", opt);
}

/* "WxH" or "WxH+X+Y" or "WxH@fps"; what follows the size comes back. */
static const char *
size_of(const char *opt, const char *text, int64_t max, int *w, int *h)
{
	char *end;
	long a, b = 0;

	a = strtol(text, &end, 10);
	if (*end == 'x')
		b = strtol(end + 1, &end, 10);
	if (a < 1 || b < 1 || a > max || b > max)
		log_die(CODE_USAGE, "%s %s: WIDTHxHEIGHT wanted, each 1 to %"
		    PRId64, opt, text, max);
	*w = (int)a;
	*h = (int)b;
	return end;
}

static void
set_size(struct frames *f, const char *text)
{
	if (*size_of("--size", text, IMAGE_SIDE_MAX, &f->opts.how.want.width,
	    &f->opts.how.want.height) != '\0')
		log_die(CODE_USAGE, "--size %s: WIDTHxHEIGHT wanted", text);
}

static void
set_crop(struct frames *f, const char *text)
{
	struct image_rect *r = &f->opts.how.want.crop;
	const char *s = size_of("--crop", text, PIXELS_SIDE_MAX, &r->w, &r->h);
	long x = 0, y = 0;
	char *end = (char *)(uintptr_t)s;

	if (*s == '+') {
		x = strtol(s + 1, &end, 10);
		y = *end == '+' ? strtol(end + 1, &end, 10) : -1;
	}
	if (*end != '\0' || x < 0 || y < 0 || x > PIXELS_SIDE_MAX ||
	    y > PIXELS_SIDE_MAX)
		log_die(CODE_USAGE, "--crop %s: WIDTHxHEIGHT+X+Y wanted", text);
	r->x = (int)x;
	r->y = (int)y;
}

static void
set_raw(struct frames *f, const char *text)
{
	const char *comma = strchr(text, ',');
	char name[32];
	struct buf b;
	size_t i;

	if (comma == NULL || (size_t)(comma - text) >= sizeof(name))
		log_die(CODE_USAGE, "--raw %s: FORMAT,WIDTHxHEIGHT wanted",
		    text);
	memcpy(name, text, (size_t)(comma - text));
	name[comma - text] = '\0';
	if (pixels_named(&f->raw, name) == -1) {
		buf_init(&b, 1024);
		for (i = 0; pixels_name(i) != NULL; i++)
			buf_printf(&b, " %s", pixels_name(i));
		log_die(CODE_USAGE, "--raw %s: the format is none of%s", text,
		    b.data);
	}
	if (*size_of("--raw", comma + 1, PIXELS_SIDE_MAX, &f->raw.width,
	    &f->raw.height) != '\0' || pixels_size(&f->raw) == -1)
		log_die(CODE_USAGE, "--raw %s: FORMAT,WIDTHxHEIGHT wanted, and "
		    "at most 64 MiB a picture", text);
	f->opts.from.raw = &f->raw;
}

/* What is asked of the camera: [FOURCC,]WxH[@fps]. */
static void
set_mode(struct frames *f, const char *text)
{
	static char format[5];
	const char *comma = strchr(text, ','), *s;

	if (comma != NULL) {
		if (comma - text < 1 || comma - text > 4)
			log_die(CODE_USAGE, "--mode %s: a format has at most 4 "
			    "letters (see -l)", text);
		memcpy(format, text, (size_t)(comma - text));
		f->camera.format = format;
		text = comma + 1;
	}
	s = size_of("--mode", text, PIXELS_SIDE_MAX, &f->camera.width,
	    &f->camera.height);
	if (*s == '@')
		f->camera.fps = opt_num("--mode", s + 1, 0.01, 1000);
	else if (*s != '\0')
		log_die(CODE_USAGE, "--mode %s: [FORMAT,]WIDTHxHEIGHT[@FPS] "
		    "wanted", text);
}

static void
set_turn(struct frames *f, const char *text)
{
	static const struct opt_name turns[] = {
		{ "0", 0 }, { "90", 1 }, { "180", 2 }, { "270", 3 },
		{ "auto", 0 }, { NULL, 0 }
	};

	f->opts.how.want.turn = opt_word("--rotate", text, turns);
	f->opts.how.exif = strcmp(text, "0") != 0;
}

static void
set_command(struct frames *f, const char *text)
{
	once(f->command, "--exec");
	f->command = words_split(text, 64);
	if (f->command == NULL)
		log_die(CODE_USAGE, "--exec %s: not a command (an open quote, "
		    "or over 64 words)", text);
	f->opts.from.command = (const char *const *)(void *)f->command;
}

static _Noreturn void
usage(void)
{
	log_usage("usage: gl-frames [-qv] "
	    "[-i file | -D device | --exec command] "
	    "[-f stream|mjpeg]\n"
	    "                 [-n count] [--changed percent] "
	    "[--crop WxH+X+Y] [--echo folder]\n"
	    "                 [--fps rate] [--idle-fps rate] "
	    "[--max-bytes bytes]\n"
	    "                 [--mode [format,]WxH[@fps]] [--on-speech]\n"
	    "                 [--pace live|hold|real|fast] "
	    "[--quality 5-100] [--rate fps]\n"
	    "                 [--raw format,WxH] [--re-encode] "
	    "[--rotate auto|0|90|180|270]\n"
	    "                 [--size WxH] [--timeout time] [--watch file] "
	    "[picture ...]\n"
	    "       gl-frames -l\n");
}

enum {
	O_CHANGED = 256, O_CROP, O_ECHO, O_EXECUTE, O_FPS, O_HELP, O_IDLE,
	O_MAX, O_MODE, O_SPEECH, O_PACE, O_QUALITY, O_RATE, O_RAW, O_ANEW,
	O_ROTATE, O_SIZE, O_TIMEOUT, O_WATCH
};

static const struct option longs[] = {
	{ "changed", required_argument, NULL, O_CHANGED },
	{ "count", required_argument, NULL, 'n' },
	{ "crop", required_argument, NULL, O_CROP },
	{ "device", required_argument, NULL, 'D' },
	{ "echo", required_argument, NULL, O_ECHO },
	{ "exec", required_argument, NULL, O_EXECUTE },
	{ "format", required_argument, NULL, 'f' },
	{ "fps", required_argument, NULL, O_FPS },
	{ "help", no_argument, NULL, O_HELP },
	{ "idle-fps", required_argument, NULL, O_IDLE },
	{ "input", required_argument, NULL, 'i' },
	{ "list", no_argument, NULL, 'l' },
	{ "max-bytes", required_argument, NULL, O_MAX },
	{ "mode", required_argument, NULL, O_MODE },
	{ "on-speech", no_argument, NULL, O_SPEECH },
	{ "pace", required_argument, NULL, O_PACE },
	{ "quality", required_argument, NULL, O_QUALITY },
	{ "quiet", no_argument, NULL, 'q' },
	{ "rate", required_argument, NULL, O_RATE },
	{ "raw", required_argument, NULL, O_RAW },
	{ "re-encode", no_argument, NULL, O_ANEW },
	{ "rotate", required_argument, NULL, O_ROTATE },
	{ "size", required_argument, NULL, O_SIZE },
	{ "timeout", required_argument, NULL, O_TIMEOUT },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ "watch", required_argument, NULL, O_WATCH },
	{ NULL, 0, NULL, 0 }
};

static const struct opt_name paces[] = {
	{ "live", SUPPLY_LIVE }, { "hold", SUPPLY_HOLD },
	{ "real", SUPPLY_REAL }, { "fast", SUPPLY_FAST }, { NULL, 0 }
};

static const struct opt_name forms[] = {
	{ "stream", 0 }, { "mjpeg", 1 }, { NULL, 0 }
};

static void
long_option(struct frames *f, int o)
{
	switch (o) {
	case O_CHANGED: f->opts.how.changed = opt_num("--changed", optarg, 0,
	    100); break;
	case O_CROP: set_crop(f, optarg); break;
	case O_ECHO: f->echo = optarg; break;
	case O_EXECUTE: set_command(f, optarg); break;
	case O_FPS: f->opts.fps = opt_num("--fps", optarg, 0.001, 60); break;
	case O_IDLE: f->opts.idle_fps = opt_num("--idle-fps", optarg, 0, 60);
		break;
	case O_MAX: f->opts.how.max = (size_t)opt_int("--max-bytes", optarg,
	    1000, IMAGE_MAX); break;
	case O_MODE: set_mode(f, optarg); break;
	case O_SPEECH: f->opts.on_speech = true; break;
	case O_PACE: f->opts.from.pace = (enum supply_pace)opt_word("--pace",
	    optarg, paces); break;
	case O_QUALITY: f->opts.how.quality = (int)opt_int("--quality", optarg,
	    IMAGE_QUALITY_MIN, 100); break;
	case O_RATE: f->opts.from.rate = opt_num("--rate", optarg, 0.001, 1000);
		break;
	case O_RAW: set_raw(f, optarg); break;
	case O_ANEW: f->opts.how.anew = true; break;
	case O_ROTATE: set_turn(f, optarg); break;
	case O_SIZE: set_size(f, optarg); break;
	case O_TIMEOUT: f->opts.from.timeout_ms = opt_time("--timeout", optarg,
	    1000000, 1000, INT64_C(3600000000)) / 1000; break;
	case O_WATCH: f->side_path = optarg; break;
	default: usage();
	}
}

static void
options(struct frames *f, int argc, char *argv[])
{
	int o;

	while ((o = opt_next(argc, argv, "D:f:i:ln:qvV", longs)) != -1)
		switch (o) {
		case 'D': once(f->camera.device, "-D");
			f->camera.device = optarg; break;
		case 'f': f->bare = opt_word("-f", optarg, forms); break;
		case 'i': once(f->pictures, "-i"); f->pictures = optarg; break;
		case 'l': f->list = true; break;
		case 'n': f->opts.count = opt_int("-n", optarg, 1, INT32_MAX);
			break;
		case 'q': log_quieter(); break;
		case 'v': log_louder(); break;
		case 'V': log_version();
		default: long_option(f, o);
		}
	opt_operands(argc, argv, SUPPLY_PATHS);
	for (; optind < argc; optind++)
		f->paths[f->opts.from.n_paths++] = argv[optind];
}

/* A terminal is no stream, and /dev/null, as cron(8) has it, is none either. */
static bool
stream_there(void)
{
	struct stat st;

	return fstat(0, &st) == 0 && !S_ISCHR(st.st_mode);
}

/* Which source it is, and whether standard input is to be passed on. */
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
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	bool pass = choose(f) && stream_there() && !f->bare;
	char why[300];
	size_t i;

	if (f->opts.on_speech && !pass && f->side_path == NULL)
		log_die(CODE_USAGE, "--on-speech: nothing tells of speech; it "
		    "wants a stream on standard input (with -i, -D or --exec) "
		    "or --watch");
	f->loop = loop_new();
	/* what reads a stream of JPEGs may know the simple kind only */
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
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		loop_signal(f->loop, signals[i], on_signal, f);
}

/* Nothing went wrong, but not what was meant either. */
static void
warn_unused(const struct frames *f, const struct shutter_counts *n)
{
	const char *source = f->pictures != NULL ? f->pictures :
	    f->camera.device;
	char start[6];

	if (f->code == CODE_OK && !f->opts.on_speech && source != NULL &&
	    n->came + n->bad + n->missed == 0)
		log_warn("%s: no picture came", source);
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
	/* of a live source no end tells that it was of no use */
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
	    .height = 768 }, .quality = 80, .max = IMAGE_MAX,
	    .exif = true } } };

	log_init("gl-frames");
	options(&f, argc, argv);
	if (f.list)
		return list_cameras();
	if (isatty(1))
		log_die(CODE_USAGE, "no pictures to a terminal; use a pipe");
	open_all(&f);
	loop_run(f.loop);
	return close_all(&f);
}
