/*
 * Makes and checks sound for the tests of gl-mic and gl-play.
 *
 *	heads			header lines of a stream
 *	payload TYPE [TURN]	payloads of a stream, joined
 *	turns N MS [FIRST]	N turns of MS ms of the counter signal, complete
 *	open N MS [FIRST]	the same, without their ends
 *	barge FILE N MS LOG [all]
 *				the same, two of three interrupted: each when the
 *				device has consumed some more of FILE (s16 mono);
 *				the time of each interruption goes to LOG; all: all
 *				of them, with silence of 150 ms between
 *	check N MS		raw s16 of those turns, as a device consumed it:
 *				prints "turn K samples" and fails where a sample
 *				is lost, doubled, or of a turn that was over
 *	latency LOG TIMES	ms from each interruption to the device's stop
 *	ear			raw s16 at 24 kHz as it comes from a server: prints
 *				when each sound had ended (us), after 15 ms of zeros
 *	finger TIMES FIRST LEN PERIOD N SPEED
 *				a key for utterances in a device's file, the first at
 *				FIRST ms, each LEN ms long, every PERIOD ms: activity
 *				records at their edges
 *	speak TIMES FIRST LEN PERIOD N SPEED
 *				turns of a voice at those times: samples of 20000
 *	wait FILE BYTES		until the file has so many bytes, 20 s at most
 *
 * The counter signal counts 1 to 65535 and on from 1 over all samples of all
 * turns, so that an interruption is a jump to the next turn's first number.
 * Zero is silence.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "stream/stream.h"

enum { RATE = 24000, PIECE_MS = 40, CYCLE = 65535 };

static uint16_t
value(uint64_t n)
{
	return (uint16_t)(n % CYCLE + 1);
}

/* A record of the counter from sample n on. */
static void
audio(struct buf *b, int turn, uint64_t n, int samples)
{
	int i;
	uint16_t v;

	stream_head(b, "audio");
	stream_int(b, "rate", RATE);
	stream_int(b, "turn", turn);
	stream_tail(b, (size_t)samples * 2);
	for (i = 0; i < samples; i++) {
		v = value(n + (uint64_t)i);
		buf_byte(b, v & 0xff);
		buf_byte(b, v >> 8);
	}
}

static void
flush(struct buf *b)
{
	if (b->failed || fd_write_all(1, b->data, b->len) == -1)
		log_die(CODE_IO, "standard output:");
	buf_clear(b);
}

static void
event(struct buf *b, const char *type, int turn)
{
	stream_head(b, type);
	stream_int(b, "turn", turn);
	stream_tail(b, 0);
}

static void
turn_audio(struct buf *b, int turn, int ms)
{
	int length = RATE * ms / 1000, piece = RATE * PIECE_MS / 1000, i, n;

	for (i = 0; i < length; i += n) {
		n = length - i < piece ? length - i : piece;
		audio(b, turn, (uint64_t)(turn - 1) * (uint64_t)length +
		    (uint64_t)i, n);
	}
}

static void
turn_end(struct buf *b, int turn)
{
	event(b, "generation_complete", turn);
	event(b, "turn_complete", turn);
}

static int
turns(int count, int ms, int first, bool ends)
{
	struct buf b;
	int t;

	buf_init(&b, 256 << 20);
	stream_start(&b, "soundtool");
	for (t = first; t < first + count; t++) {
		turn_audio(&b, t, ms);
		if (ends)
			turn_end(&b, t);
		flush(&b);
	}
	flush(&b);
	buf_done(&b);
	return 0;
}

static off_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : 0;
}

static int
wait_size(const char *path, off_t want)
{
	struct timespec ms = { 0, 1000000 };
	int64_t until = clock_ms() + 20000;

	while (size_of(path) < want) {
		if (clock_ms() > until) {
			fprintf(stderr, "%s has %lld bytes, not %lld\n", path,
			    (long long)size_of(path), (long long)want);
			return 1;
		}
		nanosleep(&ms, NULL);
	}
	return 0;
}

