/* gl-mic: reads a microphone or a file, writes a gl-stream(5) or raw PCM. */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "sound/cards.h"
#include "base/buf.h"
#include "base/clock.h"
#include "mic/canceller.h"
#include "mic/gate.h"
#include "stream/intake.h"
#include "base/json.h"
#include "mic/level.h"
#include "mic/heads.h"
#include "mic/keyboard.h"
#include "base/log.h"
#include "loop/input.h"
#include "loop/loop.h"
#include "mic/microphone.h"
#include "base/opt.h"
#include "mic/outlet.h"
#include "mic/panel.h"
#include "base/path.h"
#include "mic/polish.h"
#include "sound/pcm.h"
#include "stream/remote.h"
#include "stream/stream.h"
#include "mic/tape.h"
#include "sound/vad.h"

enum {
	FRAMES = 50,		/* a second */
	LAST_WORDS_MS = 1500
};

struct mic {
	struct loop *loop;
	struct microphone_opts device;
	struct tape_opts tape_opts;
	struct gate_config gate_config;
	int64_t backlog_ms, max_us;
	bool list, bare, key, vu, from_tape;
	const char *half_path, *key_path;
	struct heard {
		struct remote *remote;
		struct input *in;
	} half, keys;		/* of other programs */
	const char *aec_path;
	struct aec_config aec;
	struct canceller *canceller;
	bool denoise, agc;
	double gain_db;
	struct level *level;
	struct polish *polish;
	struct microphone *microphone;
	struct tape *tape;
	struct keyboard *keyboard;
	struct vad *vad;
	struct gate *gate;
	struct outlet *out;		/* NULL: only a meter */
	struct buf head;
	struct panel *panel;		/* NULL: nothing to show */
	int64_t samples;		/* captured so far */
	int64_t told_dropped;
	struct timer bye, done;
	bool full;			/* enough was captured */
	int64_t last_ms;		/* when to leave at the latest, or 0 */
	bool leaving;
	int code;
};

static void
leave(void *arg)
{
	struct mic *m = arg;
	int64_t now = clock_ms();

	if (m->out == NULL || outlet_idle(m->out) ||
	    (m->last_ms > 0 && now >= m->last_ms))
		loop_stop(m->loop, m->code);
	else
		loop_timer(m->loop, &m->bye, now + 5);
}

/* Stops capturing; what has been captured is still written, within ms (0:
 * however long that takes). */
static void
end(struct mic *m, int code, int64_t ms)
{
	if (code != CODE_OK && m->code == CODE_OK)
		m->code = code;
	if (ms > 0 && m->last_ms == 0)
		m->last_ms = clock_ms() + ms;
	if (m->leaving)
		return;
	m->leaving = true;
	if (m->microphone != NULL)
		microphone_end(m->microphone);
	gate_end(m->gate);
	log_info(1, "%.1f s captured", (double)m->samples / m->device.rate);
	loop_timer(m->loop, &m->bye, clock_ms());
}

static void
end_now(void *arg)
{
	struct mic *m = arg;

	end(m, m->code, 0);
}

/* Ends from within a frame: only once the frame has been handled. */
static void
end_soon(struct mic *m, int code)
{
	m->full = true;
	m->code = code;
	loop_timer(m->loop, &m->done, clock_ms());
}

static void
control(struct mic *m)
{
	if (m->out == NULL || m->bare)
		return;
	if (outlet_control(m->out, m->head.data, m->head.len) == -1) {
		if (!m->full)
			log_error("the reader has stopped reading");
		m->last_ms = clock_ms();
		end_soon(m, CODE_IO);
	}
}

static void
sound(void *arg, int64_t t, const int16_t *p, int n)
{
	struct mic *m = arg;
	size_t bytes = (size_t)n * sizeof(*p);

	if (m->out == NULL)
		return;
	buf_clear(&m->head);
	if (!m->bare)
		heads_audio(&m->head, t, m->device.rate, bytes);
	outlet_sound(m->out, t, (int64_t)n * 1000000 / m->device.rate,
	    m->head.data, m->head.len, p, bytes);
}

