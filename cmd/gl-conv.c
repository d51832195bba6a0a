/* Reads a stream, writes it as text, JSON lines, sound, subtitles, a page, a
 * drawing, or figures. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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
#include "loop/progress.h"
#include "loop/output.h"
#include "sound/pcm.h"
#include "stream/render.h"
#include "stream/stream.h"
#include "base/json.h"
#include "base/mem.h"
#include "conv/view.h"
#include "conv/voices.h"
#include "conv/wavout.h"
#include "sound/wav.h"

enum type {
	TYPE_NONE, TYPE_TEXT, TYPE_JSON, TYPE_WAV, TYPE_PCM, TYPE_HTML,
	TYPE_SVG, TYPE_SRT, TYPE_VTT, TYPE_SUMMARY, TYPE_TABLE
};

enum {
	/* above this the input waits, in the midst of a record if need be; a
	 * single piece may be larger */
	QUEUE_HIGH = 1 << 20,
	QUEUE_MAX = 256 << 20,
	/* one record as JSON with its payload in base64 */
	OUT_MAX = STREAM_PAYLOAD_MAX / 3 * 4 + 8 * STREAM_HEAD_MAX,
	SMALL_MAX = 64 << 20,	/* a file whose sound fits into a WAV */
	PRICES_MAX = 1 << 20,	/* bytes of the file */
	EMPTY_RATE = 24000	/* of a WAV file without sound: the model's */
};

enum whose { WHOSE_ANY, WHOSE_MODEL, WHOSE_USER, WHOSE_BOTH };

struct conv {
	enum type type;
	const char *in_path, *out_path;
	struct render_opts text;
	struct voices_opts sound;
	struct view_opts view_opts;
	enum whose side;
	const char *prices_path, *audio;
	bool progress;
	char **files;		/* that are still to be read */
	int nfiles, all_files;

	struct loop *loop;
	struct input *input;
	struct intake *intake;
	struct output *output;
	struct source *watch;
	struct progress *shown;
	struct render *render;
	struct voices *voices;
	struct conv_view *view;
	struct json *prices;
	char *address;		/* of the sound beside a page */
	struct buf out;

	struct wavout wav;
	uint64_t bytes;		/* of sound */
	unsigned long records;
	struct record rec;	/* of which more sound is to come */
	bool midway;		/* in that one */
	bool at_end, finished;
	bool ending;		/* finish() has begun */
	bool advance;		/* to the next file */
	bool failed;		/* to write */
	int code;
};

static const struct opt_name types[] = {
	{ "text", TYPE_TEXT }, { "json", TYPE_JSON }, { "wav", TYPE_WAV },
	{ "pcm", TYPE_PCM }, { "html", TYPE_HTML }, { "svg", TYPE_SVG },
	{ "srt", TYPE_SRT }, { "vtt", TYPE_VTT }, { "summary", TYPE_SUMMARY },
	{ "table", TYPE_TABLE }, { NULL, 0 }
};

/* What a file's name asks for. */
static const struct opt_name endings[] = {
	{ "txt", TYPE_TEXT }, { "text", TYPE_TEXT }, { "json", TYPE_JSON },
	{ "jsonl", TYPE_JSON }, { "ndjson", TYPE_JSON }, { "wav", TYPE_WAV },
	{ "pcm", TYPE_PCM }, { "raw", TYPE_PCM }, { "s16", TYPE_PCM },
	{ "html", TYPE_HTML }, { "htm", TYPE_HTML }, { "svg", TYPE_SVG },
	{ "srt", TYPE_SRT }, { "vtt", TYPE_VTT }, { NULL, 0 }
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
	unsigned char head[WAV_HEAD_LONG];

	if (c->type == TYPE_WAV && c->bytes == 0)
		output_add(c->output, head, wavout_head(&c->wav, head,
		    voices_rate(c->voices), voices_channels(c->voices)), NULL,
		    0);
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
	case TYPE_TEXT:
	case TYPE_JSON:
	case TYPE_NONE:
		render_record(c->render, rec, &c->out);
		if (c->out.len > 0)
			flush(c);
		break;
	default:
		view_record(c->view, rec);
	}
}

