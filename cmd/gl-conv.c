/* Reads a stream, writes it as text, JSON lines, sound or a page. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "loop/input.h"
#include "stream/intake.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/opt.h"
#include "loop/output.h"
#include "conv/page.h"
#include "sound/pcm.h"
#include "stream/render.h"
#include "stream/stream.h"
#include "conv/timeline.h"
#include "conv/voices.h"
#include "sound/wav.h"

enum type { TYPE_NONE, TYPE_TEXT, TYPE_JSON, TYPE_WAV, TYPE_PCM, TYPE_HTML };

enum whose { WHOSE_ANY, WHOSE_MODEL, WHOSE_USER, WHOSE_BOTH };

enum {
	/* above this the input waits, in the midst of a record if need be; a
	 * single piece may be larger */
	QUEUE_HIGH = 1 << 20,
	QUEUE_MAX = 256 << 20,
	/* one record as JSON with its payload in base64 */
	OUT_MAX = STREAM_PAYLOAD_MAX / 3 * 4 + 8 * STREAM_HEAD_MAX,
	EMPTY_RATE = 24000	/* of a WAV file without sound: the model's */
};

struct conv {
	enum type type;
	const char *in_path, *out_path;
	struct render_opts text;
	struct voices_opts sound;
	enum whose side;

	struct loop *loop;
	struct input *input;
	struct intake *intake;
	struct output *output;
	struct source *watch;
	struct render *render;
	struct voices *voices;
	struct timeline *timeline;
	struct buf out;

	off_t start;		/* of a WAV header that can be mended, or -1 */
	uint64_t bytes;		/* of sound */
	unsigned long records;
	struct record rec;	/* of which more sound is to come */
	bool midway;		/* in that one */
	bool at_end, finished;
	bool ending;		/* finish() has begun */
	bool failed;		/* to write */
	int code;
};

static const struct opt_name types[] = {
	{ "text", TYPE_TEXT }, { "json", TYPE_JSON }, { "wav", TYPE_WAV },
	{ "pcm", TYPE_PCM }, { "html", TYPE_HTML }, { NULL, 0 }
};

/* What a file's name asks for. */
static const struct opt_name endings[] = {
	{ "txt", TYPE_TEXT }, { "text", TYPE_TEXT }, { "json", TYPE_JSON },
	{ "jsonl", TYPE_JSON }, { "ndjson", TYPE_JSON }, { "wav", TYPE_WAV },
	{ "pcm", TYPE_PCM }, { "raw", TYPE_PCM }, { "s16", TYPE_PCM },
	{ "html", TYPE_HTML }, { "htm", TYPE_HTML }, { NULL, 0 }
};

/* Endings of sound that is not made here, and not to be filled with text. */
static const char *const others[] = {
	"aac", "aiff", "au", "flac", "m4a", "mp3", "mp4", "oga", "ogg", "opus",
	"webm", NULL
};

/* Passes on what has gathered in out. */
static void
flush(struct conv *c)
{
	if (c->out.failed)
		log_die(CODE_DATA, "a record becomes longer than %d bytes",
		    OUT_MAX);
	if (output_add(c->output, c->out.data, c->out.len, NULL, 0) == -1)
		log_die(CODE_BUG, "the output's queue is full");
	buf_clear(&c->out);
}

/* Samples on their way out, behind a header where one is wanted. */
static int
on_sound(void *arg, const void *p, size_t n)
{
	struct conv *c = arg;
	unsigned char head[WAV_HEAD];

	if (c->type == TYPE_WAV && c->bytes == 0) {
		wav_head(head, voices_rate(c->voices),
		    voices_channels(c->voices), WAV_UNKNOWN);
		output_add(c->output, head, sizeof(head), NULL, 0);
	}
	if (output_add(c->output, p, n, NULL, 0) == -1)
		log_die(CODE_BUG, "the output's queue is full");
	c->bytes += n;
	return output_queued(c->output) >= QUEUE_HIGH;
}

