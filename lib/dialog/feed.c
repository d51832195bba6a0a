/*
 * Inputs as records.  Each input has at most one record ready; what is refused
 * stays there while the others get their turn, so a tool's answer never waits
 * behind a question that has to wait.
 */
#include "dialog/feed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fd.h"
#include "loop/input.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "sound/pcm.h"
#include "stream/mono.h"
#include "stream/stream.h"

enum {
	TURN_MAX = 256,		/* records taken before the loop's next turn */
	LATE_US = 1000000	/* pacing this late does not catch up */
};

struct feed_input {
	struct feed *feed;
	struct input *input;
	struct intake *intake;
	char *name;
	bool standard, file, tools;
	bool drained;		/* nothing more will be read */
	bool gone;		/* a FIFO's current writer has left */
	enum intake_form form;	/* of the intake */
	bool done;		/* and everything was taken */
	bool ready;		/* rec is waiting to be taken */
	struct record rec;
	struct mono_form form_of;	/* rec's sound; rate 0: none, or bad */
	bool counted;		/* its sound is in ahead_us */
	int64_t ahead_us;	/* how far the sound is ahead of the clock */
	int64_t seen_us;	/* when ahead_us was updated */
	int64_t due_us;		/* when the pace allows rec */
	bool stored;		/* a file, not a microphone */
	bool spoilt;		/* invalid bytes have been reported */
	int64_t heard_us;	/* length of its sound so far, */
	bool heard;		/* and whether it was more than silence */
	struct mono mono;	/* mixes its channels to one */
	struct feed_input *next;
};

struct feed {
	struct loop *loop;
	struct feed_opts o;
	const struct feed_ops *ops;
	void *arg;
	struct feed_input *inputs;
	struct timer timer;	/* for the next paced record, or to continue */
	bool pumping, stopped, ended;
};

static void
on_timer(void *arg)
{
	feed_pump(arg);
}

struct feed *
feed_new(struct loop *loop, const struct feed_opts *o,
    const struct feed_ops *ops, void *arg)
{
	struct feed *f = mem_alloc(sizeof(*f));

	f->loop = loop;
	f->o = *o;
	f->ops = ops;
	f->arg = arg;
	f->timer.fire = on_timer;
	f->timer.arg = f;
	return f;
}

void
feed_free(struct feed *f)
{
	struct feed_input *in;

	if (!f)
		return;
	feed_stop(f);
	while ((in = f->inputs)) {
		f->inputs = in->next;
		input_close(in->input);
		intake_free(in->intake);
		mono_done(&in->mono);
		free(in->name);
		free(in);
	}
	free(f);
}

void
feed_stop(struct feed *f)
{
	f->stopped = true;
	loop_untimer(f->loop, &f->timer);
}

/* Whether a record is sound, and how long; invalid sound is passed on like any
 * record, to be refused. */
static void
measure(struct feed_input *in)
{
	struct mono_form *f = &in->form_of;
	bool stream = intake_form(in->intake) == INTAKE_STREAM;

	if (strcmp(in->rec.type, "audio") != 0 || (stream ?
	    mono_form(f, &in->rec, 16000) :
	    mono_bare(f, &in->rec, 16000)) != NULL)
		memset(f, 0, sizeof(*f));
}

/* Notes whether any of the sound is more than silence. */
static void
listen(struct feed_input *in, const void *pcm, size_t n)
{
	struct pcm_level level = { 0 };

	if (in->heard)
		return;
	pcm_level_add(&level, pcm, n / 2);
	in->heard = pcm_level_peak(&level) > INTAKE_SILENCE;
}

static bool
give(struct feed_input *in, int how)
{
	struct feed *f = in->feed;
	const struct mono_form *form = &in->form_of;
	const void *pcm;

	if (form->rate == 0)
		return f->ops->record(f->arg, &in->rec, how);
	pcm = mono_mix(&in->mono, form, &in->rec);
	listen(in, pcm, form->frames * 2);
	return f->ops->audio(f->arg, pcm, form->frames * 2, form->rate, how);
}