static void
activity(void *arg, int64_t t, bool start)
{
	struct mic *m = arg;

	log_info(1, "%lld ms: activity %s", (long long)t,
	    start ? "starts" : "ends");
	panel_activity(m->panel, t, start);
	heads_activity(&m->head, t, start);
	control(m);
}

static void
quiet(void *arg, int64_t t)
{
	struct mic *m = arg;

	log_info(1, "%lld ms: quiet", (long long)t);
	heads_quiet(&m->head, t);
	control(m);
}

static const struct gate_ops gate_ops = { sound, activity, quiet };

/* Warns of what the source delivers. */
static void
warn(void *arg, const char *text)
{
	const struct mic *m = arg;

	if (text == NULL)
		return;
	log_warn("%s: %s", !m->from_tape ? m->device.device :
	    strcmp(m->tape_opts.path, "-") == 0 ? "standard input" :
	    m->tape_opts.path, text);
}

static void
frame(void *arg, int64_t t, int64_t at, const int16_t *p, int n)
{
	struct mic *m = arg;
	int64_t most = m->max_us * m->device.rate / 1000000 - m->samples;
	bool speech;

	if (m->full || (m->leaving && m->tape != NULL))
		return;
	if (m->max_us > 0 && n >= most) {
		n = (int)most;
		end_soon(m, m->code);
	}
	m->samples += n;
	if (m->microphone != NULL)
		level_device(m->level, p, n);
	if (m->canceller != NULL)
		p = canceller_frame(m->canceller, at, p, n);
	if (m->tape == NULL || !tape_silent(m->tape)) {
		p = level_run(m->level, p, n);
		warn(m, level_news(m->level));
	}
	if (m->polish != NULL)
		p = polish_run(m->polish, p, n);
	speech = m->vad != NULL && n == m->device.samples &&
	    vad_speech(m->vad, p);
	if (n > 0)
		gate_frame(m->gate, t, at / 1000, p, n, speech);
	panel_frame(m->panel, t, p, n, m->out == NULL || outlet_idle(m->out));
}

static void
gap(void *arg, int64_t t, int64_t us, const char *reason)
{
	struct mic *m = arg;

	log_warn("%lld ms of sound lost (%s)", (long long)us / 1000, reason);
	if (m->canceller != NULL)
		canceller_gap(m->canceller);
	if (m->out != NULL)
		outlet_gap(m->out, t, us, reason);
}

static void
device_over(void *arg, const char *why)
{
	log_error("%s", why);
	end(arg, CODE_IO, LAST_WORDS_MS);
}

static const struct microphone_ops microphone_ops = {
	frame, gap, log_said, device_over
};

static bool
tape_full(void *arg, int64_t at)
{
	struct mic *m = arg;

	return (m->tape_opts.pace <= 0 && m->out != NULL &&
	    outlet_half(m->out)) ||
	    (m->canceller != NULL && canceller_behind(m->canceller, at));
}

static void
tape_over(void *arg, int code, const char *why)
{
	if (code != CODE_OK)
		log_error("%s", why);
	end(arg, code, 0);
}

static const struct tape_ops tape_ops = {
	frame, tape_full, warn, tape_over
};

static void
tell_dropped(struct mic *m)
{
	int64_t dropped = m->out != NULL ? outlet_dropped(m->out) : 0;

	if (dropped > m->told_dropped)
		log_warn("the reader was too slow: %lld ms of sound dropped",
		    (long long)(dropped - m->told_dropped));
	m->told_dropped = dropped;
}

/* There is room again, or what was played is known: a file may go on. */
static void
tape_more(void *arg)
{
	struct mic *m = arg;

	if (m->tape != NULL && !m->leaving)
		tape_resume(m->tape);
}

static void
out_room(void *arg)
{
	struct mic *m = arg;

	if (!outlet_half(m->out))
		tell_dropped(m);
	tape_more(m);
}

static void
out_broken(void *arg, int error)
{
	struct mic *m = arg;

	if (error) {
		errno = error;
		log_error("standard output:");
	}
	end(m, error ? CODE_IO : CODE_OK, 1);
}

static const struct outlet_ops out_ops = { out_room, out_broken };

/* The key goes down or up; what was heard before that is taken first. */
static void
press(struct mic *m, int64_t at, bool down)
{
	if (m->microphone != NULL)
		microphone_pull(m->microphone);
	gate_key(m->gate, at, down);
}