static void
convert(struct conv *c, const struct record *rec)
{
	c->records += !c->midway;
	switch (c->type) {
	case TYPE_WAV:
	case TYPE_PCM:
		c->midway = voices_record(c->voices, rec) == 1;
		break;
	case TYPE_HTML:
		timeline_record(c->timeline, rec);
		break;
	default:
		render_record(c->render, rec, &c->out);
		if (c->out.len > 0)
			flush(c);
	}
}

static void finish(struct conv *);

static void
broken_input(struct conv *c)
{
	log_error("%s: %s%s", c->in_path != NULL ? c->in_path :
	    "standard input", intake_why(c->intake), c->records > 0 ?
	    "; what came before it is used" : "");
	/* what could not be read is no fault of the data */
	if (c->code == CODE_OK)
		c->code = CODE_DATA;
}

/* Converts what is there, while the output takes it. */
static void
drain(struct conv *c)
{
	enum stream_status st = STREAM_MORE;

	while (output_queued(c->output) < QUEUE_HIGH && (c->midway ||
	    (st = intake_next(c->intake, &c->rec)) == STREAM_RECORD))
		convert(c, &c->rec);
	if (st == STREAM_BAD) {
		broken_input(c);
		finish(c);
	}
}

static void *
window(void *arg, size_t *n)
{
	struct conv *c = arg;

	if (c->ending || output_queued(c->output) >= QUEUE_HIGH)
		return NULL;
	drain(c);
	return c->ending || c->midway ? NULL : intake_window(c->intake, n);
}

static void
filled(void *arg, size_t n)
{
	struct conv *c = arg;

	intake_filled(c->intake, n);
	drain(c);
}

/* Says what the sound lacks.  False where more of it is to come. */
static bool
sound_done(struct conv *c)
{
	static const char *const whose[] = {
		[VOICES_MODEL] = "the model's; --user takes the user's",
		[VOICES_USER] = "the user's",
		[VOICES_BOTH] = "anyone's"
	};
	unsigned char head[WAV_HEAD];

	if (voices_end(c->voices) == 1)
		return false;
	if (voices_skipped(c->voices) > 0)
		log_warn("%lu audio records left out: rate or channels out of "
		    "bounds", voices_skipped(c->voices));
	if (c->bytes > 0)
		return true;
	log_warn("no sound in the stream that is %s", whose[c->sound.who]);
	if (c->type != TYPE_WAV)
		return true;
	wav_head(head, c->sound.rate > 0 ? c->sound.rate : EMPTY_RATE,
	    voices_channels(c->voices), 0);
	output_add(c->output, head, sizeof(head), NULL, 0);
	return true;
}

/* The input is over; what is held back goes out, at once or, of much sound,
 * bit by bit: then the watch comes back. */
static void
finish(struct conv *c)
{
	if (c->finished)
		return;
	c->ending = true;
	if (c->voices != NULL && !sound_done(c))
		return;
	c->finished = true;
	if (c->voices != NULL)
		;
	else if (c->timeline != NULL)
		page_write(c->timeline, &c->out);
	else
		render_end(c->render, &c->out);
	flush(c);
	log_info(1, "%lu records", c->records);
	loop_soon(c->loop);
}

/* After the end of input: what is left, while the output takes it. */
static void
last_words(struct conv *c)
{
	drain(c);
	if (c->ending || output_queued(c->output) >= QUEUE_HIGH)
		return;		/* the watch comes back */
	if (intake_cut(c->intake) == -1)
		broken_input(c);
	finish(c);
}

static void
ended(void *arg, int error)
{
	struct conv *c = arg;

	if (error != 0) {
		errno = error;
		log_error("%s:", c->in_path != NULL ? c->in_path :
		    "standard input");
		c->code = CODE_IO;
	}
	intake_ended(c->intake);
	c->at_end = true;
	last_words(c);
}

static const struct input_ops input_ops = { window, filled, ended };

static void
broken(void *arg, int error)
{
	struct conv *c = arg;

	if (error != 0) {
		errno = error;
		log_error("%s:", c->out_path != NULL ? c->out_path :
		    "standard output");
		c->code = CODE_IO;
		c->failed = true;
	}
	c->finished = true;
	loop_stop(c->loop, c->code);
}