/* Counts a record's sound against the clock. */
static void
count(struct feed_input *in, int64_t now)
{
	if (in->counted)
		return;
	in->counted = true;
	in->ahead_us -= now - in->seen_us;
	if (in->ahead_us < -(int64_t)FEED_BEHIND * 1000)
		in->ahead_us = -(int64_t)FEED_BEHIND * 1000;
	in->seen_us = now;
	in->ahead_us += in->form_of.us;
	if (in->ahead_us > (int64_t)FEED_AHEAD * 1000)
		in->stored = true;
}

/* Whether the record's time has come; if not, sets the timer for it. */
static bool
timely(struct feed_input *in, int64_t now)
{
	struct feed *f = in->feed;
	int64_t at;

	if (f->o.pace <= 0 || in->form_of.us == 0 || in->due_us <= now)
		return true;
	at = in->due_us / 1000 + 1;
	if (!f->timer.armed || f->timer.at > at)
		loop_timer(f->loop, &f->timer, at);
	return false;
}

static void
advance(struct feed_input *in, int64_t now)
{
	double pace = in->feed->o.pace;

	if (pace <= 0 || in->form_of.us == 0)
		return;
	if (in->due_us < now - LATE_US)
		in->due_us = now;
	in->due_us += (int64_t)((double)in->form_of.us / pace);
}

/* Reports invalid bytes in lines of text: the first at once, their number at
 * the end. */
static void
check_text(struct feed_input *in)
{
	struct feed *f = in->feed;
	int64_t line, n = intake_spoilt(in->intake, &line);
	char why[100];

	if (n > 0 && !in->spoilt) {
		in->spoilt = true;
		snprintf(why, sizeof(why), "line %" PRId64 " is not UTF-8: "
		    "invalid bytes are replaced", line);
		f->ops->warn(f->arg, in->name, why);
	}
	if (n > 1 && in->done) {
		snprintf(why, sizeof(why), "%" PRId64 " lines were not UTF-8",
		    n);
		f->ops->warn(f->arg, in->name, why);
	}
}

/* Whether no other input can speak for the user. */
static bool
alone(const struct feed_input *in)
{
	const struct feed_input *i;

	for (i = in->feed->inputs; i; i = i->next)
		if (i != in && !i->tools)
			return false;
	return true;
}

/* Whether the input may be empty: it only ends the user's side. */
static bool
may_be_empty(const struct feed_input *in)
{
	if (!alone(in))
		return true;
	return input_is_device(in->input) && (!in->standard ||
	    !fd_is_null(0) || in->feed->o.unasked);
}

/* What the user would want to know about the sound: a muted microphone, or two
 * channels that cancel, cannot be seen. */
static void
check_sound(struct feed_input *in)
{
	struct feed *f = in->feed;
	enum intake_form form = intake_form(in->intake);
	char text[200];
	const char *why = intake_advice(in->intake, text, sizeof(text));

	if ((form == INTAKE_GUESS || form == INTAKE_TEXT ||
	    (form == INTAKE_STREAM && why != NULL) ||
	    (form == INTAKE_PCM && in->heard_us == 0)) && may_be_empty(in))
		return;
	if (form == INTAKE_STREAM && why == NULL) {
		why = in->heard_us > 0 ? pcm_in_advice(&in->mono.in, text,
		    sizeof(text)) : NULL;
		if (why == NULL && in->heard_us > 0 && !in->heard) {
			snprintf(text, sizeof(text), "all of its sound is "
			    "silence (%.1f s): is the microphone muted?",
			    (double)in->heard_us / 1e6);
			why = text;
		}
	}
	if (why != NULL && in->heard)
		f->ops->warn(f->arg, in->name, why);
	else if (why != NULL)
		f->ops->silent(f->arg, in->name, why);
}

/* Reports that the input has ended, or is broken; and the end of the user's
 * side, if it is that: the end of standard input and of all files; without
 * standard input, of all inputs. */
