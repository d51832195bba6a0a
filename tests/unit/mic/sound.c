/*
 * The small modules under gl-mic and gl-play: the outlet, the framer, the
 * meter, the clock of frames and the detector of speech.
 */
#define _GNU_SOURCE		/* pipe2, F_SETPIPE_SZ */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "loop/input.h"
#include "loop/loop.h"
#include "mic/framer.h"
#include "mic/meter.h"
#include "mic/outlet.h"
#include "sound/pace.h"
#include "play/recorder.h"
#include "sound/vad.h"
#include "../../tap.h"

/* A way out whose reader stands still until it is asked. */
struct stuck {
	struct loop *loop;
	struct outlet *out;
	int fd;			/* the reader's end */
	char plug[2048];	/* what fills the way out at first */
	struct buf got;
};

static void
room(void *arg)
{
	(void)arg;
}

static void
broken(void *arg, int error)
{
	loop_stop(((struct stuck *)arg)->loop, error != 0 ? error : EPIPE);
}

static const struct outlet_ops outlet_ops = { room, broken };

static void *
window(void *arg, size_t *n)
{
	*n = 4096;
	return buf_room(&((struct stuck *)arg)->got, *n);
}

static void
filled(void *arg, size_t n)
{
	struct stuck *s = arg;

	buf_added(&s->got, n);
	if (outlet_idle(s->out))
		loop_stop(s->loop, 0);
}

static void
ended(void *arg, int error)
{
	broken(arg, error);
}

static const struct input_ops reader_ops = { window, filled, ended, NULL };

static void
stick(struct stuck *s, int64_t limit_ms, bool bare)
{
	static const char full[4096];
	int p[2];

	memset(s, 0, sizeof(*s));
	memset(s->plug, 'p', sizeof(s->plug));
	buf_init(&s->got, 1 << 20);
	if (pipe2(p, O_NONBLOCK) == -1 ||
	    fcntl(p[1], F_SETPIPE_SZ, sizeof(full)) != sizeof(full) ||
	    write(p[1], full, sizeof(full)) != sizeof(full))
		abort();
	s->fd = p[0];
	s->loop = loop_new();
	s->out = outlet_new(s->loop, p[1], limit_ms, bare, &outlet_ops, s);
	ok(outlet_idle(s->out), "nothing waits at first");
	outlet_control(s->out, s->plug, sizeof(s->plug));
}

/* All that the reader gets when it reads again, zero-terminated, behind what
 * filled the pipe and the way out. */
static const char *
unstick(struct stuck *s)
{
	struct input *in = input_fd(s->loop, s->fd, &reader_ops, s);

	is_int(loop_run(s->loop), 0, "all of it goes out");
	input_close(in);
	buf_add(&s->got, "", 1);
	return s->got.data + 4096 + sizeof(s->plug);
}

static void
unstuck(struct stuck *s)
{
	outlet_free(s->out);
	loop_free(s->loop);
	buf_done(&s->got);
}

static void
outlet(void)
{
	struct stuck s;
	const char *got;
	int i;

	stick(&s, 60, false);
	for (i = 0; i < 3; i++)
		outlet_sound(s.out, i * 20, 20000, "head", 4, &"ABC"[i], 1);
	is_int(outlet_dropped(s.out), 0, "60 ms fit");
	ok(outlet_half(s.out), "which is more than half");
	outlet_sound(s.out, 60, 20000, "head", 4, "D", 1);
	is_int(outlet_dropped(s.out), 20, "the oldest goes");
	outlet_control(s.out, "control", 7);
	for (i = 4; i < 7; i++)
		outlet_sound(s.out, i * 20, 20000, "head", 4, &"ABCDEFG"[i], 1);
	is_int(outlet_dropped(s.out), 80, "80 ms dropped");
	outlet_gap(s.out, 200, 5000, "device");
	is_str(unstick(&s), "{\"type\":\"lost\",\"t\":0,\"ms\":80,"
	    "\"reason\":\"reader\"}\ncontrolheadEheadFheadG"
	    "{\"type\":\"lost\",\"t\":200,\"ms\":5,"
	    "\"reason\":\"device\"}\n", "one record tells of them, controls are "
	    "kept, gaps stand in their place");
	unstuck(&s);

	stick(&s, 60, false);
	for (i = 0; i < OUTLET_CONTROLS; i++)
		if (outlet_control(s.out, "c", 1) == -1)
			break;
	is_int(i, OUTLET_CONTROLS, "4096 control records fit");
	is_int(outlet_control(s.out, "c", 1), -1, "not one more");
	is_int((long long)strlen(unstick(&s)), OUTLET_CONTROLS,
	    "and all of them arrive");
	unstuck(&s);

	stick(&s, 40, true);
	for (i = 0; i < 5; i++)
		outlet_sound(s.out, i * 20, 20000, NULL, 0, &"ABCDE"[i], 1);
	outlet_gap(s.out, 200, 5000, "device");
	is_int(outlet_dropped(s.out), 60, "the loss is counted");
	got = unstick(&s);
	is_str(got, "DE", "without records sound is just dropped");
	unstuck(&s);
}

