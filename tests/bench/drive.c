/*
 * Measures one client of the protocol: is its server (TLS on loopback), starts
 * it, feeds its standard input, reads its standard output and takes its times,
 * CPU seconds and memory.  The server's own work is not counted.
 *
 *	drive ROW [-n runs] [-s seconds] [-m MiB] [-c children] [-C cpu] -- CMD...
 *
 * In CMD the words PORT and CA stand for the server's port and the file of its
 * CA.  CMD reads raw s16le at 16 kHz and writes raw s16le at 24 kHz.  Rows:
 *	start	ms from fork to `setup` on the wire: median
 *	duplex	CPU s for a minute; latency up p50 p99, down p50 p99 in ms
 *	up	CPU s per GiB of PCM sent as fast as it goes (from a file)
 *	down	CPU s per GiB of PCM received as fast as it goes (to /dev/null)
 *	slow	peak PSS in MiB while it comes down to a reader at 32 MiB/s
 *	idle	PSS in MiB of a connected client, averaged over the children
 *	many	p99 of all latencies with `children` clients at real time
 *	stale	ms of old speech that a reader at real time still gets after
 *		`interrupted`, ten seconds being queued
 */
#define _GNU_SOURCE		/* sched_setaffinity(2), wait4(2) */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/fd.h"
#include "net/httpd.h"
#include "net/httphead.h"
#include "net/listen.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "net/ws.h"
#include "net/wsup.h"

enum {
	UP_BYTES = 640, DOWN_BYTES = 1920,	/* 20 ms, 40 ms */
	BIG = 11520,				/* 240 ms, the service's own */
	CLIENTS = 256, SAMPLES = 1 << 20
};

enum row { START, DUPLEX, UP, DOWN, SLOW, IDLE, MANY, STALE };

static const char *const row_names[] = { "start", "duplex", "up", "down",
    "slow", "idle", "many", "stale" };

struct client {
	pid_t pid;
	int in, out;			/* our ends of its stdin and stdout */
	struct ws *ws;
	struct httpd *httpd;
	int64_t started, up_at, down_at;	/* us; 0: nothing under way */
	size_t up_left, got;
	bool ready, done;
	struct source *source;
};

static struct {
	struct loop *loop;
	enum row row;
	int runs, seconds, mib, children, cpu;
	int port;
	char ca[64], pcm[64];
	char **cmd;
	struct client clients[CLIENTS];
	int n, ready;
	double *samples[2];		/* up (or start), down: ms */
	size_t n_samples[2];
	struct timer tick;
	int64_t tick_no, end;
	size_t sent;			/* PCM bytes down */
	size_t budget;			/* SLOW: bytes to read in this tick */
	double cpu_s, peak;
	int interrupted;		/* STALE: 0 A is coming, 1 B */
	size_t stale;
	struct buf audio;		/* a message of DOWN_BYTES or BIG */
} d;