static void
key(void *arg, int k)
{
	struct mic *m = arg;

	if (k == ' ')
		press(m, clock_ms(), !gate_down(m->gate));
}

static void
on_usr(void *arg, int signo)
{
	press(arg, clock_ms(), signo == SIGUSR1);
}

static void
on_signal(void *arg, int signo)
{
	struct mic *m = arg;

	if (m->last_ms > 0) {
		keyboard_close(m->keyboard);	/* restores the terminal */
		_exit(CODE_SIGNAL + signo);
	}
	end(m, CODE_SIGNAL + signo, LAST_WORDS_MS);
}

/* A key held in another program: {"type":"activity","state":"start"}. */
static void
take_activity(void *arg, const struct record *r)
{
	struct mic *m = arg;
	const char *state = json_get_str(r->head, "state", "");

	if (strcmp(r->type, "activity") == 0)
		press(m, remote_time(r, clock_ms()), strcmp(state, "toggle") ==
		    0 ? !gate_down(m->gate) : strcmp(state, "start") == 0);
}

static void
take_played(void *arg, const struct record *r)
{
	struct mic *m = arg;
	int64_t now = clock_ms(), at = remote_time(r, now);

	if (strcmp(r->type, "played") != 0)
		return;
	log_info(2, json_true(json_get(r->head, "playing")) ?
	    "the loudspeaker plays" : "the loudspeaker is silent");
	if (json_true(json_get(r->head, "playing")))
		gate_playing(m->gate, now, at);
	else
		gate_silent(m->gate, at);
}

static void
remote_over(void *arg, int code, const char *why)
{
	if (why == NULL)
		return;
	log_error("%s", why);
	end(arg, code, LAST_WORDS_MS);
}

static void
aec_state(void *arg, const struct aec_news *n, bool changed)
{
	struct mic *m = arg;
	bool open = n->state == GUARD_OPEN || n->state == GUARD_WAITING;
	int64_t t = m->samples * 1000 / m->device.rate;

	if (changed)
		log_info(0, "echo: %s: %s", n->why, open ? "both may speak" :
		    m->aec.guard ? "half duplex" : "not guarded");
	buf_clear(&m->head);
	stream_head(&m->head, "aec");
	stream_str(&m->head, "state", guard_name(n->state));
	stream_num(&m->head, "erle", round(n->erle * 10) / 10);
	if (n->delay_ms > -1000)
		stream_num(&m->head, "delay_ms", round(n->delay_ms * 10) / 10);
	stream_num(&m->head, "drift_ppm", round(n->drift_ppm * 10) / 10 + 0.0);
	stream_int(&m->head, "t", t);
	stream_tail(&m->head, 0);
	control(m);
}

static void
remote_lost(void *arg, const char *why)
{
	(void)arg;
	log_warn("%s", why);
}

static const struct canceller_ops canceller_ops = {
	aec_state, tape_more, remote_lost, remote_over
};

static const struct remote_ops half_ops = {
	take_played, NULL, NULL, remote_lost, remote_over
};
static const struct remote_ops key_ops = {
	take_activity, NULL, NULL, remote_lost, remote_over
};

static void
open_remote(struct mic *m, const char *path, const struct remote_ops *ops,
    struct heard *h)
{
	static const struct input_ops input_ops = { remote_window,
	    remote_filled, remote_end, remote_gone };

	if (path == NULL)
		return;
	path_need_fifo(path, true);
	h->remote = remote_new(path, ops, m);
	h->in = input_open(m->loop, path, &input_ops, h->remote);
	if (h->in == NULL)
		log_die(CODE_NOINPUT, "%s:", path);
	if (input_survives(h->in))
		remote_mend(h->remote);
}

static void
close_remote(struct heard *h)
{
	input_close(h->in);
	remote_free(h->remote);
}

static bool
same(const char *path, const char *other)
{
	return other != NULL && strcmp(path, other) == 0;
}

