/*
 * The core's time is the loop's, measured from the start in microseconds and
 * multiplied by the speed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "emulator/host/host.h"
#include "emulator/host/peer.h"
#include "emulator/host/picture.h"
#include "emulator/host/program.h"
#include "emulator/host/web.h"
#include "base/fd.h"
#include "net/listen.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/url.h"
#include "loop/output.h"
#include "stream/stream.h"

enum {
	LOG_QUEUE = 256 << 20,
	LINE_MAX_BYTES = 65536,
	STOP_MS = 1000,
	CHECK_MS = 10
};

struct emuhost {
	struct peer_host peer;	/* first: pointers to it are cast back */
	struct listen *listener;
	struct timer timer;		/* the core's deadline */
	struct timer check;		/* while stopping */
	int64_t give_up;
	struct output *log;
	struct emuprog *prog;
	struct emupic *pic;
	const struct host_opts *opts;
	bool audio_failed, images_failed;	/* reported */
	int64_t start;			/* in microseconds */
	void (*done)(void *arg);
	void *done_arg;
};

/* Reports that a file cannot be written. */
static void
cannot_write(struct emuhost *h, const char *path, int error)
{
	char text[300];

	snprintf(text, sizeof(text), "%.200s: %s", path, log_reason(error));
	h->opts->trouble(h->opts->arg, CODE_IO, text);
}

static void
log_broken(void *arg, int error)
{
	struct emuhost *h = arg;

	/* it is not a failure if the reader leaves */
	if (error != 0)
		cannot_write(h, strcmp(h->opts->log, "-") == 0 ?
		    "standard output" : h->opts->log, error);
}

static struct emuhost *
host_of(struct peer_host *p)
{
	return (struct emuhost *)p;
}

static int64_t
core_now(struct peer_host *p)
{
	return (int64_t)((double)(clock_us() - host_of(p)->start) / 1000 *
	    p->speed);
}

/* Sets the timer to the core's deadline. */
static void
rearm(struct peer_host *p)
{
	struct emuhost *h = host_of(p);
	int64_t at = emulator_deadline(p->core);

	if (at < 0) {
		loop_untimer(p->loop, &h->timer);
		return;
	}
	/* rounded up: a timer that fires early would have to be set again */
	loop_timer(p->loop, &h->timer, (h->start +
	    (int64_t)((double)at / p->speed * 1000) + 999) / 1000);
}

static void
tick(void *arg)
{
	struct emuhost *h = arg;

	emulator_tick(h->peer.core, core_now(&h->peer));
	rearm(&h->peer);
}

/* Checks whether stopping is over, and again until it is. */
static void
check(void *arg)
{
	struct emuhost *h = arg;
	struct loop *loop = h->peer.loop;
	bool idle = !h->log || output_idle(h->log);

	if (!h->done)
		return;
	if (loop_now(loop) >= h->give_up)
		peer_drop_all(&h->peer);
	else if (h->peer.peers || !idle || host_picture_busy(h->pic)) {
		loop_timer(loop, &h->check, loop_now(loop) + CHECK_MS);
		return;
	}
	h->done(h->done_arg);
	h->done = NULL;
}

static void
accepted(void *arg, struct io io, const char *peer)
{
	struct emuhost *h = arg;

	(void)peer;
	peer_open(&h->peer, io);
}

static void
log_line(void *arg, const char *p, size_t n)
{
	struct emuhost *h = arg;
	char stamp[40];
	int len = snprintf(stamp, sizeof(stamp), ",\"us\":%lld}\n",
	    (long long)clock_us());

	/* the core has no clock: the stamp goes before its line's "}\n" */
	output_add(h->log, p, n - 2, stamp, (size_t)len);
}

/* Keeps sound as received, in one file for each rate of a conversation. */
static void
keep_audio(void *arg, unsigned talk, int rate, const void *pcm, size_t n)
{
	struct emuhost *h = arg;
	char *path = mem_printf("%s/talk-%u-%d.pcm", h->opts->audio_dir, talk,
	    rate);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
	    O_NOFOLLOW | O_NONBLOCK, 0600);

	if ((fd == -1 || fd_write_all(fd, pcm, n) == -1) && !h->audio_failed) {
		cannot_write(h, path, errno);
		h->audio_failed = true;
	}
	if (fd != -1)
		close(fd);
	free(path);
}

static void
picture_lost(void *arg, const char *path, int error)
{
	struct emuhost *h = arg;

	if (!h->images_failed)
		cannot_write(h, path, error);
	h->images_failed = true;
}

static void
told(void *arg, const char *text)
{
	struct emuhost *h = arg;

	h->opts->trouble(h->opts->arg, CODE_OK, text);
}

static void
brain(void *arg, unsigned talk, const char *head, size_t hn,
    const void *payload, size_t pn)
{
	struct emuhost *h = arg;

	program_tell(h->prog, talk, head, hn, payload, pn);
}