struct frames {
	int count, samples, short_ones;
	int64_t t, at, jump;
};

static void
on_frame(void *arg, int64_t t, int64_t at, const int16_t *p, int n)
{
	struct frames *f = arg;

	(void)p;
	if (f->count > 0 && t - f->t != 20)
		f->jump = t - f->t;
	f->count++;
	f->samples += n;
	f->short_ones += n != 320;
	f->t = t;
	f->at = at;
}

static void
framer(void)
{
	struct frames f = { 0 };
	struct framer *r = framer_new(16000, 320, on_frame, &f);
	int16_t p[4800] = { 0 };
	int i;

	/* 48 kHz in bites of a length that fits nothing */
	for (i = 0; i < 48000; i += 700)
		framer_add(r, 48000, i * INT64_C(1000000) / 48000, p,
		    48000 - i < 700 ? 48000 - i : 700);
	framer_end(r);
	is_int(f.samples, 16000, "a second at 48 kHz is one at 16 kHz");
	is_int(f.count, 50, "50 frames");
	is_int(f.short_ones, 0, "of 20 ms");
	is_int(f.t, 980, "the last at 980 ms");
	ok(f.at > 970000 && f.at < 990000, "captured then");
	framer_gap(r, 500000);
	framer_add(r, 16000, 1500000, p, 400);
	is_int(f.jump, 520, "t jumps over a gap");
	framer_end(r);
	is_int(f.short_ones, 1, "the rest is a shorter frame");
	is_int(framer_t(r), 1525, "time behind it");
	framer_free(r);
}

static void
meter(void)
{
	struct meter m;
	int16_t p[16000];
	char line[100];
	int i;

	meter_init(&m, 16000);
	memset(p, 0, sizeof(p));
	meter_add(&m, p, 16000);
	meter_line(&m, 80, line, sizeof(line));
	ok(strstr(line, "NO SIGNAL") != NULL, "a second of zeros");
	for (i = 0; i < 16000; i++)
		p[i] = (int16_t)(1036 * (i % 2 == 0 ? 1 : -1));
	meter_add(&m, p, 16000);
	meter_line(&m, 80, line, sizeof(line));
	ok(strstr(line, "[###################|     ") == line &&
	    strstr(line, " -30 dB") != NULL, "half the bar is -30 dB");
	for (i = 0; i < 16000; i++)
		p[i] = i == 100 || i == 101 ? 32767 : 0;
	meter_add(&m, p, 16000);
	is_int(m.clips, 0, "two samples at full scale are not clipping");
	p[102] = 32767;
	meter_add(&m, p, 8000);
	meter_line(&m, 80, line, sizeof(line));
	ok(strstr(line, "CLIPPING") != NULL, "three are");
	memset(p, 0, sizeof(p));
	p[0] = 1;
	for (i = 0; i < 3; i++)
		meter_add(&m, p, 16000);
	meter_line(&m, 80, line, sizeof(line));
	ok(strstr(line, "CLIPPING") == NULL, "for two seconds");
	meter_line(&m, 80, line, 10);
	is_int(strlen(line), 9, "a short line is cut");
	m.zeros = 16000;
	meter_line(&m, 39, line, sizeof(line));
	is_int(strlen(line), 39, "40 columns hold it whole");
	ok(strstr(line, "NO SIGNAL (muted?)") != NULL, "words too");
}