static void
open_canceller(struct mic *m)
{
	if (m->device.samples % 2 != 0)
		log_die(CODE_USAGE, "--aec does not work at %d Hz: take "
		    "another rate (-R), 16000 for example", m->device.rate);
	if (same(m->aec_path, m->half_path) || same(m->aec_path, m->key_path))
		log_die(CODE_USAGE, "%s: two options read it, and each would "
		    "miss what the other gets: --aec alone will do",
		    m->aec_path);
	path_need_fifo(m->aec_path, m->from_tape);
	m->aec.rate = m->device.rate;
	m->aec.samples = m->device.samples;
	m->canceller = canceller_new(m->loop, m->aec_path, &m->aec,
	    &canceller_ops, m);
	if (m->canceller == NULL)
		log_die(CODE_NOINPUT, "%s:", m->aec_path);
	m->tape_opts.stamped = true;
	m->tape_opts.from_0 = m->tape_opts.pace <= 0 ||
	    canceller_is_file(m->canceller);
}

static void
open_source(struct mic *m)
{
	char why[300];

	if (m->from_tape) {
		m->tape_opts.rate = m->device.rate;
		m->tape_opts.samples = m->device.samples;
		m->tape_opts.form.rate = m->device.rate;
		m->tape = tape_new(m->loop, &m->tape_opts, &tape_ops, m);
		if (m->tape == NULL && errno == ENOENT)
			log_die(CODE_NOINPUT, "%s: no such input file; "
			    "gl-mic >FILE records",
			    m->tape_opts.path);
		if (m->tape == NULL)
			log_die(CODE_NOINPUT, "%s:", m->tape_opts.path);
		return;
	}
	m->microphone = microphone_new(m->loop, &m->device, &microphone_ops,
	    m, why, sizeof(why));
	if (m->microphone == NULL)
		log_die(CODE_IO, "%s", why);
}

static void
open_output(struct mic *m)
{
	if (isatty(1)) {
		/* gl-mic -V without an output is a level meter */
		if (!m->vu)
			log_die(CODE_USAGE, "sound is not written to a "
			    "terminal: name a file or a pipe, or use -V");
		return;
	}
	m->out = outlet_new(m->loop, 1, m->backlog_ms, m->bare, &out_ops, m);
	if (m->bare)
		return;
	stream_start(&m->head, "gl-mic");
	(void)outlet_control(m->out, m->head.data, m->head.len);
}

static void
open_keys(struct mic *m)
{
	if (m->gate_config.mode != GATE_KEY)
		return;
	loop_signal(m->loop, SIGUSR1, on_usr, m);
	loop_signal(m->loop, SIGUSR2, on_usr, m);
	if (!m->key)
		return;
	m->keyboard = keyboard_open(m->loop, key, m);
	if (m->keyboard != NULL)
		log_info(0, "press space to talk, and again when done");
	else
		log_info(1, "no terminal: the signals USR1 and USR2 are the "
		    "key");
}

static void
start(struct mic *m)
{
	m->loop = loop_new();
	m->bye.fire = leave;
	m->bye.arg = m;
	m->done.fire = end_now;
	m->done.arg = m;
	m->device.samples = m->device.rate / FRAMES;
	buf_init(&m->head, 4096);
	m->vu = m->vu && isatty(2);
	m->panel = panel_new(m->loop, m->device.rate, m->vu,
	    m->gate_config.mode == GATE_KEY);
	/* opened first: news of the loudspeaker go before the sound */
	open_remote(m, m->half_path, &half_ops, &m->half);
	open_remote(m, m->key_path, &key_ops, &m->keys);
	open_output(m);
	if (m->aec_path != NULL)
		open_canceller(m);
	if (m->denoise || m->agc)
		m->polish = polish_new(m->device.rate, m->device.samples,
		    m->denoise, m->agc);
	m->level = level_new(m->device.rate, m->device.samples, m->gain_db);
	m->gate_config.rate = m->device.rate;
	m->gate_config.samples = m->device.samples;
	m->gate_config.muted = !m->bare &&
	    (!m->from_tape || m->tape_opts.fill);
	m->gate = gate_new(&m->gate_config, &gate_ops, m);
	if (m->gate_config.mode == GATE_SPEECH)
		m->vad = vad_new(m->device.rate, m->device.samples);
	open_source(m);
	loop_ends(m->loop, on_signal, m);
	open_keys(m);
}