static int
barge(const char *path, int count, int ms, const char *log, bool all)
{
	FILE *f = fopen(log, "w");
	uint64_t length = (uint64_t)RATE * (uint64_t)ms / 1000;
	struct timespec pause = { 0, 150000000 };
	unsigned seed = 1, most;
	struct buf b;
	int t;

	if (f == NULL)
		log_die(CODE_IO, "%s:", log);
	buf_init(&b, 256 << 20);
	stream_start(&b, "soundtool");
	for (t = 1; t <= count; t++) {
		off_t from = size_of(path);

		turn_audio(&b, t, ms);
		if (t % 3 == 0 && !all) {
			turn_end(&b, t);
			flush(&b);
			if (wait_size(path, from + (off_t)length * 2) != 0)
				return 1;
			continue;
		}
		flush(&b);
		seed = seed * 1103515245u + 12345u;
		/* somewhere in the turn's first half, or 300 ms */
		most = length / 2 < 7200 ? (unsigned)length / 2 : 7200;
		if (wait_size(path, from + 2 * (off_t)(480 +
		    (seed >> 16) % most)) != 0)
			return 1;
		event(&b, "interrupted", t);
		fprintf(f, "%d %" PRId64 "\n", t, clock_us());
		flush(&b);
		/* sound of that turn that was still on its way */
		audio(&b, t, (uint64_t)(t - 1) * length, 960);
		event(&b, "turn_complete", t);
		flush(&b);
		if (all)
			nanosleep(&pause, NULL);
	}
	fclose(f);
	buf_done(&b);
	return 0;
}

/* One turn's samples of the device. */
struct heard {
	int turn;
	uint64_t at;		/* the next number of it */
	uint64_t length;
	int bad;
};

static void
next_sample(struct heard *h, uint16_t v, uint64_t place)
{
	uint64_t first = (uint64_t)(h->turn - 1) * h->length;
	int t;

	if (v == 0)
		return;
	if (h->turn > 0 && h->at < first + h->length && v == value(h->at)) {
		h->at++;
		return;
	}
	for (t = h->turn + 1; t < h->turn + 4; t++)
		if (v == value((uint64_t)(t - 1) * h->length)) {
			if (h->turn > 0)
				printf("%d %" PRIu64 "\n", h->turn,
				    h->at - first);
			h->turn = t;
			h->at = (uint64_t)(t - 1) * h->length + 1;
			return;
		}
	if (h->bad++ < 5)
		fprintf(stderr, "sample %" PRIu64 ": %u in turn %d where %u "
		    "was due\n", place, v, h->turn, value(h->at));
}

static int
check(int count, int ms)
{
	struct heard h = { 0, 0, (uint64_t)RATE * (uint64_t)ms / 1000, 0 };
	unsigned char two[2];
	uint64_t place = 0;

	for (; fread(two, 2, 1, stdin) == 1; place++)
		next_sample(&h, (uint16_t)(two[0] | two[1] << 8), place);
	if (h.turn > 0)
		printf("%d %" PRIu64 "\n", h.turn,
		    h.at - (uint64_t)(h.turn - 1) * h.length);
	if (h.turn != count)
		fprintf(stderr, "the last turn is %d, not %d\n", h.turn,
		    count);
	return h.bad > 0 || h.turn != count;
}

/* The first stop after each interruption. */
static int
latency(const char *log, const char *times)
{
	FILE *l = fopen(log, "r"), *t = fopen(times, "r");
	char word[20];
	double us, stop = 0;
	int turn;

	if (l == NULL || t == NULL)
		log_die(CODE_NOINPUT, "%s, %s:", log, times);
	while (fscanf(l, "%d %lf", &turn, &us) == 2) {
		while (stop < us && fscanf(t, "%19s %lf %*d", word,
		    &stop) == 2)
			if (strcmp(word, "stop") != 0)
				stop = 0;
		if (stop >= us)
			printf("%.3f\n", (stop - us) / 1000);
	}
	fclose(l);
	fclose(t);
	return 0;
}

static int
ear(void)
{
	unsigned char p[4096];
	int64_t now, last = 0, zeros = 0;
	bool sounds = false;
	ssize_t n, i;

	while ((n = fd_read(0, p, sizeof(p))) > 0) {
		now = clock_us();
		for (i = 0; i + 1 < n; i += 2) {
			if (p[i] != 0 || p[i + 1] != 0) {
				sounds = true;
				zeros = 0;
				last = now - (n - i) / 2 * 1000000 / RATE;
			} else if (++zeros == RATE * 15 / 1000 && sounds) {
				sounds = false;
				printf("%" PRId64 "\n", last);
				fflush(stdout);
			}
		}
	}
	return 0;
}

static void
sleep_until(double us)
{
	struct timespec ts;
	double left = us - (double)clock_us();

	if (left <= 0)
		return;
	ts.tv_sec = (time_t)(left / 1e6);
	ts.tv_nsec = (long)((left - (double)ts.tv_sec * 1e6) * 1e3);
	nanosleep(&ts, NULL);
}