static void
finish(struct feed_input *in, int code, const char *why)
{
	struct feed *f = in->feed;
	struct feed_input *i;
	bool standard = false, open = false;

	in->done = in->drained = true;
	check_text(in);
	if (!code && !f->stopped)
		check_sound(in);
	if (code)
		f->ops->bad(f->arg, in->name, code, why);
	for (i = f->inputs; i; i = i->next)
		standard |= i->standard;
	for (i = f->inputs; i; i = i->next)
		open |= !i->done && !i->tools &&
		    (!standard || i->standard || i->file);
	if (f->ended || f->stopped || open)
		return;
	f->ended = true;
	f->ops->end(f->arg);
}

/* A file is read in larger pieces, unless it plays the part of a microphone. */
static void
make_intake(struct feed_input *in, enum intake_form form)
{
	struct intake_opts so = { .form = form, .rate = in->feed->o.rate,
	    .said = in->feed->o.said,
	    .pick = in->feed->o.pick, .mend = input_survives(in->input) };

	in->form = form;
	in->file = input_is_file(in->input);
	in->stored = in->file;
	so.piece_ms = in->file && in->feed->o.pace <= 0 ?
	    FEED_FILE_PIECE_MS : FEED_PIECE_MS;
	in->intake = intake_new(&so);
}

/* A FIFO's last writer has gone, and all whole records are taken: what it left
 * incomplete must not run into the next writer's. */
static void
begin_anew(struct feed_input *in)
{
	struct feed *f = in->feed;
	char text[500];

	in->gone = false;
	if (intake_cut(in->intake) < 0) {
		snprintf(text, sizeof(text), "a writer left something half "
		    "done, which is dropped: %s", intake_why(in->intake));
		f->ops->warn(f->arg, in->name, text);
	}
	check_sound(in);
	intake_free(in->intake);
	make_intake(in, in->form);
	in->heard = false;
	in->heard_us = 0;
	memset(&in->mono.in, 0, sizeof(in->mono.in));
}

static void
lost(struct feed_input *in)
{
	struct feed *f = in->feed;
	char text[500];

	snprintf(text, sizeof(text), "damaged: %s", intake_why(in->intake));
	f->ops->warn(f->arg, in->name, text);
}

/* Makes the next record of an input ready; false if there is none. */
static bool
fetch(struct feed_input *in)
{
	enum stream_status st;

	if (in->ready)
		return true;
	if (in->done)
		return false;
	while ((st = intake_next(in->intake, &in->rec)) == STREAM_LOST)
		lost(in);
	switch (st) {
	case STREAM_RECORD:
		check_text(in);
		measure(in);
		in->counted = false;
		in->ready = true;
		return true;
	case STREAM_BAD:
		finish(in, CODE_DATA, intake_why(in->intake));
		return false;
	default:
		if (intake_blank(in->intake) && in->feed->ops->blank)
			in->feed->ops->blank(in->feed->arg);
		break;
	}
	if (in->gone)
		begin_anew(in);
	if (!in->drained)
		return false;
	if (intake_cut(in->intake) < 0)
		finish(in, CODE_DATA, intake_why(in->intake));
	else
		finish(in, 0, NULL);
	return false;
}

static int
how_given(const struct feed_input *in)
{
	enum intake_form form = intake_form(in->intake);
	int how = in->stored ? 0 : FEED_LIVE;

	if (in->rec.typed)
		how |= FEED_LINE;
	if (in->tools)
		how |= FEED_TOOLS;
	if (in->standard)
		how |= FEED_STANDARD;
	if ((in->standard ? in->file || alone(in) :
	    in->file && in->feed->o.question) &&
	    (form == INTAKE_WAV || form == INTAKE_PCM))
		how |= FEED_PLAIN;
	return how;
}

/* Offers the next record of one input; true if it was taken. */
static bool
offer(struct feed_input *in)
{
	struct feed *f = in->feed;
	int64_t now;

	if (!fetch(in))
		return false;
	now = clock_us();
	if (!timely(in, now))
		return false;
	count(in, now);
	if ((in->stored || in->form_of.us == 0) && !f->ops->hungry(f->arg))
		return false;
	if (!give(in, how_given(in)))
		return false;
	in->heard_us += in->form_of.us;
	in->ready = false;
	advance(in, now);
	return true;
}