/* Of two files, whether they fit. */
static void
compare(struct mic *m)
{
	char why[300];

	if (m->code != CODE_OK || m->tape == NULL || m->canceller == NULL ||
	    !canceller_never_met(m->canceller, why, sizeof(why)))
		return;
	log_error("%s: %s: see Files in place of devices in gl-mic(1)",
	    m->aec_path, why);
	m->code = CODE_DATA;
}

static int
stop(struct mic *m)
{
	compare(m);
	panel_free(m->panel);
	tell_dropped(m);
	/* a file's silence is reported by its reader */
	warn(m, level_end(m->level, !m->from_tape));
	keyboard_close(m->keyboard);
	microphone_free(m->microphone);
	tape_free(m->tape);
	canceller_free(m->canceller);
	polish_free(m->polish);
	level_free(m->level);
	close_remote(&m->half);
	close_remote(&m->keys);
	gate_free(m->gate);
	vad_free(m->vad);
	outlet_free(m->out);
	loop_free(m->loop);
	buf_done(&m->head);
	return m->code;
}

/* the values of arecord's -V */
static const struct opt_name meters[] = {
	{ "mono", 0 }, { "stereo", 0 }, { NULL, 0 }
};

static const struct opt_name paces[] = { { "fast", 0 }, { NULL, 0 } };

static const struct opt_name guards[] = {
	{ "auto", true }, { "off", false }, { NULL, 0 }
};

/* Sets the channel of a file and of the device. */
static int
set_channel(void *to, const char *text, char *why, size_t size)
{
	struct mic *m = to;
	int code = pcm_channel(&m->tape_opts.form.pick, text, why, size);

	m->device.pick = m->tape_opts.form.pick;
	return code;
}

#define AT(member) OPT_AT(struct mic, member)

