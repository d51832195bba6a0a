/*
 * One loop: the input is read while the output has room; after its end, what is
 * left goes out bit by bit; then comes the next file.
 */
#include "conv/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/shown.h"
#include "conv/cell.h"
#include "conv/html.h"
#include "conv/wavout.h"
#include "loop/input.h"
#include "loop/loop.h"
#include "loop/output.h"
#include "loop/progress.h"
#include "sound/wav.h"
#include "stream/intake.h"
#include "stream/stream.h"

enum {
	/* above this the input waits, within a record if need be; a single
	 * piece may be larger */
	QUEUE_HIGH = 1 << 20,
	QUEUE_MAX = 256 << 20,
	/* one record as JSON with its payload in base64 */
	OUT_MAX = STREAM_PAYLOAD_MAX / 3 * 4 + 8 * STREAM_HEAD_MAX,
	SMALL_MAX = 64 << 20,	/* a file whose sound fits into a WAV */
	EMPTY_RATE = 24000	/* of a WAV file without sound: the model's */
};

struct convert {
	struct convert_opts o;	/* files: those still to be read */
	struct conv_view_opts view_opts;
	const char *in_path;
	int all_files;

	struct loop *loop;
	struct input *input;
	struct intake *intake;
	struct output *output;
	struct source *watch;
	struct progress *shown;
	struct render *render;
	struct voices *voices;
	struct conv_view *view;
	char *address;		/* of the sound beside a page */
	struct buf out, rows;	/* rows: the same for a terminal */
	bool lines;		/* rows are made */

	struct wavout wav;
	uint64_t bytes;		/* of sound */
	bool words;		/* some were written */
	bool advised;		/* of this file, why there may be none */
	bool open;		/* a session began in it, and did not end */
	bool turn_over;		/* the last record ended a turn */
	unsigned long records;
	struct record rec;	/* of which more sound is to come */
	bool midway;		/* in that one */
	bool at_end, finished;
	bool ending;		/* finish() has begun */
	bool advance;		/* to the next file */
	bool failed;		/* to write */
	int code;
};

/* Passes on what has collected in out. */
static void
flush(struct convert *c)
{
	struct buf *from;

	if (c->out.failed)
		log_die(CODE_DATA, "a record becomes longer than %d bytes",
		    OUT_MAX);
	if (c->lines)
		shown_lines(c->o.type == CONVERT_JSON ? SHOWN_JSON :
		    SHOWN_MARKS, fd_columns(1), c->out.data, c->out.len,
		    &c->rows);
	from = c->lines ? &c->rows : &c->out;
	if (output_add(c->output, from->data, from->len, NULL, 0) == -1)
		log_die(CODE_BUG, "the output's queue is full");
	buf_clear(&c->rows);
	buf_clear(&c->out);
}

/* Samples on their way out, preceded by a header if one is wanted. */
static int
on_sound(void *arg, const void *p, size_t n)
{
	struct convert *c = arg;
	unsigned char head[WAV_HEAD_LONG];

	if (c->o.type == CONVERT_WAV && c->bytes == 0)
		output_add(c->output, head, wavout_head(&c->wav, head,
		    voices_rate(c->voices), voices_channels(c->voices)), NULL,
		    0);
	if (output_add(c->output, p, n, NULL, 0) == -1)
		log_die(CODE_BUG, "the output's queue is full");
	c->bytes += n;
	return output_queued(c->output) >= QUEUE_HIGH;
}

/* Whether the session's end is still to come.  A part of a recording ends with
 * a turn, what is left of a session that was killed hardly ever does. */
static bool
goes_on(const struct convert *c, const struct record *rec)
{
	const char *program = json_get_str(rec->head, "program", "");

	if (strcmp(rec->type, "start") == 0)
		return c->open || strcmp(program, "gl-session") == 0;
	return c->open && strcmp(rec->type, "end") != 0;
}

static void
convert(struct convert *c, const struct record *rec)
{
	c->records += !c->midway;
	if (!c->midway) {
		c->open = goes_on(c, rec);
		c->turn_over = strcmp(rec->type, "turn_complete") == 0;
	}
	switch (c->o.type) {
	case CONVERT_WAV:
	case CONVERT_PCM:
		c->midway = voices_record(c->voices, rec) == 1;
		break;
	case CONVERT_TEXT:
	case CONVERT_JSON:
	case CONVERT_NONE:
		render_record(c->render, rec, &c->out);
		c->words |= c->out.len > 0;
		if (c->out.len > 0)
			flush(c);
		break;
	default:
		conv_view_record(c->view, rec);
	}
}