static void
brain_end(void *arg, unsigned talk)
{
	struct emuhost *h = arg;

	if (h->prog)
		program_end(h->prog, talk);
}

static void
brain_said(void *arg, unsigned talk, const struct record *r)
{
	struct emuhost *h = arg;

	emulator_brain_record(h->peer.core, talk, r, core_now(&h->peer));
	rearm(&h->peer);
}

static bool
token_good(void *arg, const char *token)
{
	struct emuhost *h = arg;

	return web_token(h->peer.web, token);
}

static bool
token_use(void *arg, const char *token)
{
	struct emuhost *h = arg;

	return web_token_use(h->peer.web, token);
}

static int
look(void *arg, unsigned talk, int64_t number, const char *mime,
    const void *p, size_t n, struct emulator_image *seen)
{
	struct emuhost *h = arg;

	return host_picture_look(h->pic, talk, number, mime, p, n, seen);
}

static void
code_read(void *arg, unsigned talk, int64_t number, const char *text)
{
	struct emuhost *h = arg;
	struct buf b;

	if (!h->log)
		return;
	buf_init(&b, LINE_MAX_BYTES);
	stream_head(&b, "qr");
	stream_int(&b, "t", core_now(&h->peer));
	stream_int(&b, "talk", talk);
	stream_int(&b, "of_talk", number);
	stream_str(&b, "text", text);
	stream_tail(&b, 0);
	log_line(h, b.data, b.len);
	buf_done(&b);
}

static struct emulator *
new_core(struct emuhost *h, const struct host_opts *o)
{
	struct emulator_watch w = { .line = h->log ? log_line : NULL,
	    .heard = o->audio_dir ? keep_audio : NULL,
	    .brain = h->prog ? brain : NULL, .brain_end = brain_end,
	    .image = look, .told = told,
	    .token = o->auth ? token_good : NULL, .token_use = token_use };

	return emulator_new(&o->emulator, &w, h);
}

struct emuhost *
host_open(struct loop *loop, const struct host_opts *o, int *code,
    char *why, size_t size)
{
	struct listen_opts l = { .host = o->host, .port = o->port,
	    .cert = o->cert, .key = o->key };
	static const struct output_ops log_ops = { NULL, log_broken };
	static const struct program_ops prog_ops = { brain_said, told };
	static const struct host_picture_ops pic_ops = { code_read,
	    picture_lost };
	struct emuhost *h = mem_alloc(sizeof(*h));

	h->opts = o;
	h->peer.loop = loop;
	h->peer.speed = o->speed > 0 ? o->speed : 1;
	h->peer.now = core_now;
	h->peer.stirred = rearm;
	h->peer.guest.origins = o->origins;
	/* over TLS the certificate says which names are ours */
	h->peer.guest.here = o->cert == NULL &&
	    (o->host == NULL || url_loopback(o->host));
	h->start = clock_us();
	h->timer.fire = tick;
	h->check.fire = check;
	h->timer.arg = h->check.arg = h;
	if (o->log && !(h->log = output_open(loop, o->log, LOG_QUEUE, &log_ops,
	    h))) {
		snprintf(why, size, "%s: %s", o->log, log_reason(errno));
		*code = CODE_IO;
		goto bad;
	}
	if (o->brain && !(h->prog = program_new(loop, o->brain, &prog_ops, h,
	    code, why, size)))
		goto bad;
	h->peer.web = web_new(loop, o->auth, o->auth_len, why, size);
	*code = h->peer.web ? CODE_UNAVAILABLE : CODE_DATA;
	if (!h->peer.web)
		goto bad;
	h->pic = host_picture_new(loop, o->image_dir, o->qr, &pic_ops, h);
	h->peer.core = new_core(h, o);
	h->listener = listen_open(loop, &l, accepted, h, why, size);
	if (h->listener)
		return h;
bad:
	host_free(h);
	return NULL;
}

struct emulator *
host_core(struct emuhost *h)
{
	return h->peer.core;
}

int
host_port(const struct emuhost *h)
{
	return listen_port(h->listener);
}

void
host_stop(struct emuhost *h, void (*done)(void *arg), void *arg)
{
	struct loop *loop = h->peer.loop;

	listen_close(h->listener);
	h->listener = NULL;
	peer_close_all(&h->peer);
	h->done = done;
	h->done_arg = arg;
	h->give_up = loop_now(loop) + STOP_MS;
	/* not within this call */
	loop_timer(loop, &h->check, loop_now(loop));
}

void
host_free(struct emuhost *h)
{
	h->done = NULL;
	peer_drop_all(&h->peer);
	if (h->listener)
		listen_close(h->listener);
	emulator_free(h->peer.core);
	program_free(h->prog);
	host_picture_free(h->pic);
	web_free(h->peer.web);
	loop_untimer(h->peer.loop, &h->timer);
	loop_untimer(h->peer.loop, &h->check);
	if (h->log)
		output_close(h->log);
	free(h);
}