static const struct output_ops output_ops = { NULL, broken };

static void
interrupted(void *arg, int signo)
{
	struct conv *c = arg;

	c->code = CODE_SIGNAL + signo;
	if (c->ending)		/* the second one */
		loop_stop(c->loop, c->code);
	finish(c);
}

/* Owns no descriptor: goes on after the end of input, ends the loop once all
 * is written. */
static int
watch(void *arg, struct pollfd *pfd, int room)
{
	struct conv *c = arg;

	(void)pfd;
	(void)room;
	if (c->ending && output_queued(c->output) < QUEUE_HIGH)
		finish(c);
	else if (c->at_end && !c->ending)
		last_words(c);
	if (c->finished && output_idle(c->output))
		loop_stop(c->loop, c->code);
	return 0;
}

static const struct source_ops watch_ops = { watch, NULL };

/* Sets start if the sizes in a WAV header can be written afterwards. */
static void
find_start(struct conv *c)
{
	struct stat st;
	int flags;

	c->start = -1;
	if (c->out_path != NULL) {
		c->start = stat(c->out_path, &st) == 0 &&
		    S_ISREG(st.st_mode) ? 0 : -1;
		return;
	}
	flags = fcntl(1, F_GETFL);
	if (fstat(1, &st) == 0 && S_ISREG(st.st_mode) && flags != -1 &&
	    !(flags & O_APPEND))
		c->start = lseek(1, 0, SEEK_CUR);
}

/* Writes the header again, now that the length is known. */
static void
mend(struct conv *c)
{
	unsigned char head[WAV_HEAD];
	int fd;

	if (c->type != TYPE_WAV || c->start == -1 || c->bytes == 0 ||
	    c->failed)
		return;
	if (wav_head(head, voices_rate(c->voices),
	    voices_channels(c->voices), c->bytes) == -1)
		log_warn("over 4 GiB of sound: the header cannot say how much");
	fd = c->out_path != NULL ? open(c->out_path, O_WRONLY | O_CLOEXEC) : 1;
	if (fd == -1 || pwrite(fd, head, sizeof(head), c->start) !=
	    (ssize_t)sizeof(head)) {
		log_error("%s: cannot mend the header:", c->out_path != NULL ?
		    c->out_path : "standard output");
		c->code = CODE_IO;
	}
	if (fd > 1)
		close(fd);
}

static void
open_files(struct conv *c)
{
	struct stat st;
	int fd = 0;

	if (c->in_path != NULL)
		fd = open(c->in_path, O_RDONLY | O_CLOEXEC);
	if (fd > 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		fd = -1;
	}
	if (fd == -1)
		log_die(CODE_NOINPUT, "%s:", c->in_path);
	c->loop = loop_new();
	c->output = output_open(c->loop, c->out_path != NULL ? c->out_path :
	    "-", QUEUE_MAX, &output_ops, c);
	if (c->output == NULL)
		log_die(CODE_IO, "%s:", c->out_path);
	find_start(c);
	c->input = input_fd(c->loop, fd, &input_ops, c);
	c->watch = loop_add(c->loop, &watch_ops, c);
	loop_signal(c->loop, SIGINT, interrupted, c);
	loop_signal(c->loop, SIGTERM, interrupted, c);
	loop_signal(c->loop, SIGHUP, interrupted, c);
}

static void
open_form(struct conv *c)
{
	struct intake_opts in = { .form = INTAKE_NAMED };
	const char *term = opt_env("TERM");

	c->intake = intake_new(&in);
	buf_init(&c->out, OUT_MAX);
	switch (c->type) {
	case TYPE_WAV:
	case TYPE_PCM:
		c->sound.write = on_sound;
		c->sound.arg = c;
		c->voices = voices_new(&c->sound);
		return;
	case TYPE_HTML:
		c->timeline = timeline_new();
		return;
	case TYPE_JSON:
		c->text.json = true;
		break;
	default:
		c->text.user = c->side == WHOSE_ANY ||
		    c->sound.who != VOICES_MODEL;
		c->text.model = c->side == WHOSE_ANY ||
		    c->sound.who != VOICES_USER;
		c->text.labels = c->text.user && c->text.model;
		c->text.events = c->text.labels;
		c->text.live = c->out_path == NULL && isatty(1);
		c->text.colour = c->text.live && opt_env("NO_COLOR") == NULL &&
		    (term == NULL || strcmp(term, "dumb") != 0);
	}
	c->render = render_new(&c->text);
	render_width(c->render, c->out_path == NULL ? fd_columns(1) : 0);
}