static void finish(struct convert *);

static const char *
name_of(const struct convert *c)
{
	return c->in_path != NULL ? c->in_path : "standard input";
}

static void
broken_input(struct convert *c)
{
	c->o.error("%s: %s%s", name_of(c), intake_why(c->intake),
	    c->records > 0 ? "; what came before it is used" : "");
	/* failing to read is not the data's fault */
	if (c->code == CODE_OK)
		c->code = CODE_DATA;
}

/* Converts what is there while the output has room. */
static void
drain(struct convert *c)
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
	struct convert *c = arg;

	if (c->ending || output_queued(c->output) >= QUEUE_HIGH)
		return NULL;
	drain(c);
	return c->ending || c->midway ? NULL : intake_window(c->intake, n);
}

static void
filled(void *arg, size_t n)
{
	struct convert *c = arg;

	intake_filled(c->intake, n);
	drain(c);
}

/* Reports what the sound lacks.  False if more of it is to come. */
static bool
sound_done(struct convert *c)
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
		c->o.warn("%lu audio records left out: not bare samples, "
		    "or rate or channels out of bounds",
		    voices_skipped(c->voices));
	if (c->bytes > 0)
		return true;
	if (c->code < CODE_SIGNAL)
		c->o.warn("no sound in the stream that is %s",
		    whose[c->o.sound.who]);
	if (c->o.type != CONVERT_WAV)
		return true;
	wav_head(head, c->o.sound.rate > 0 ? c->o.sound.rate : EMPTY_RATE,
	    voices_channels(c->voices), 0);
	output_add(c->output, head, sizeof(head), NULL, 0);
	return true;
}

/* The end of a stream that is made into something as a whole. */
static void
end_view(struct convert *c)
{
	const char *model;

	conv_view_end(c->view, &c->out);
	if (conv_view_unpriced(c->view, &model))
		c->o.warn("%s: no price for all tokens of %s", name_of(c),
		    *model != '\0' ? model : "a stream that does not name its "
		    "model");
}

static bool
wants_words(const struct convert *c)
{
	return c->o.type == CONVERT_NONE || c->o.type == CONVERT_TEXT ||
	    c->o.type == CONVERT_SRT || c->o.type == CONVERT_VTT;
}

/* Says that there were no words, where nothing else has said why. */
static void
words_done(struct convert *c)
{
	if (c->words || c->out.len > strlen("WEBVTT\n\n") || c->advised ||
	    c->code != CODE_OK || !wants_words(c))
		return;
	c->o.warn("%s: no words in it%s", name_of(c),
	    c->o.side == CONVERT_MODEL ? " that are the model's" :
	    c->o.side == CONVERT_USER ? " that are the user's" : "");
}

/* The input is over: what is held back goes out, at once or, if it is much
 * sound, bit by bit, when watch() calls again. */
static void
finish(struct convert *c)
{
	if (c->finished || c->advance)
		return;
	c->ending = true;
	if (c->voices != NULL && !sound_done(c))
		return;
	c->advance = c->o.nfiles > 0 && c->code < CODE_SIGNAL;
	c->finished = !c->advance;
	if (c->view != NULL)
		end_view(c);
	else if (c->voices == NULL)
		render_end(c->render, &c->out);
	words_done(c);
	flush(c);
	c->o.info(1, "%lu records", c->records);
	loop_soon(c->loop);
}

/* Whether text was wanted and there was only sound. */
static bool
wordless(const struct convert *c)
{
	enum intake_form form = intake_form(c->intake);

	return (form == INTAKE_WAV || (form == INTAKE_PCM && c->records > 0)) &&
	    wants_words(c);
}

/* What the user may not know about the sound: channels that cancel, silence. */
static void
advise(struct convert *c)
{
	char text[200];
	const char *why = intake_advice(c->intake, text, sizeof(text));

	if (wordless(c)) {
		c->o.error("%s: it is sound, without words: gl-session "
		    "--transcribe writes them down, -t wav keeps the sound",
		    name_of(c));
		c->code = CODE_DATA;
		return;
	}
	if (why == NULL && c->open && !c->turn_over)
		c->o.warn("%s: the end of the conversation is not in it: it "
		    "was broken off, or goes on", name_of(c));
	if (why == NULL && c->voices != NULL)
		why = voices_advice(c->voices, text, sizeof(text));
	c->advised = why != NULL;
	if (why != NULL)
		c->o.warn("%s: %s", name_of(c), why);
}