static void
pace(void)
{
	struct pace p;

	pace_init(&p, 24000);
	is_int(pace_frames(&p, 1000000), 0, "a clock that stands");
	pace_start(&p, 500000);
	is_int(pace_frames(&p, 400000), 0, "before its time");
	is_int(pace_frames(&p, 1500000), 24000, "a second");
	is_int(pace_when(&p, 24000), 1500000, "and back");
	is_int(pace_frames(&p, pace_when(&p, 12345)), 12345, "whole frames");
	pace_stop(&p);
	is_int(pace_frames(&p, 2000000), 0, "stopped");
}

/* Something like a voice: a harmonic tone whose loudness and pitch move. */
static int16_t
voice(int i)
{
	double t = i / 16000.0, v = 0, pitch = 120 + 20 * sin(6 * t);
	int h;

	for (h = 1; h < 20; h++)
		v += sin(6.2832 * pitch * h * t) / h;
	return (int16_t)(4000 * v * (0.5 + 0.5 * sin(25 * t)));
}

static void
detector(void)
{
	struct vad *v = vad_new(16000, 320);
	int16_t p[320], copy[320];
	int said[3] = { 0, 0, 0 }, part, i, k;
	unsigned seed = 1;

	/* 2 s of noise, 1 s of voice over it, 2 s of noise */
	for (i = 0; i < 250; i++) {
		part = i < 100 ? 0 : i < 150 ? 1 : 2;
		for (k = 0; k < 320; k++) {
			seed = seed * 1103515245u + 12345u;
			p[k] = (int16_t)((int)(seed >> 16) % 200 - 100);
			if (part == 1)
				p[k] = (int16_t)(p[k] + voice(i * 320 + k));
		}
		memcpy(copy, p, sizeof(p));
		said[part] += vad_speech(v, p);
		if (memcmp(copy, p, sizeof(p)) != 0)
			said[0] = 1000;
	}
	is_int(said[0], 0, "noise from the start is not speech");
	ok(said[1] >= 45, "a voice over it is");
	ok(said[2] <= 30, "and it ends within 600 ms");
	memset(p, 0, sizeof(p));
	for (i = k = 0; i < 100; i++)
		k += vad_speech(v, p);
	is_int(k, 0, "digital silence is none");
	vad_free(v);
}

static long
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (long)st.st_size : -1;
}

static void
recorder(void)
{
	char dir[] = "/tmp/gl-unit.XXXXXX";
	struct recorder *r;
	int16_t p[4800] = { 0 };

	if (mkdtemp(dir) == NULL || chdir(dir) == -1) {
		ok(false, "a temporary folder");
		return;
	}
	r = recorder_new("a.wav");
	is_int(size_of("a.wav"), -1, "nothing is created before there is "
	    "sound");
	recorder_add(r, 24000, p, 4800);
	recorder_next(r);
	recorder_next(r);
	is_str(recorder_path(r), "a-01.wav", "the next file has a number");
	recorder_add(r, 24000, p, 100);
	recorder_add(r, 16000, p, 200);
	is_str(recorder_path(r), "a-02.wav", "another rate begins one too");
	is_int(recorder_close(r), 0, "closed");
	is_int(size_of("a.wav"), 44 + 9600, "the first");
	is_int(size_of("a-01.wav"), 44 + 200, "the second");
	is_int(size_of("a-02.wav"), 44 + 400, "the third");
	r = recorder_new("empty");
	is_int(recorder_close(r), 0, "without sound");
	is_int(size_of("empty"), 44, "a header stays");
	r = recorder_new("/nonexistent/x.wav");
	is_int(recorder_add(r, 24000, p, 1), -1, "a file that cannot be");
	is_int(recorder_add(r, 24000, p, 1), 0, "is told once");
	is_int(recorder_close(r), -1, "and once more at the end");
	unlink("a.wav");
	unlink("a-01.wav");
	unlink("a-02.wav");
	unlink("empty");
	if (chdir("/") == 0)
		rmdir(dir);
}

int
main(void)
{
	outlet();
	framer();
	meter();
	pace();
	detector();
	recorder();
	return tap_done();
}