static void finish(struct conv *);

static const char *
name_of(const struct conv *c)
{
	return c->in_path != NULL ? c->in_path : "standard input";
}

static void
broken_input(struct conv *c)
{
	log_error("%s: %s%s", name_of(c), intake_why(c->intake),
	    c->records > 0 ?
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

/* The end of one stream, of which something whole is made. */
static void
end_view(struct conv *c)
{
	const char *model;

	view_end(c->view, &c->out);
	if (view_unpriced(c->view, &model))
		log_warn("%s: no price for all tokens of %s", name_of(c),
		    *model != '\0' ? model : "a stream that does not name its "
		    "model");
}

/* The input is over; what is held back goes out, at once or, of much sound,
 * bit by bit: then the watch comes back. */
static void
finish(struct conv *c)
{
	if (c->finished || c->advance)
		return;
	c->ending = true;
	if (c->voices != NULL && !sound_done(c))
		return;
	c->advance = c->nfiles > 0 && c->code < CODE_SIGNAL;
	c->finished = !c->advance;
	if (c->view != NULL)
		end_view(c);
	else if (c->voices == NULL)
		render_end(c->render, &c->out);
	flush(c);
	log_info(1, "%lu records", c->records);
	loop_soon(c->loop);
}

/* Words were wanted, and there was sound alone. */
static bool
wordless(const struct conv *c)
{
	enum intake_form form = intake_form(c->intake);

	return (form == INTAKE_WAV || (form == INTAKE_PCM && c->records > 0)) &&
	    (c->type == TYPE_NONE || c->type == TYPE_TEXT ||
	    c->type == TYPE_SRT || c->type == TYPE_VTT);
}

/* What its user may not know of the sound: channels that cancel, silence. */
static void
advise(struct conv *c)
{
	char text[200];
	const char *why = intake_advice(c->intake, text, sizeof(text));

	if (wordless(c)) {
		log_error("%s: it is sound, without words: gl-session "
		    "--transcribe writes them down, -t wav keeps the sound",
		    name_of(c));
		c->code = CODE_DATA;
		return;
	}
	if (why == NULL && c->voices != NULL)
		why = voices_advice(c->voices, text, sizeof(text));
	if (why != NULL)
		log_warn("%s: %s", name_of(c), why);
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
	else if (c->code == 0)
		advise(c);
	finish(c);
}

static void
ended(void *arg, int error)
{
	struct conv *c = arg;

	if (error != 0) {
		errno = error;
		log_error("%s:", name_of(c));
		c->code = CODE_IO;
	}
	intake_ended(c->intake);
	c->at_end = true;
	last_words(c);
}

static const struct input_ops input_ops = { window, filled, ended, NULL };

static void next_file(struct conv *);

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
	if (c->advance && output_queued(c->output) < QUEUE_HIGH)
		next_file(c);
	if (c->ending && output_queued(c->output) < QUEUE_HIGH)
		finish(c);
	else if (c->at_end && !c->ending)
		last_words(c);
	if (c->finished && output_idle(c->output))
		loop_stop(c->loop, c->code);
	return 0;
}

static const struct source_ops watch_ops = { watch, NULL };

/* Writes the header again, now that the length is known. */
static void
mend(struct conv *c)
{
	bool over;

	if (c->type != TYPE_WAV || c->bytes == 0)
		return;
	if (wavout_mend(&c->wav, c->bytes, c->failed, &over) == -1) {
		log_error("%s: cannot mend the header:", c->out_path != NULL ?
		    c->out_path : "standard output");
		c->code = CODE_IO;
	}
	if (over)
		log_warn("over 4 GiB of sound: the header cannot say how much");
}

/* Whether more than 4 GiB of sound may come of the input: of a pipe one does
 * not know, and a file's may be resampled, and spread over a clock. */
static bool
may_be_large(const struct conv *c)
{
	struct stat st;
	int r = c->in_path != NULL ? stat(c->in_path, &st) : fstat(0, &st);

	return r == -1 || !S_ISREG(st.st_mode) || st.st_size > SMALL_MAX;
}

/* Opens the next file, or standard input; -1 with errno. */
static int
open_input(struct conv *c)
{
	struct intake_opts in = { .form = INTAKE_NAMED,
	    .pick = c->sound.pick };
	struct stat st;
	int fd = 0;

	c->in_path = NULL;
	if (c->nfiles > 0) {
		c->nfiles--;
		if (strcmp(*c->files, "-") != 0)
			c->in_path = *c->files;
		c->files++;
	}
	if (c->in_path != NULL)
		fd = open(c->in_path, O_RDONLY | O_CLOEXEC);
	if (fd > 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		errno = EISDIR;
		return -1;
	}
	if (fd == -1)
		return -1;
	input_close(c->input);
	intake_free(c->intake);
	c->intake = intake_new(&in);
	c->input = input_fd(c->loop, fd, &input_ops, c);
	if (c->view != NULL)
		view_begin(c->view, c->in_path != NULL ? c->in_path : "-");
	c->records = 0;
	c->at_end = c->ending = c->midway = c->advance = false;
	return 0;
}

/* One of several files is no reason to leave out the others. */
static void
next_file(struct conv *c)
{
	while (open_input(c) == -1) {
		log_error("%s:", c->in_path);
		c->code = CODE_NOINPUT;
		if (c->nfiles > 0)
			continue;
		c->advance = false;
		c->finished = true;
		return;
	}
}

/* How far the input is read. */
static enum progress_status
where(void *arg, struct progress_at *at)
{
	struct conv *c = arg;

	at->files = c->all_files;
	at->file = c->all_files - c->nfiles;
	return input_progress(c->input, &at->bytes, &at->size) ||
	    c->progress ? PROGRESS_KNOWN : PROGRESS_NONE;
}

/* A row beside text on the terminal would stand in its midst. */
static void
open_progress(struct conv *c)
{
	c->all_files = c->nfiles;
	if (c->progress || (isatty(2) && log_level() >= 0 &&
	    (c->out_path != NULL || !isatty(1))))
		c->shown = progress_new(c->loop, c->progress, where, c);
}

static void
open_files(struct conv *c)
{
	c->loop = loop_new();
	open_progress(c);
	if (open_input(c) == -1)
		log_die(CODE_NOINPUT, "%s:", c->in_path);
	c->output = output_open(c->loop, c->out_path != NULL ? c->out_path :
	    "-", QUEUE_MAX, &output_ops, c);
	if (c->output == NULL)
		log_die(CODE_IO, "%s:", c->out_path);
	wavout_init(&c->wav, c->out_path, may_be_large(c));
	c->watch = loop_add(c->loop, &watch_ops, c);
	loop_signal(c->loop, SIGINT, interrupted, c);
	loop_signal(c->loop, SIGTERM, interrupted, c);
	loop_signal(c->loop, SIGHUP, interrupted, c);
}

static void
read_prices(struct conv *c)
{
	char why[200], *text;
	size_t n;

	if (c->prices_path == NULL)
		return;
	text = fd_slurp(c->prices_path, PRICES_MAX, &n);
	if (text == NULL)
		log_die(CODE_NOINPUT, "%s:", c->prices_path);
	c->prices = json_parse(text, n, why, sizeof(why));
	free(text);
	if (c->prices == NULL)
		log_die(CODE_CONFIG, "%s: %s", c->prices_path, why);
	if (json_type(json_get(c->prices, "models")) != JSON_OBJECT)
		log_die(CODE_CONFIG, "%s: no object \"models\" in it "
		    "(gl-conv(1), PRICES)", c->prices_path);
	c->view_opts.prices = c->prices;
}

/* Where the page finds its sound: beside it, or by the path as it was given. */
static char *
address(const char *page, const char *sound)
{
	const char *a = strrchr(page, '/'), *b = strrchr(sound, '/');
	size_t n = a != NULL ? (size_t)(a - page) + 1 : 0;
	char *url = mem_alloc(strlen(sound) * 3 + 3), *to = url;
	static const char *const hex = "0123456789ABCDEF";

	if (n == (b != NULL ? (size_t)(b - sound) + 1 : 0) &&
	    memcmp(page, sound, n) == 0)
		sound += n;
	if (strchr(sound, ':') != NULL && *sound != '/')
		to += snprintf(to, 3, "./");
	for (; *sound != '\0'; sound++) {
		if (strchr("/._-~:", *sound) != NULL ||
		    (*sound >= '0' && *sound <= '9') ||
		    (*sound >= 'a' && *sound <= 'z') ||
		    (*sound >= 'A' && *sound <= 'Z')) {
			*to++ = *sound;
			continue;
		}
		*to++ = '%';
		*to++ = hex[(unsigned char)*sound >> 4];
		*to++ = hex[(unsigned char)*sound & 15];
	}
	return url;
}

static void
open_view(struct conv *c)
{
	struct view_opts *o = &c->view_opts;
	struct captions_opts *cap = &o->captions;

	cap->vtt = c->type == TYPE_VTT;
	cap->user = c->text.user;
	cap->model = c->text.model;
	cap->labels = c->text.labels;
	o->kind = c->type == TYPE_HTML ? VIEW_PAGE : c->type == TYPE_SVG ?
	    VIEW_SVG : c->type == TYPE_SUMMARY ? VIEW_SUMMARY : c->type ==
	    TYPE_TABLE ? VIEW_TABLE : VIEW_CAPTIONS;
	if (c->audio == NULL)
		o->sound = VIEW_SHORT;
	else if (strcmp(c->audio, "none") == 0)
		o->sound = VIEW_NONE;
	else if (strcmp(c->audio, "inside") == 0)
		o->sound = VIEW_INSIDE;
	else {
		o->sound = VIEW_BESIDE;
		o->sound_file = c->address = address(c->out_path != NULL ?
		    c->out_path : "", c->audio);
	}
	read_prices(c);
	o->terminal = c->out_path == NULL && isatty(1);
	c->view = view_new(o);
}

static void
open_form(struct conv *c)
{
	const char *term = opt_env("TERM");

	buf_init(&c->out, OUT_MAX);
	c->text.user = c->side == WHOSE_ANY || c->sound.who != VOICES_MODEL;
	c->text.model = c->side == WHOSE_ANY || c->sound.who != VOICES_USER;
	c->text.labels = c->text.user && c->text.model;
	switch (c->type) {
	case TYPE_WAV:
	case TYPE_PCM:
		c->sound.write = on_sound;
		c->sound.arg = c;
		c->voices = voices_new(&c->sound);
		return;
	case TYPE_JSON:
		c->text.json = true;
		break;
	case TYPE_TEXT:
	case TYPE_NONE:
		c->text.events = c->text.labels;
		c->text.live = c->out_path == NULL && isatty(1);
		c->text.colour = c->text.live && opt_env("NO_COLOR") == NULL &&
		    (term == NULL || strcmp(term, "dumb") != 0);
		break;
	default:
		open_view(c);
		return;
	}
	c->render = render_new(&c->text);
	render_width(c->render, c->out_path == NULL ? fd_columns(1) : 0);
}

/* The sound of a page, beside it. */
static void
write_sound(struct conv *c)
{
	const struct buf *b = view_sound(c->view);
	int fd;

	if (c->view_opts.sound != VIEW_BESIDE || c->failed)
		return;
	if (b->len == 0)
		log_warn("%s: not written: no sound in the stream", c->audio);
	else if ((fd = fd_create(c->audio)) == -1 ||
	    fd_write_all(fd, b->data, b->len) == -1 || close(fd) == -1) {
		log_error("%s:", c->audio);
		c->code = CODE_IO;
	}
}

static int
close_all(struct conv *c)
{
	progress_free(c->shown);
	mend(c);
	if (c->view != NULL)
		write_sound(c);
	input_close(c->input);
	output_close(c->output);
	loop_remove(c->loop, c->watch);
	loop_free(c->loop);
	intake_free(c->intake);
	render_free(c->render);
	voices_free(c->voices);
	view_free(c->view);
	json_free(c->prices);
	free(c->address);
	buf_done(&c->out);
	return c->code;
}

/* Endings of sound and film that are not made here. */
static bool
is_media(const char *ending)
{
	static const char *const all[] = {
		"aac", "aif", "aifc", "aiff", "amr", "au", "avi", "caf",
		"flac", "m4a", "mka", "mkv", "mov", "mp3", "mp4", "oga", "ogg",
		"ogv", "opus", "w64", "webm", "wma", "wmv"
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcasecmp(ending, all[i]) == 0)
			return true;
	return false;
}

/* The type that the name of the output asks for; text where it has no ending
 * or is no name of a file's. */
static enum type
guess(const char *path)
{
	const char *slash = path != NULL ? strrchr(path, '/') : NULL;
	const char *name = slash != NULL ? slash + 1 : path;
	const char *dot = name != NULL ? strrchr(name, '.') : NULL;
	int i;

	if (dot == NULL || dot == name || dot[1] == '\0')
		return TYPE_TEXT;
	for (i = 0; endings[i].name != NULL; i++)
		if (strcasecmp(dot + 1, endings[i].name) == 0)
			return (enum type)endings[i].value;
	if (is_media(dot + 1))
		log_die(CODE_USAGE, "%s: no %s is made here; gl-conv -t wav | "
		    "ffmpeg -i - %s", path, dot + 1, path);
	log_die(CODE_USAGE, "%s: no form goes by the ending %s; name one with "
	    "-t", path, dot);
}

#define AT(member) OPT_AT(struct conv, member)

static const struct opt options[] = {
	OPT_GROUP("Output"),
	{ "type", 't', OPT_WORD(types), AT(type), NULL,
	    "what to make (by the output's ending, or text)" },
	{ "output", 'o', OPT_FILE, AT(out_path), "file", "write there" },
	{ "no-payload", 0, OPT_SET(0), AT(text.data), NULL,
	    "JSON without the sound and the pictures" },
	{ "audio", 0, OPT_STR, AT(audio), "inside|none|file",
	    "the page's sound (inside, up to five minutes)" },
	{ "prices", 0, OPT_FILE, AT(prices_path), "file",
	    "a table of prices for tokens" },
	{ "progress", 0, OPT_FLAG, AT(progress), NULL,
	    "how far the input is read, as lines of JSON" },
	OPT_GROUP("Sound"),
	{ "rate", 'R', OPT_INT(PCM_RATE_MIN, PCM_RATE_MAX), AT(sound.rate),
	    "rate", "samples a second (as the stream has)" },
	{ "channel", 0, OPT_CALL(pcm_channel), AT(sound.pick), "n|mix",
	    "left, right or the nth of several (mix)" },
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
	int at = opt_read(options, "[file...]", c, argc, argv, 1);

	opt_operands(argc, argv, at, c->type == TYPE_SUMMARY || c->type ==
	    TYPE_TABLE ? INT_MAX : 1);
	c->files = argv + at;
	c->nfiles = argc - at;
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
	if ((c.nfiles == 0 || strcmp(c.files[0], "-") == 0) && isatty(0))
		log_info(0, "reading a stream from the terminal");
	open_form(&c);
	open_files(&c);
	loop_run(c.loop);
	return close_all(&c);
}