static int
close_all(struct conv *c)
{
	mend(c);
	input_close(c->input);
	output_close(c->output);
	loop_remove(c->loop, c->watch);
	loop_free(c->loop);
	intake_free(c->intake);
	render_free(c->render);
	voices_free(c->voices);
	timeline_free(c->timeline);
	buf_done(&c->out);
	return c->code;
}

/* The type that the name of the output asks for, else text. */
static enum type
guess(const char *path)
{
	const char *dot = path != NULL ? strrchr(path, '.') : NULL;
	int i;

	for (i = 0; dot != NULL && endings[i].name != NULL; i++)
		if (strcasecmp(dot + 1, endings[i].name) == 0)
			return (enum type)endings[i].value;
	for (i = 0; dot != NULL && others[i] != NULL; i++)
		if (strcasecmp(dot + 1, others[i]) == 0)
			log_die(CODE_USAGE, "%s: no %s is made here; gl-conv "
			    "-t wav | ffmpeg -i - %s", path, others[i], path);
	return TYPE_TEXT;
}

#define AT(member) OPT_AT(struct conv, member)

static const struct opt options[] = {
	OPT_GROUP("Output"),
	{ "type", 't', OPT_WORD(types), AT(type), NULL,
	    "what to make (by the output's ending, or text)" },
	{ "output", 'o', OPT_FILE, AT(out_path), "file", "write there" },
	{ "no-payload", 0, OPT_SET(0), AT(text.data), NULL,
	    "JSON without the sound and the pictures" },
	OPT_GROUP("Sound"),
	{ "rate", 'R', OPT_INT(PCM_RATE_MIN, PCM_RATE_MAX), AT(sound.rate),
	    "rate", "samples a second (as the stream has)" },
	{ "heard", 0, OPT_FLAG, AT(sound.heard), NULL,
	    "only what was heard before an interruption" },
	OPT_GROUP("Whose words or sound"),
	{ "model", 0, OPT_SET(WHOSE_MODEL), AT(side), NULL, "the model's" },
	{ "user", 0, OPT_SET(WHOSE_USER), AT(side), NULL, "the user's" },
	{ "both", 0, OPT_SET(WHOSE_BOTH), AT(side), NULL,
	    "both; as sound, on two channels" },
	OPT_END
};

static void
read_options(struct conv *c, int argc, char *argv[])
{
	int at = opt_read(options, "[file]", c, argc, argv, 1);

	opt_operands(argc, argv, at, 1);
	if (at < argc && strcmp(argv[at], "-") != 0)
		c->in_path = argv[at];
	if (c->out_path != NULL && strcmp(c->out_path, "-") == 0)
		c->out_path = NULL;
	if (c->side != WHOSE_ANY)
		c->sound.who = c->side == WHOSE_MODEL ? VOICES_MODEL :
		    c->side == WHOSE_USER ? VOICES_USER : VOICES_BOTH;
}

int
main(int argc, char *argv[])
{
	struct conv c = { .text.data = true };

	log_init("gl-conv");
	read_options(&c, argc, argv);
	if (c.type == TYPE_NONE)
		c.type = guess(c.out_path);
	if ((c.type == TYPE_WAV || c.type == TYPE_PCM) && c.out_path == NULL &&
	    isatty(1))
		log_die(CODE_USAGE, "no sound to a terminal; use -o or a pipe");
	if (c.in_path == NULL && isatty(0))
		log_info(0, "reading a stream from the terminal");
	open_form(&c);
	open_files(&c);
	loop_run(c.loop);
	return close_all(&c);
}