static const struct opt options[] = {
	OPT_GROUP("Device"),
	{ "device", 'D', OPT_STR, AT(device.device), "device",
	    "record from this ALSA device" },
	{ "list-devices", 'l', OPT_FLAG, AT(list), NULL,
	    "list the devices and exit" },
	{ "buffer-time", 'B', OPT_TIME(OPT_US, OPT_US, 2 * OPT_MS,
	    10 * OPT_S), AT(device.buffer_us), "time",
	    "the device's buffer (500ms)" },
	{ "period-time", 'F', OPT_TIME(OPT_US, OPT_US, OPT_MS, OPT_S),
	    AT(device.period_us), "time", "between two reads of it (20ms)" },
	{ "reopen", 0, OPT_TIME(OPT_MS, OPT_S, 0, 24 * OPT_HOUR),
	    AT(device.reopen_ms), "time",
	    "wait so long for a device that is gone (30s)" },
	OPT_GROUP("Sound"),
	{ "raw", 'r', OPT_FLAG, AT(bare), NULL,
	    "write raw PCM: s16le, mono" },
	{ "channel", 0, OPT_CALL(set_channel), OPT_NOWHERE, "n|mix",
	    "left, right or the nth of several (mix)" },
	{ "rate", 'R', OPT_INT(8000, 48000), AT(device.rate), "rate",
	    "samples a second (16000)" },
	{ "duration", 'd', OPT_TIME(OPT_US, OPT_S, OPT_MS, 365 * 24 *
	    OPT_HOUR), AT(max_us), "seconds", "capture that much" },
	{ "vumeter", 'V', OPT_MAYBE(meters), AT(vu), "mono",
	    "show a level meter on the terminal" },
	{ "backlog", 0, OPT_TIME(OPT_MS, OPT_MS, 0, 600 * OPT_S),
	    AT(backlog_ms), "time", "sound kept for a reader that waits (5s)" },
	{ "fill", 0, OPT_FLAG, AT(tape_opts.fill), NULL,
	    "silence where nothing comes from the file or pipe" },
	{ "once", 0, OPT_FLAG, AT(tape_opts.once), NULL,
	    "a FIFO ends when its last writer has gone" },
	{ "pace", 0, OPT_NUM_OR(paces, 0.01, 1000), AT(tape_opts.pace),
	    "factor|fast", "how fast a file is read (1)" },
	OPT_GROUP("What goes out"),
	{ "vad", 0, OPT_SET(GATE_SPEECH), AT(gate_config.mode), NULL,
	    "only what is speech" },
	{ "ptt", 0, OPT_FLAG, AT(key), NULL,
	    "push to talk: the space bar, or USR1 and USR2" },
	{ "ptt-from", 0, OPT_FILE, AT(key_path), "file",
	    "push to talk by the records of a file or FIFO" },
	{ "half-duplex", 0, OPT_FILE, AT(half_path), "fifo",
	    "be deaf while gl-play -o fifo plays" },
	{ "margin", 0, OPT_TIME(OPT_MS, OPT_MS, 0, 5 * OPT_S),
	    AT(gate_config.margin), "time",
	    "and stay deaf so long after it (100ms)" },
	{ "pre-roll", 0, OPT_TIME(OPT_MS, OPT_MS, 0, 5 * OPT_S),
	    AT(gate_config.preroll), "time",
	    "sound from before speech or the key (300ms)" },
	{ "tail", 0, OPT_TIME(OPT_MS, OPT_MS, 0, 5 * OPT_S),
	    AT(gate_config.tail), "time",
	    "sound after the key was let go (200ms)" },
	{ "hang-over", 0, OPT_TIME(OPT_MS, OPT_MS, 0, 10 * OPT_S),
	    AT(gate_config.hangover), "time",
	    "silence that ends speech (600ms)" },
	OPT_GROUP("An open loudspeaker"),
	{ "aec", 0, OPT_FILE, AT(aec_path), "fifo",
	    "cancel what gl-play --reference -o fifo plays" },
	{ "aec-guard", 0, OPT_WORD(guards), AT(aec.guard), NULL,
	    "half duplex until that works (auto)" },
	{ "aec-tail", 0, OPT_TIME(OPT_MS, OPT_MS, 20 * OPT_MS, 500 * OPT_MS),
	    AT(aec.tail_ms), "time", "the longest echo (200ms)" },
	{ "denoise", 0, OPT_FLAG, AT(denoise), NULL, "turn down steady noise" },
	{ "agc", 0, OPT_FLAG, AT(agc), NULL,
	    "bring the voice to one loudness" },
	{ "gain", 0, OPT_NUM(-60, 60), AT(gain_db), "dB",
	    "make it so much louder, or quieter (0)" },
	OPT_WRONG(NULL, 'c', "the sound has one channel: leave it out"),
	OPT_WRONG("output", 'o', "what is heard goes to standard output: "
	    "gl-mic >file"),
	OPT_WRONG(NULL, 'f', "the sound is S16_LE: leave it out"),
	OPT_WRONG(NULL, 't', "-r writes raw PCM; a stream is written else, and "
	    "gl-conv makes WAV of it"),
	OPT_END
};

int
main(int argc, char *argv[])
{
	struct mic m = {
		.device = { .device = "default", .rate = 16000,
		    .buffer_us = 500000, .period_us = 20000,
		    .reopen_ms = 30000 },
		.tape_opts = { .form = { .form = INTAKE_GUESS,
		    .piece_ms = 1000 / FRAMES }, .pace = 1 },
		.backlog_ms = 5000,
		.aec = { .tail_ms = 200, .guard = true }
	};
	int at;

	log_init("gl-mic");
	gate_defaults(&m.gate_config);
	if (opt_env("AUDIODEV") != NULL)
		m.device.device = opt_env("AUDIODEV");
	at = opt_read(options, "[file | -]", &m, argc, argv, 1);
	if (m.list)
		cards_list(true);
	opt_operands(argc, argv, at, 1);
	if (m.key || m.key_path != NULL)
		m.gate_config.mode = GATE_KEY;
	if (at < argc) {
		m.from_tape = true;
		m.tape_opts.path = argv[at];
	}
	if (m.tape_opts.fill && (!m.from_tape || m.tape_opts.pace <= 0))
		log_die(CODE_USAGE, m.from_tape ? "--fill and --pace fast "
		    "contradict each other: silence takes its time" :
		    "--fill is for a pipe: name it, or - for standard input");
	start(&m);
	loop_run(m.loop);
	return stop(&m);
}