static void
sample(int which, double ms)
{
	if (d.n_samples[which] < SAMPLES)
		d.samples[which][d.n_samples[which]++] = ms;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
percentile(int which, double p)
{
	size_t n = d.n_samples[which];

	if (n == 0)
		return -1;
	qsort(d.samples[which], n, sizeof(double), by_value);
	return d.samples[which][(size_t)((double)(n - 1) * p)];
}

/* A server message with n bytes of sound, each byte `fill`. */
static void
audio_message(size_t n, int fill)
{
	char *pcm = mem_alloc(n), *at;

	memset(pcm, fill, n);
	buf_clear(&d.audio);
	buf_str(&d.audio, "{\n  \"serverContent\": {\n    \"modelTurn\": {\n"
	    "      \"parts\": [\n        {\n          \"inlineData\": {\n"
	    "            \"mimeType\": \"audio/pcm;rate=24000\",\n"
	    "            \"data\": \"");
	at = buf_room(&d.audio, BASE64_LEN(n));
	buf_added(&d.audio, base64_encode(at, pcm, n));
	buf_str(&d.audio, "\"\n          }\n        }\n      ]\n    }\n  }\n"
	    "}\n");
	free(pcm);
}

static void
say(struct client *c, const char *text)
{
	ws_send(c->ws, false, text, strlen(text));
}

static void
turn_over(struct client *c)
{
	say(c, "{\n  \"serverContent\": {\n    \"generationComplete\": true\n"
	    "  }\n}\n");
	say(c, "{\n  \"serverContent\": {\n    \"turnComplete\": true\n  }\n"
	    "}\n");
}

/* The down rows: as much as the queue takes. */
static void
pump(struct client *c)
{
	size_t all = (size_t)d.mib << 20;

	while (d.sent < all && ws_queued(c->ws) < 1 << 20) {
		if (ws_send(c->ws, false, d.audio.data, d.audio.len) == -1)
			return;
		d.sent += BIG;
		if (d.sent < all)
			continue;
		turn_over(c);
		if (c->in > 0)
			close(c->in);
		c->in = -1;
	}
}

static void
on_room(void *arg)
{
	struct client *c = arg;

	if (d.row == DOWN || d.row == SLOW)
		pump(c);
}

static void
all_ready(void)
{
	d.tick_no = 0;
	d.end = clock_ms() + d.seconds * 1000;
	loop_timer(d.loop, &d.tick, clock_ms() + (d.row == IDLE ? 300 : 20));
}

static void
set_up(struct client *c)
{
	int i;

	sample(0, (double)(clock_us() - c->started) / 1000);
	c->ready = true;
	say(c, "{\n  \"setupComplete\": {}\n}\n");
	if (d.row == START) {
		kill(c->pid, SIGKILL);
		return;
	}
	if (d.row == UP)
		return;
	if (d.row == DOWN || d.row == SLOW) {
		audio_message(BIG, 'x');
		pump(c);
	}
	if (d.row == STALE) {
		audio_message(BIG, 'A');
		for (i = 0; i < 10000 / 240; i++)
			ws_send(c->ws, false, d.audio.data, d.audio.len);
	}
	if (++d.ready == d.children)
		all_ready();
}

/* A chunk fed at up_at has arrived; larger messages count once. */
static void
arrived(struct client *c, size_t n)
{
	size_t pcm = n > 100 ? (n - 100) / 4 * 3 : 0;

	if (c->up_at == 0 || pcm < 64)
		return;
	c->up_left -= pcm < c->up_left ? pcm : c->up_left;
	/* the JSON around it differs by client: a few samples of slack */
	if (c->up_left > 160)
		return;
	sample(0, (double)(clock_us() - c->up_at) / 1000);
	c->up_at = 0;
}

static void
on_message(void *arg, bool text, char *p, size_t n)
{
	struct client *c = arg;

	(void)text;
	if (!c->ready) {
		if (memmem(p, n < 64 ? n : 64, "setup", 5) != NULL) {
			d.n_samples[0] = d.row == START ? d.n_samples[0] : 0;
			set_up(c);
		}
		return;
	}
	if (d.row == DUPLEX || d.row == MANY)
		arrived(c, n);
	else if (d.row == UP && n < 200 && memmem(p, n, "treamEnd", 8) != NULL)
		turn_over(c);
}

static void
on_end(void *arg, const struct ws_end *end)
{
	struct client *c = arg;

	(void)end;
	c->ws = NULL;
}

static void
request(void *arg, struct httpd *h, const struct httphead *head,
    const char *body, size_t n)
{
	static const struct ws_ops ops = { .message = on_message,
	    .room = on_room, .end = on_end };
	struct ws_opts opts = { .low_water = 256 << 10 };
	struct client *c = NULL;
	const void *rest;
	struct io io;
	int i;

	(void)arg;
	(void)body;
	for (i = 0; i < d.n && c == NULL; i++)
		if (d.clients[i].ws == NULL && !d.clients[i].ready)
			c = &d.clients[i];
	if (!wsup_asked(head) || c == NULL) {
		httpd_answer(h, 404, "text/plain", NULL, "", 0);
		return;
	}
	io = httpd_take(h, &rest, &n);
	c->ws = ws_server(d.loop, io, head, rest, n, &opts, &ops, c);
	httpd_close(h, IO_CLOSE);
}

static void
http_end(void *arg, struct httpd *h)
{
	(void)arg;
	(void)h;
}

static void
accepted(void *arg, struct io io, const char *peer)
{
	static const struct httpd_ops ops = { request, http_end };

	(void)peer;
	httpd_open(d.loop, io, &ops, arg);
}

/* The client's standard output. */
static int
want_out(void *arg, struct pollfd *pfd, int room)
{
	struct client *c = arg;

	(void)room;
	if (c->out == -1 || (d.row == SLOW && d.budget == 0) ||
	    d.row == STALE)
		return 0;
	pfd->fd = c->out;
	pfd->events = POLLIN;
	return 1;
}

static void
read_out(struct client *c, size_t most)
{
	static char bytes[1 << 20];
	ssize_t n, i;

	n = fd_read(c->out, bytes, most < sizeof(bytes) ? most :
	    sizeof(bytes));
	if (n == IO_AGAIN)
		return;
	if (n <= 0) {
		close(c->out);
		c->out = -1;
		return;
	}
	if (d.row == STALE && d.interrupted)
		for (i = 0; i < n; i++)
			d.stale += bytes[i] == 'A';
	c->got += (size_t)n;
	if (c->down_at != 0 && c->got >= DOWN_BYTES) {
		sample(1, (double)(clock_us() - c->down_at) / 1000);
		c->down_at = 0;
	}
}

static void
ready_out(void *arg, const struct pollfd *pfd, int n)
{
	struct client *c = arg;
	size_t before = c->got;

	(void)pfd;
	(void)n;
	read_out(c, d.row == SLOW ? d.budget : SIZE_MAX);
	if (d.row == SLOW)
		d.budget -= c->got - before;
}

static const struct source_ops out_ops = { want_out, ready_out };

static double
pss(pid_t pid)
{
	char path[64], *text, *line;
	double kb = 0;

	snprintf(path, sizeof(path), "/proc/%ld/smaps_rollup", (long)pid);
	text = fd_slurp(path, 65536, NULL);
	line = text ? strstr(text, "\nPss:") : NULL;
	if (line != NULL)
		kb = strtod(line + 5, NULL);
	free(text);
	return kb / 1024;
}

static void
feed(struct client *c)
{
	static const char chunk[UP_BYTES] = { 0 };

	if (c->in == -1)
		return;
	c->up_at = clock_us();
	c->up_left = UP_BYTES;
	if (write(c->in, chunk, sizeof(chunk)) == -1 && errno != EAGAIN)
		c->in = -1;
}

static void
end_input(void)
{
	int i;

	for (i = 0; i < d.n; i++) {
		if (d.clients[i].in > 0)
			close(d.clients[i].in);
		d.clients[i].in = -1;
		if (d.clients[i].ws != NULL)
			turn_over(&d.clients[i]);
	}
}

static void
measure_idle(void)
{
	double sum = 0;
	int i;

	for (i = 0; i < d.n; i++)
		sum += pss(d.clients[i].pid);
	d.peak = sum / d.n;
	end_input();
}

/* 20 ms of the conversation, clients spread over the tick in turn. */
static void
talk_tick(void)
{
	struct client *c;
	int i;

	for (i = 0; i < d.n; i++) {
		c = &d.clients[i];
		feed(c);
		if ((d.tick_no + i) % 2 == 0 && c->ws != NULL) {
			c->got = 0;
			c->down_at = clock_us();
			ws_send(c->ws, false, d.audio.data, d.audio.len);
		}
	}
}

static void
stale_tick(void)
{
	struct client *c = &d.clients[0];

	/* a second after the burst the user cuts in */
	if (d.tick_no == 50) {
		d.interrupted = 1;
		say(c, "{\n  \"serverContent\": {\n    \"interrupted\": true\n"
		    "  }\n}\n");
		turn_over(c);
		audio_message(BIG, 'B');
		ws_send(c->ws, false, d.audio.data, d.audio.len);
	}
	/* a reader at real time: 20 ms at 24 kHz */
	if (c->out != -1)
		read_out(c, 960);
}

static void
on_tick(void *arg)
{
	struct client *c = &d.clients[0];
	double now;

	(void)arg;
	d.tick_no++;
	if (d.row == IDLE) {
		measure_idle();
		return;
	}
	if (d.row == DUPLEX || d.row == MANY)
		talk_tick();
	else if (d.row == STALE)
		stale_tick();
	else if (d.row == SLOW) {
		d.budget = ((size_t)32 << 20) / 50;
		now = pss(c->pid);
		d.peak = now > d.peak ? now : d.peak;
		if (c->out == -1)
			return;
	}
	if (d.row != SLOW && d.row != DOWN && clock_ms() >= d.end) {
		if (d.row == STALE)
			kill(c->pid, SIGKILL);
		end_input();
		return;
	}
	loop_timer(d.loop, &d.tick, d.tick.at + 20);
}

static void
ended(void *arg, pid_t pid, int status)
{
	struct client *c = arg;
	int i;

	(void)pid;
	if (!c->ready || (d.row != STALE && d.row != START && status != 0))
		log_warn("the client ended with status %d%s",
		    WIFEXITED(status) ? WEXITSTATUS(status) : -1,
		    c->ready ? "" : " before its setup");
	c->done = true;
	for (i = 0; i < d.n; i++)
		if (!d.clients[i].done)
			return;
	loop_stop(d.loop, 0);
}

static void
child(int in, int out)
{
	cpu_set_t set;

	if (d.cpu >= 0) {
		CPU_ZERO(&set);
		CPU_SET(d.cpu, &set);
		sched_setaffinity(0, sizeof(set), &set);
	}
	loop_forked();
	dup2(in, 0);
	dup2(out, 1);
	execvp(d.cmd[0], d.cmd);
	_exit(127);
}

static void
launch(struct client *c)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 };

	memset(c, 0, sizeof(*c));
	if (d.row == UP || d.row == DOWN) {
		in[0] = d.row == UP ? open(d.pcm, O_RDONLY | O_CLOEXEC) : -1;
		out[1] = open("/dev/null", O_WRONLY | O_CLOEXEC);
	}
	if (in[0] == -1)
		fd_pipe(in);
	if (out[1] == -1) {
		fd_pipe(out);
		fd_nonblock(out[0]);
	}
	c->in = in[1];
	c->out = out[0];
	c->started = clock_us();
	c->pid = fork();
	if (c->pid == 0)
		child(in[0], out[1]);
	close(in[0]);
	close(out[1]);
	if (c->in != -1)
		fd_nonblock(c->in);
	c->source = loop_add(d.loop, &out_ops, c);
	loop_child(d.loop, c->pid, ended, c);
}