void
feed_pump(struct feed *f)
{
	struct feed_input *in;
	int left = TURN_MAX;
	bool any = true;

	if (f->pumping)
		return;
	f->pumping = true;
	while (any && left > 0 && !f->stopped) {
		any = false;
		for (in = f->inputs; in && !f->stopped; in = in->next)
			if (offer(in)) {
				any = true;
				left--;
			}
	}
	f->pumping = false;
	if (left <= 0 && !f->stopped)
		loop_timer(f->loop, &f->timer, loop_now(f->loop));
}

static void *
window(void *arg, size_t *n)
{
	struct feed_input *in = arg;

	if (in->ready || in->drained || in->gone || in->feed->stopped)
		return NULL;
	return intake_window(in->intake, n);
}

static void
filled(void *arg, size_t n)
{
	struct feed_input *in = arg;

	intake_filled(in->intake, n);
	feed_pump(in->feed);
}

static void
end(void *arg, int error)
{
	struct feed_input *in = arg;

	in->drained = true;
	if (error)
		in->feed->ops->bad(in->feed->arg, in->name, CODE_IO,
		    log_reason(error));
	intake_ended(in->intake);
	feed_pump(in->feed);
}

static void
gone(void *arg)
{
	struct feed_input *in = arg;

	if (in->done)
		return;
	in->gone = true;
	intake_ended(in->intake);
	feed_pump(in->feed);
}

static const struct input_ops input_ops = { window, filled, end, gone };

static void
join(struct feed *f, struct feed_input *in)
{
	struct feed_input **at = &f->inputs;

	while (*at)
		at = &(*at)->next;
	*at = in;
	in->seen_us = clock_us();
}

void
feed_stdin(struct feed *f, enum intake_form form)
{
	struct feed_input *in = mem_alloc(sizeof(*in));

	in->feed = f;
	mono_init(&in->mono, f->o.pick);
	in->standard = true;
	in->name = mem_str(f->o.name != NULL ? f->o.name : "standard input");
	in->input = input_fd(f->loop, 0, &input_ops, in);
	make_intake(in, form);
	join(f, in);
}

int
feed_add(struct feed *f, const char *path)
{
	struct feed_input *in = mem_alloc(sizeof(*in));
	int saved;

	in->feed = f;
	mono_init(&in->mono, f->o.pick);
	in->input = input_open(f->loop, path, &input_ops, in);
	if (!in->input) {
		saved = errno;
		free(in);
		errno = saved;
		return -1;
	}
	in->name = mem_str(path);
	make_intake(in, INTAKE_NAMED);
	join(f, in);
	return 0;
}

void
feed_add_tools(struct feed *f, int fd, const char *name)
{
	struct feed_input *in = mem_alloc(sizeof(*in));

	in->feed = f;
	in->tools = true;
	mono_init(&in->mono, f->o.pick);
	in->name = mem_str(name);
	in->input = input_fd(f->loop, fd, &input_ops, in);
	make_intake(in, INTAKE_STREAM);
	join(f, in);
}

bool
feed_answers(const struct feed *f)
{
	const struct feed_input *in;
	enum intake_form form;

	for (in = f->inputs; in; in = in->next) {
		if (in->done)
			continue;
		form = intake_form(in->intake);
		if (!in->standard || form == INTAKE_STREAM ||
		    form == INTAKE_GUESS)
			return true;
	}
	return false;
}

bool
feed_progress(const struct feed *f, int64_t *at, int64_t *size)
{
	const struct feed_input *in;
	int64_t a, n;

	*at = *size = 0;
	for (in = f->inputs; in; in = in->next)
		if (in->standard)
			return input_progress(in->input, at, size) &&
			    !in->done;
	for (in = f->inputs; in; in = in->next)
		if (input_progress(in->input, &a, &n)) {
			*at += a;
			*size += n;
		}
	return *size > 0 && *at <= *size;
}
