/*
 * The waiting picture is in the tray; the next one is gathered meanwhile.  A
 * live source is always read, any other one only while no picture waits.
 */
#include "frames/supply.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frames/decoder.h"
#include "frames/photo.h"
#include "frames/ticks.h"
#include "frames/tray.h"
#include "loop/input.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "loop/run.h"

enum {
	GRACE_MS = 500,
	DAMAGED_ROW = 8		/* consecutive ones until a live one is used */
};

struct supply {
	struct loop *loop;
	struct supply_opts opts;
	const struct supply_ops *ops;
	void *arg;
	struct pictures *pictures;
	struct input *input;
	struct run *run;
	const struct decoder *decoder;	/* reads this path for us */
	char *folder;			/* the decoder's */
	struct tray tray;
	struct supply_state is;		/* but for busy */
	bool unreadable;
	struct photo photo;		/* the last one that arrived */
	int damaged;			/* in a row */
	bool gone;			/* the last one's writer has left */
	size_t path;
	struct ticks ticks;	/* of REAL and FAST */
	unsigned long here;	/* pictures of this path */
	bool used;		/* one of these was used */
	bool rest;		/* the last one has no end */
	int code;
};

static void next_path(struct supply *);
static void decoded(void *, const struct run_end *);

static const char *
name(const struct supply *s)
{
	const char *path;

	if (s->opts.command != NULL)
		return s->opts.command[0];
	if (s->opts.camera != NULL)
		return s->opts.camera->device;
	path = s->opts.paths[s->path < s->opts.n_paths ? s->path :
	    s->opts.n_paths - 1];
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

static void
trouble(struct supply *s, int code, const char *why)
{
	unsigned long bad = ++s->is.bad;
	char text[400];

	/* a broken source would report too much */
	if (code == CODE_OK && bad > 3 && (bad & (bad - 1)) != 0)
		return;
	snprintf(text, sizeof(text), "%s: %s%s", name(s), why,
	    code == CODE_OK && bad > 3 ? " (and more like it)" : "");
	s->ops->trouble(s->arg, code, text);
}

static void
end(struct supply *s, int code, const char *why)
{
	char text[300];

	if (s->is.over)
		return;
	s->is.over = true;
	if (why != NULL)
		snprintf(text, sizeof(text), "%s: %s", name(s), why);
	s->ops->over(s->arg, code, why != NULL ? text : NULL);
}

enum supply_pace
supply_pace(const struct supply *s)
{
	if (s->opts.pace != SUPPLY_AUTO)
		return s->opts.pace;
	if (!s->is.finite)
		return SUPPLY_LIVE;
	return s->ticks.rate > 0 ? SUPPLY_REAL : SUPPLY_HOLD;
}

static bool
timed(const struct supply *s)
{
	enum supply_pace pace = supply_pace(s);

	return (pace == SUPPLY_REAL || pace == SUPPLY_FAST) &&
	    s->ticks.rate > 0;
}

/* Skips pictures that the wanted rate leaves out. */
static void
step(struct supply *s)
{
	int64_t over = ticks_step(&s->ticks, s->tray.data.index);

	if (s->pictures != NULL)
		pictures_skip(s->pictures, over);
}

/* A complete picture has arrived. */
static void
arrived(struct supply *s, const struct picture_data *d)
{
	if (photo_owns(&s->photo, d, s->is.finite))
		return;
	s->is.came++;
	s->here++;
	s->gone = false;
	if (tray_busy(&s->tray)) {
		tray_put(&s->tray, d, s->pictures);
		return;
	}
	if (s->ticks.rate <= 0 && s->pictures != NULL)
		s->ticks.rate = pictures_rate(s->pictures);
	if (timed(s) && ticks_early(&s->ticks, d->index))
		return;
	tray_put(&s->tray, d, s->pictures);
	s->is.since = loop_now(s->loop);
	if (timed(s))
		step(s);
}

/* What cannot be pictures is not read to its end, which may never come; but a
 * FIFO's next writer may do better. */
static bool
ends_here(struct supply *s)
{
	if (!pictures_foreign(s->pictures) || s->input == NULL ||
	    input_survives(s->input))
		return false;
	trouble(s, CODE_DATA, pictures_why(s->pictures));
	s->code = CODE_DATA;
	next_path(s);
	return true;
}

/* Takes complete pictures from what was read; from a live source, all. */
static void
drain(struct supply *s)
{
	enum pictures_status st = PICTURES_FRAME;
	struct picture_data d;

	while (!s->is.over && s->pictures != NULL && st != PICTURES_MORE &&
	    !(s->tray.waiting && supply_pace(s) != SUPPLY_LIVE)) {
		st = pictures_next(s->pictures, &d);
		if (st == PICTURES_FRAME) {
			arrived(s, &d);
		} else if (st == PICTURES_BAD && ends_here(s)) {
			return;
		} else if (st == PICTURES_BAD &&
		    !(s->is.finite && s->photo.album)) {
			trouble(s, CODE_OK, pictures_why(s->pictures));
		}
	}
}

static void *
window(void *arg, size_t *n)
{
	struct supply *s = arg;

	if (s->is.drained || (s->tray.waiting && supply_pace(s) != SUPPLY_LIVE))
		return NULL;
	return pictures_window(s->pictures, n);
}

static void
filled(void *arg, size_t n)
{
	struct supply *s = arg;

	pictures_filled(s->pictures, n);
	drain(s);
}

static void
left_out(struct supply *s, const char *why)
{
	char text[240];

	snprintf(text, sizeof(text), "picture left out: %s", why);
	trouble(s, CODE_OK, text);
}

static void
drop_spare(struct supply *s, bool told)
{
	if (s->tray.spare_why[0] != '\0' && !told)
		left_out(s, s->tray.spare_why);
	s->tray.spare_why[0] = '\0';
}

/* Uses the damaged picture, as there is no other; code as for trouble(). */
static void
offer_spare(struct supply *s, int code)
{
	char text[240];

	tray_offer(&s->tray);
	s->is.since = loop_now(s->loop);
	snprintf(text, sizeof(text), "%s; used as it is", s->tray.spare_why);
	drop_spare(s, true);
	trouble(s, code, text);
	s->code = code != CODE_OK ? code : s->code;
}

/* The file has ended, and all its pictures are taken. */
static void
finish_path(struct supply *s)
{
	bool before = s->tray.waiting, bad, useless;
	struct picture_data d;

	/* a picture without an end may be complete otherwise */
	if (!before && pictures_rest(s->pictures, &d)) {
		s->rest = true;
		arrived(s, &d);
	}
	if (!s->tray.waiting && !s->used && s->tray.spare_why[0] != '\0')
		offer_spare(s, CODE_DATA);
	if (s->tray.waiting && !before)
		return;
	drop_spare(s, false);
	/* after a read error it is no surprise that it is incomplete */
	bad = pictures_end(s->pictures) == -1 && !s->unreadable &&
	    !(s->is.finite && s->photo.album);
	useless = s->is.finite && s->here > 0 && !s->used && !s->tray.waiting;
	if (bad || useless) {
		trouble(s, CODE_DATA, bad && pictures_why(s->pictures)[0] !=
		    '\0' ? pictures_why(s->pictures) : "no picture in it could "
		    "be used");
		s->code = CODE_DATA;
	}
	s->unreadable = false;
	next_path(s);
}

static void
ended(void *arg, int error)
{
	struct supply *s = arg;

	if (error != 0) {
		trouble(s, CODE_IO, log_reason(error));
		s->code = CODE_IO;
		s->unreadable = true;
	}
	s->is.drained = true;
	/* there may be a complete picture after the waiting one, which itself
	 * may turn out to be damaged and the only one */
	if (!s->tray.waiting)
		finish_path(s);
}

/* A FIFO's last writer has gone.  The last path stays open for the next writer,
 * in whose pictures what this one left incomplete must not run; any other one
 * ends here. */
static void
gone(void *arg)
{
	struct supply *s = arg;
	char text[500];

	if (s->path + 1 < s->opts.n_paths) {
		ended(s, 0);
		return;
	}
	if (!pictures_empty(s->pictures) && pictures_end(s->pictures) == -1 &&
	    pictures_why(s->pictures)[0] != '\0') {
		/* reported for each writer, unlike a broken source's faults */
		s->is.bad++;
		snprintf(text, sizeof(text), "%s: a writer left something "
		    "half done, which is dropped: %s", name(s),
		    pictures_why(s->pictures));
		s->ops->trouble(s->arg, CODE_OK, text);
	}
	pictures_free(s->pictures);
	s->pictures = pictures_new(s->opts.raw);
	s->ticks.rate = s->opts.rate;
	photo_init(&s->photo);
	s->gone = true;
	if (!s->tray.waiting && s->tray.spare_why[0] != '\0')
		offer_spare(s, CODE_OK);
}

static const struct input_ops input_ops = { window, filled, ended, gone };

/* Lets another program read the file, if the kind needs that and the program is
 * installed; otherwise reading the file will report what is missing. */
static bool
open_decoder(struct supply *s, const char *path)
{
	static const struct run_ops ops = { NULL, decoded };

	s->decoder = s->opts.raw == NULL ? decoder_of(path) : NULL;
	if (s->decoder == NULL)
		return false;
	s->run = decoder_start(s->decoder, s->loop, path, &ops, s, &s->folder);
	if (s->run == NULL)
		s->decoder = NULL;
	return s->run != NULL;
}

static int
open_path(struct supply *s)
{
	const char *path = s->opts.paths[s->path];
	struct input *in = NULL;

	if (!open_decoder(s, path) &&
	    (in = input_open(s->loop, path, &input_ops, s)) == NULL)
		return -1;
	s->input = in;
	s->is.finite = in == NULL || input_is_file(in);
	s->is.drained = false;
	photo_init(&s->photo);
	s->ticks.rate = s->opts.rate;
	s->ticks.next = 0;
	s->here = 0;
	s->used = s->rest = false;
	s->pictures = in != NULL ? pictures_new(s->opts.raw) : NULL;
	return 0;
}

/* The only picture of a file that another program read is done. */
static void
finish_decoded(struct supply *s)
{
	drop_spare(s, false);
	if (s->here > 0 && !s->used) {
		trouble(s, CODE_DATA, "no picture in it could be used");
		s->code = CODE_DATA;
	}
	next_path(s);
}

/* Goes on to the next file that can be opened, or ends. */
static void
next_path(struct supply *s)
{
	input_close(s->input);
	s->input = NULL;
	pictures_free(s->pictures);
	s->pictures = NULL;
	while (++s->path < s->opts.n_paths) {
		if (open_path(s) == 0)
			return;
		trouble(s, CODE_NOINPUT, log_reason(errno));
		s->code = CODE_NOINPUT;
	}
	end(s, s->code, NULL);
}

const struct picture_data *
supply_waiting(const struct supply *s)
{
	return s->tray.waiting ? &s->tray.data : NULL;
}

/* Goes on to the next picture. */
static void
go_on(struct supply *s)
{
	if (tray_next(&s->tray)) {
		s->is.since = loop_now(s->loop);
		return;
	}
	if (s->decoder != NULL && s->run == NULL)
		finish_decoded(s);
	if (s->pictures == NULL)
		return;
	drain(s);
	if (s->is.drained && !s->tray.waiting && s->input != NULL)
		finish_path(s);
}

void
supply_lend(struct supply *s)
{
	s->tray.lent = true;
}

void
supply_taken(struct supply *s)
{
	s->used = true;
	s->damaged = 0;
	drop_spare(s, false);
	go_on(s);
}

/* If this picture has no end, neither has its source. */
static void
ends_inside(struct supply *s)
{
	if (s->rest && !s->photo.album)
		s->code = CODE_DATA;
}

void
supply_reject(struct supply *s, const char *why)
{
	ends_inside(s);
	left_out(s, why);
	go_on(s);
}

/* Whether a damaged picture is used at once: a live source may never have
 * another, and a FIFO's writer that has left sends nothing more. */
static bool
needed(struct supply *s)
{
	if (s->tray.newest)
		return false;
	return (s->gone && !s->used) || (supply_pace(s) == SUPPLY_LIVE &&
	    s->damaged % DAMAGED_ROW == 0);
}

void
supply_damaged(struct supply *s, const char *why)
{
	drop_spare(s, false);
	s->damaged++;
	ends_inside(s);
	if (s->used && !needed(s)) {
		left_out(s, why);
		go_on(s);
		return;
	}
	tray_spare(&s->tray, why);
	if (needed(s)) {
		s->tray.lent = false;
		offer_spare(s, CODE_OK);
	} else {
		go_on(s);
	}
}

/* Copies a picture from others' memory. */
static void
copy(struct supply *s, enum pictures_kind kind, const struct pixels *px,
    const void *p, size_t n)
{
	struct picture_data d = { .kind = kind };
	struct picture_kept *k;

	if (n > PIXELS_BYTES_MAX) {
		trouble(s, CODE_OK, "a picture over 64 MiB, left out");
		return;
	}
	k = tray_room(&s->tray, n);
	memcpy(k->data, p, n);
	if (px != NULL)
		d.pixels = *px;
	d.p = k->data;
	d.n = n;
	d.index = (int64_t)s->is.came;
	arrived(s, &d);
}

static void
camera_frame(void *arg, const void *p, size_t n)
{
	struct supply *s = arg;
	const struct camera_mode *m = camera_mode(s->is.camera);

	copy(s, m->jpeg ? PICTURES_JPEG : PICTURES_RAW, &m->pixels, p, n);
}

static void
camera_gone(void *arg, const char *why)
{
	end(arg, CODE_IO, why);
}

static const struct camera_ops camera_ops = { camera_frame, camera_gone };

/* Takes the first picture of a command's output. */
static void
read_output(struct supply *s, const char *p, size_t n)
{
	struct pictures *ps = pictures_new(s->opts.raw);
	struct picture_data d;

	if (pictures_first(ps, p, n, &d))
		copy(s, d.kind, &d.pixels, d.p, d.n);
	else
		trouble(s, CODE_OK, pictures_why(ps));
	pictures_free(ps);
}

/* Another program has read a file, or has failed to. */
static void
decoded(void *arg, const struct run_end *e)
{
	struct supply *s = arg;
	char why[DECODER_ERR], text[DECODER_ERR + 100];

	s->run = NULL;
	decoder_clean(s->folder);
	s->folder = NULL;
	if (s->is.over)
		return;
	if (e->how == RUN_EXITED && e->code == 0) {
		read_output(s, e->out, e->out_len);
	} else {
		decoder_failure(e, why, sizeof(why));
		snprintf(text, sizeof(text), "%s, which %s cannot read: %s",
		    s->decoder->kind, s->decoder->program, why);
		trouble(s, CODE_DATA, text);
	}
	if (s->tray.waiting)
		return;
	s->code = CODE_DATA;
	next_path(s);
}

static void
run_done(void *arg, const struct run_end *e)
{
	struct supply *s = arg;
	char why[DECODER_ERR];

	s->run = NULL;
	if (e->how == RUN_EXITED && e->code == 0) {
		read_output(s, e->out, e->out_len);
		return;
	}
	if (e->how == RUN_CANCELLED)
		return;
	decoder_failure(e, why, sizeof(why));
	trouble(s, CODE_OK, why);
	/* what cannot be run at all never will be */
	if (e->how == RUN_EXITED && e->code == 127 && s->is.came == 0)
		end(s, CODE_NOINPUT, "cannot be run");
}

bool
supply_ask(struct supply *s)
{
	static const struct run_ops ops = { NULL, run_done };
	struct run_opts o = { .proc = { .argv = s->opts.command,
	    .err = PROC_ERR_PIPE }, .timeout_ms = s->opts.timeout_ms,
	    .grace_ms = GRACE_MS, .out_max = PIXELS_BYTES_MAX,
	    .err_max = DECODER_ERR };

	if (s->opts.command == NULL || s->run != NULL || s->is.over ||
	    s->tray.waiting)
		return false;
	s->run = run_start(s->loop, &o, &ops, s);
	if (s->run == NULL)
		end(s, CODE_NOINPUT, log_reason(errno));
	return s->run != NULL;
}

struct supply *
supply_open(struct loop *loop, const struct supply_opts *o,
    const struct supply_ops *ops, void *arg, char *why, size_t size)
{
	struct supply *s = mem_alloc(sizeof(*s));

	s->loop = loop;
	s->opts = *o;
	s->ops = ops;
	s->arg = arg;
	s->ticks.rate = o->rate;
	s->ticks.fps = o->fps;
	if (o->camera != NULL) {
		s->is.camera = camera_open(loop, o->camera, &camera_ops, s, why,
		    size);
		if (s->is.camera == NULL)
			goto failed;
	} else if (o->command == NULL) {
		while (open_path(s) == -1) {
			if (s->path + 1 == o->n_paths) {
				snprintf(why, size, "%s: %s", name(s),
				    log_reason(errno));
				goto failed;
			}
			trouble(s, CODE_NOINPUT, log_reason(errno));
			s->code = CODE_NOINPUT;
			s->path++;
		}
	}
	return s;
failed:
	supply_close(s);
	return NULL;
}

void
supply_stop(struct supply *s)
{
	s->is.over = true;
	if (s->run != NULL)
		run_cancel(s->run);
}

void
supply_kill(struct supply *s)
{
	if (s->run != NULL)
		proc_kill(run_group(s->run), SIGKILL);
}

void
supply_close(struct supply *s)
{
	if (s == NULL)
		return;
	input_close(s->input);
	camera_close(s->is.camera);
	decoder_clean(s->folder);
	pictures_free(s->pictures);
	tray_done(&s->tray);
	free(s);
}

int64_t
supply_time(const struct supply *s)
{
	const struct ticks *t = &s->ticks;

	return t->rate > 0 ? (int64_t)((double)s->tray.data.index * 1000 /
	    t->rate) : 0;
}

struct supply_state
supply_state(const struct supply *s)
{
	struct supply_state now = s->is;

	now.busy = s->run != NULL;
	return now;
}