static void
press(const char *state, double us)
{
	sleep_until(us);
	printf("{\"type\":\"activity\",\"state\":\"%s\",\"at\":%.0f}\n",
	    state, us / 1e3);
	fflush(stdout);
}

static int
finger(const char *times, const int n[5])
{
	FILE *f = fopen(times, "r");
	double start;
	int i;

	if (f == NULL || fscanf(f, "start %lf", &start) != 1)
		log_die(CODE_NOINPUT, "%s", times);
	fclose(f);
	for (i = 0; i < n[3]; i++) {
		double at = n[0] + (double)i * n[2];

		press("start", start + at * 1e3 / n[4]);
		press("end", start + (at + n[1]) * 1e3 / n[4]);
	}
	return 0;
}

static int
speak(const char *times, const int n[5])
{
	FILE *f = fopen(times, "r");
	struct buf b;
	double start;
	int i, k;

	if (f == NULL || fscanf(f, "start %lf", &start) != 1)
		log_die(CODE_NOINPUT, "%s", times);
	fclose(f);
	buf_init(&b, 64 << 20);
	for (i = 0; i < n[3]; i++) {
		stream_head(&b, "audio");
		stream_int(&b, "rate", RATE);
		stream_int(&b, "turn", i + 1);
		stream_tail(&b, (size_t)n[1] * RATE / 1000 * 2);
		for (k = 0; k < n[1] * RATE / 1000; k++) {
			buf_byte(&b, 20000 & 0xff);
			buf_byte(&b, 20000 >> 8);
		}
		turn_end(&b, i + 1);
		sleep_until(start + (n[0] + (double)i * n[2]) * 1e3 / n[4]);
		flush(&b);
	}
	buf_done(&b);
	return 0;
}

/* Header lines, or the payloads of a type (and turn). */
static int
split(const char *type, int64_t turn)
{
	struct stream_reader *r = stream_reader_new();
	enum stream_status st;
	struct record rec;
	ssize_t got;
	size_t n;
	void *p;

	for (;;) {
		while ((st = stream_next(r, &rec)) == STREAM_RECORD)
			if (type == NULL)
				fwrite(rec.line, 1, rec.line_len, stdout);
			else if (strcmp(rec.type, type) == 0 && (turn == 0 ||
			    json_get_int(rec.head, "turn", 0) == turn))
				fwrite(rec.payload, 1, rec.payload_len,
				    stdout);
		p = stream_window(r, &n);
		if (st == STREAM_BAD || (got = fd_read(0, p, n)) <= 0)
			break;
		stream_filled(r, (size_t)got);
	}
	if (st == STREAM_BAD || stream_end(r) == -1)
		fprintf(stderr, "%s\n", stream_why(r));
	n = st == STREAM_BAD || stream_end(r) == -1;
	stream_reader_free(r);
	return n != 0;
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";
	int n[6] = { 0, 0, 1, 0, 0, 0 }, i;

	log_init("soundtool");
	for (i = 0; i < 6 && i + 2 < argc; i++)
		n[i] = (int)strtol(argv[i + 2], NULL, 10);
	if (strcmp(what, "heads") == 0)
		return split(NULL, 0);
	if (strcmp(what, "payload") == 0 && argc > 2)
		return split(argv[2], n[1]);
	if (strcmp(what, "turns") == 0 && argc > 3)
		return turns(n[0], n[1], n[2], true);
	if (strcmp(what, "open") == 0 && argc > 3)
		return turns(n[0], n[1], n[2], false);
	if (strcmp(what, "barge") == 0 && argc > 5)
		return barge(argv[2], n[1], n[2], argv[5], argc > 6);
	if (strcmp(what, "finger") == 0 && argc > 7)
		return finger(argv[2], n + 1);
	if (strcmp(what, "speak") == 0 && argc > 7)
		return speak(argv[2], n + 1);
	if (strcmp(what, "ear") == 0)
		return ear();
	if (strcmp(what, "check") == 0 && argc > 3)
		return check(n[0], n[1]);
	if (strcmp(what, "latency") == 0 && argc > 3)
		return latency(argv[2], argv[3]);
	if (strcmp(what, "wait") == 0 && argc > 3)
		return wait_size(argv[2], n[1]);
	fprintf(stderr, "see the top of tests/soundtool.c\n");
	return 64;
}