static double
children_cpu(void)
{
	struct rusage u;

	getrusage(RUSAGE_CHILDREN, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void
run_once(void)
{
	double before = children_cpu();
	int i;

	d.n = d.children;
	d.ready = 0;
	for (i = 0; i < d.n; i++)
		launch(&d.clients[i]);
	loop_run(d.loop);
	loop_untimer(d.loop, &d.tick);
	for (i = 0; i < d.n; i++) {
		loop_remove(d.loop, d.clients[i].source);
		if (d.clients[i].ws != NULL)
			ws_free(d.clients[i].ws);
		if (d.clients[i].in > 0)
			close(d.clients[i].in);
		if (d.clients[i].out > 0)
			close(d.clients[i].out);
	}
	d.cpu_s += children_cpu() - before;
}

static void
serve(void)
{
	static const char *const names[] = { "localhost", "127.0.0.1", NULL };
	static struct buf pem, cert, key;
	struct crypt_ca *ca = crypt_ca_new("bench");
	struct listen_opts o = { .port = 0 };
	struct listen *l;
	char why[256];
	size_t n;
	int i;

	buf_init(&pem, 65536);
	buf_init(&cert, 65536);
	buf_init(&key, 65536);
	crypt_ca_pem(ca, &pem);
	if (crypt_cert_new(ca, names, -3600, 86400, &cert, &key) == -1)
		log_die(CODE_BUG, "no certificate");
	snprintf(d.ca, sizeof(d.ca), "/tmp/gl-drive-%ld.pem", (long)getpid());
	fd_replace(d.ca, pem.data, pem.len, 0600);
	o.cert = cert.data;
	o.key = key.data;
	l = listen_open(d.loop, &o, accepted, NULL, why, sizeof(why));
	if (l == NULL)
		log_die(CODE_IO, "%s", why);
	d.port = listen_port(l);
	for (i = 0; d.cmd[i] != NULL; i++) {
		if (strcmp(d.cmd[i], "CA") == 0)
			d.cmd[i] = d.ca;
		else if ((n = strlen(d.cmd[i])) > 3 &&
		    strcmp(d.cmd[i] + n - 3, "=CA") == 0)
			d.cmd[i] = mem_printf("%.*s%s", (int)n - 2, d.cmd[i],
			    d.ca);
		else if (strcmp(d.cmd[i], "PORT") == 0)
			d.cmd[i] = mem_printf("%d", d.port);
		else if (strstr(d.cmd[i], ":PORT") != NULL)
			d.cmd[i] = mem_printf("%.*s:%d%s",
			    (int)(strstr(d.cmd[i], ":PORT") - d.cmd[i]),
			    d.cmd[i], d.port, strstr(d.cmd[i], ":PORT") + 5);
	}
}

static void
make_pcm(void)
{
	char block[65536];
	int fd, i, j;

	snprintf(d.pcm, sizeof(d.pcm), "/tmp/gl-drive-%ld.pcm",
	    (long)getpid());
	fd = open(d.pcm, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	for (i = 0; i < d.mib * 16; i++) {
		crypt_random(block, 4096);
		for (j = 1; j < 16; j++)
			memcpy(block + 4096 * j, block, 4096);
		if (fd_write_all(fd, block, sizeof(block)) == -1)
			log_die(CODE_IO, "%s:", d.pcm);
	}
	close(fd);
}

static void
report(void)
{
	double gib = (double)d.mib / 1024;

	switch (d.row) {
	case START:
		printf("%.2f\n", percentile(0, 0.5));
		break;
	case DUPLEX:
		printf("%.3f %.3f %.3f %.3f %.3f\n",
		    d.cpu_s * 60 / d.seconds, percentile(0, 0.5),
		    percentile(0, 0.99), percentile(1, 0.5),
		    percentile(1, 0.99));
		break;
	case UP: case DOWN:
		printf("%.3f\n", d.cpu_s / gib / d.runs);
		break;
	case SLOW: case IDLE:
		printf("%.2f\n", d.peak);
		break;
	case MANY:
		printf("%.2f %.2f\n", percentile(0, 0.99),
		    percentile(1, 0.99));
		break;
	case STALE:
		printf("%.0f\n", (double)d.stale / 48);
		break;
	}
}

static void
options(int argc, char *argv[])
{
	int c, i;

	if (argc < 2)
		log_die(CODE_USAGE, "usage: drive ROW [options] -- CMD...");
	for (i = 0; i < 8; i++)
		if (strcmp(argv[1], row_names[i]) == 0)
			d.row = (enum row)i;
	optind = 2;
	while ((c = getopt(argc, argv, "+n:s:m:c:C:")) != -1)
		switch (c) {
		case 'n': d.runs = atoi(optarg); break;
		case 's': d.seconds = atoi(optarg); break;
		case 'm': d.mib = atoi(optarg); break;
		case 'c': d.children = atoi(optarg); break;
		case 'C': d.cpu = atoi(optarg); break;
		default: exit(CODE_USAGE);
		}
	d.cmd = argv + optind;
	if (*d.cmd == NULL || d.children > CLIENTS)
		log_die(CODE_USAGE, "no command, or too many children");
}

int
main(int argc, char *argv[])
{
	int i;

	log_init("drive");
	d.runs = d.children = 1;
	d.seconds = 5;
	d.mib = 64;
	d.cpu = -1;
	options(argc, argv);
	for (i = 0; i < 2; i++)
		d.samples[i] = mem_resize(NULL, SAMPLES, sizeof(double));
	buf_init(&d.audio, 1 << 20);
	d.loop = loop_new();
	d.tick.fire = on_tick;
	audio_message(DOWN_BYTES, 'y');
	serve();
	if (d.row == UP)
		make_pcm();
	for (i = 0; i < d.runs; i++) {
		d.sent = 0;
		run_once();
	}
	report();
	unlink(d.ca);
	if (d.row == UP)
		unlink(d.pcm);
	return 0;
}