/* After the end of input: what is left, while the output has room. */
static void
last_words(struct convert *c)
{
	drain(c);
	if (c->ending || output_queued(c->output) >= QUEUE_HIGH)
		return;		/* watch() calls again */
	if (intake_cut(c->intake) == -1)
		broken_input(c);
	else if (c->code == 0)
		advise(c);
	finish(c);
}

static void
ended(void *arg, int error)
{
	struct convert *c = arg;

	if (error != 0) {
		errno = error;
		c->o.error("%s:", name_of(c));
		c->code = CODE_IO;
	}
	intake_ended(c->intake);
	c->at_end = true;
	last_words(c);
}

static const struct input_ops input_ops = { window, filled, ended, NULL };

static void next_file(struct convert *);

static void
broken(void *arg, int error)
{
	struct convert *c = arg;

	if (error != 0) {
		errno = error;
		c->o.error("%s:", c->o.out_path != NULL ? c->o.out_path :
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
	struct convert *c = arg;

	c->code = CODE_SIGNAL + signo;
	if (c->ending)		/* the second one */
		loop_stop(c->loop, c->code);
	finish(c);
}

/* Has no descriptor: continues after the end of input, and ends the loop once
 * everything is written. */
static int
watch(void *arg, struct pollfd *pfd, int room)
{
	struct convert *c = arg;

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

/* Rewrites the header, now that the length is known. */
static void
mend(struct convert *c)
{
	bool over;

	if (c->o.type != CONVERT_WAV || c->bytes == 0)
		return;
	if (wavout_mend(&c->wav, c->bytes, c->failed, &over) == -1) {
		c->o.error("%s: cannot mend the header:",
		    c->o.out_path != NULL ? c->o.out_path :
		    "standard output");
		c->code = CODE_IO;
	}
	if (over)
		c->o.warn("over 4 GiB of sound: the header cannot say how "
		    "much");
}

/* Whether the input may become more than 4 GiB of sound: a pipe's length is
 * unknown, and a file's sound may be resampled, and spread over a clock. */
static bool
may_be_large(const struct convert *c)
{
	struct stat st;
	int r = c->in_path != NULL ? stat(c->in_path, &st) : fstat(0, &st);

	return r == -1 || !S_ISREG(st.st_mode) || st.st_size > SMALL_MAX;
}

/* Opens the next file, or standard input; -1 with errno. */
static int
open_input(struct convert *c)
{
	struct intake_opts in = { .form = INTAKE_NAMED,
	    .pick = c->o.sound.pick };
	struct stat st;
	int fd = 0;

	c->in_path = NULL;
	if (c->o.nfiles > 0) {
		c->o.nfiles--;
		if (strcmp(*c->o.files, "-") != 0)
			c->in_path = *c->o.files;
		c->o.files++;
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
		conv_view_begin(c->view, c->in_path != NULL ? c->in_path : "-");
	c->records = 0;
	c->advised = c->open = c->turn_over = false;
	c->at_end = c->ending = c->midway = c->advance = false;
	return 0;
}

/* A file that cannot be opened does not stop the others. */
static void
next_file(struct convert *c)
{
	while (open_input(c) == -1) {
		c->o.error("%s:", c->in_path);
		c->code = CODE_NOINPUT;
		if (c->o.nfiles > 0)
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
	struct convert *c = arg;

	at->files = c->all_files;
	at->file = c->all_files - c->o.nfiles;
	return input_progress(c->input, &at->bytes, &at->size) ||
	    c->o.progress ? PROGRESS_KNOWN : PROGRESS_NONE;
}

/* A status row would appear in the middle of text on the terminal. */
static void
open_progress(struct convert *c)
{
	c->all_files = c->o.nfiles;
	if (c->o.progress || (isatty(2) && log_level() >= 0 &&
	    (c->o.out_path != NULL || !isatty(1))))
		c->shown = progress_new(c->loop, c->o.progress, where, c);
}

static void
open_files(struct convert *c)
{
	c->loop = loop_new();
	open_progress(c);
	if (open_input(c) == -1)
		log_die(CODE_NOINPUT, "%s:", c->in_path);
	c->output = output_open(c->loop, c->o.out_path != NULL ? c->o.out_path :
	    "-", QUEUE_MAX, &output_ops, c);
	if (c->output == NULL)
		log_die(CODE_IO, "%s:", c->o.out_path);
	wavout_init(&c->wav, c->o.out_path, may_be_large(c));
	c->watch = loop_add(c->loop, &watch_ops, c);
	loop_ends(c->loop, interrupted, c);
}

static enum conv_view_kind
kind(enum convert_type type)
{
	switch (type) {
	case CONVERT_HTML: return VIEW_PAGE;
	case CONVERT_SVG: return VIEW_SVG;
	case CONVERT_SUMMARY: return VIEW_SUMMARY;
	case CONVERT_TABLE: return VIEW_TABLE;
	default: return VIEW_CAPTIONS;
	}
}

static void
open_view(struct convert *c)
{
	struct conv_view_opts *o = &c->view_opts;
	struct captions_opts *cap = &o->captions;

	cap->vtt = c->o.type == CONVERT_VTT;
	cap->user = c->o.text.user;
	cap->model = c->o.text.model;
	cap->labels = c->o.text.labels;
	o->kind = kind(c->o.type);
	if (c->o.audio == NULL)
		o->sound = VIEW_SHORT;
	else if (strcmp(c->o.audio, "none") == 0)
		o->sound = VIEW_NONE;
	else if (strcmp(c->o.audio, "inside") == 0)
		o->sound = VIEW_INSIDE;
	else {
		o->sound = VIEW_BESIDE;
		o->sound_file = c->address = html_address(
		    c->o.out_path != NULL ? c->o.out_path : "", c->o.audio);
	}
	o->prices = c->o.prices;
	c->view = conv_view_new(o);
}

static void
open_form(struct convert *c)
{
	const char *term = opt_env("TERM");

	buf_init(&c->out, OUT_MAX);
	buf_init(&c->rows, OUT_MAX);
	c->lines = c->o.out_path == NULL && isatty(1) &&
	    c->o.type != CONVERT_TEXT && c->o.type != CONVERT_NONE;
	c->o.text.user = c->o.side == CONVERT_ANY ||
	    c->o.sound.who != VOICES_MODEL;
	c->o.text.model = c->o.side == CONVERT_ANY ||
	    c->o.sound.who != VOICES_USER;
	c->o.text.labels = c->o.text.user && c->o.text.model;
	switch (c->o.type) {
	case CONVERT_WAV:
	case CONVERT_PCM:
		c->o.sound.write = on_sound;
		c->o.sound.arg = c;
		c->voices = voices_new(&c->o.sound);
		return;
	case CONVERT_JSON:
		c->o.text.json = true;
		break;
	case CONVERT_TEXT:
	case CONVERT_NONE:
		c->o.text.events = c->o.text.labels;
		c->o.text.live = c->o.out_path == NULL && isatty(1);
		c->o.text.colour = c->o.text.live &&
		    opt_env("NO_COLOR") == NULL &&
		    (term == NULL || strcmp(term, "dumb") != 0);
		break;
	default:
		open_view(c);
		return;
	}
	c->render = render_new(&c->o.text);
	render_width(c->render, c->o.out_path == NULL ? fd_columns(1) : 0);
}

/* Writes a page's sound, in a file beside it. */
static void
write_sound(struct convert *c)
{
	const struct buf *b = conv_view_sound(c->view);
	int fd;

	if (c->view_opts.sound != VIEW_BESIDE || c->failed)
		return;
	if (b->len == 0)
		c->o.warn("%s: not written: no sound in the stream",
		    c->o.audio);
	else if ((fd = fd_create(c->o.audio)) == -1 ||
	    fd_write_all(fd, b->data, b->len) == -1 || close(fd) == -1) {
		c->o.error("%s:", c->o.audio);
		c->code = CODE_IO;
	}
}

static int
close_all(struct convert *c)
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
	conv_view_free(c->view);
	free(c->address);
	buf_done(&c->out);
	buf_done(&c->rows);
	return c->code;
}

int
convert_run(const struct convert_opts *o)
{
	struct convert c = { .o = *o };

	open_form(&c);
	open_files(&c);
	if (cell_shut(c.o.files, c.o.nfiles, c.o.out_path,
	    c.view_opts.sound == VIEW_BESIDE ? c.o.audio : NULL) == -1)
		c.o.info(1, "not confined: this kernel or container has no "
		    "Landlock, or no seccomp");
	loop_run(c.loop);
	return close_all(&c);
}
