/* gl-play: reads a gl-stream(5), WAV or raw PCM, writes a sound device. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sound/cards.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "loop/input.h"
#include "stream/intake.h"
#include "base/json.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/opt.h"
#include "base/path.h"
#include "loop/output.h"
#include "sound/pcm.h"
#include "play/recorder.h"
#include "play/speaker.h"
#include "stream/mono.h"
#include "stream/stream.h"

enum {
	QUEUE_MAX = 64 << 20,	/* bytes of sound; beyond it the writer waits */
	PASS_MAX = 64 << 20,	/* bytes for -p; beyond it the writer waits */
	HEARD_MAX = 256 << 10,	/* bytes of reference; dropped beyond it */
	NEWS_MAX = 1 << 20,	/* bytes of played records; likewise */
	PIECE_MS = 20,		/* of WAV and raw PCM */
	LAST_WORDS_MS = 500	/* for what remains to be written */
};

struct play {
	struct loop *loop;
	struct intake_opts form;
	struct speaker_opts sound;
	const char *news_path, *record_path;
	bool list, pass, none, once;
	int64_t max_us, left_us;	/* of sound; 0: no limit */
	char **files;			/* those not played yet */
	struct input *input;
	struct intake *intake;
	struct speaker *speaker;
	struct recorder *recorder;
	struct output *out, *news;
	struct buf head;
	struct mono mono;		/* of records with several channels */
	struct timer bye;
	const char *name;		/* of the current input */
	int64_t start_ms;
	bool reading;
	int64_t last_ms;		/* when to leave at the latest */
	bool hurry;			/* leaving by a signal */
	bool sounded;			/* this input contained sound */
	bool warned_news, warned_audio;
	int code;
};

static void
drop_input(struct play *m)
{
	input_close(m->input);
	intake_free(m->intake);
	m->input = NULL;
	m->intake = NULL;
	m->reading = false;
}

static bool
idle(const struct output *o)
{
	return o == NULL || output_idle(o);
}

/* Leaves once everything is written.  It waits only a little for news that
 * nobody reads; for the stream that is passed on it waits as tee(1) would,
 * except after a signal. */
static void
leave(void *arg)
{
	struct play *m = arg;
	int64_t now = clock_ms();
	bool late = now >= m->last_ms;

	if ((idle(m->out) || (late && m->hurry)) && (idle(m->news) || late))
		loop_stop(m->loop, m->code);
	else
		loop_timer(m->loop, &m->bye, now + 5);
}

static void
end(struct play *m, int code)
{
	if (code != CODE_OK)
		m->code = code;
	drop_input(m);
	if (m->last_ms > 0)
		return;
	m->last_ms = clock_ms() + LAST_WORDS_MS;
	loop_timer(m->loop, &m->bye, clock_ms());
}

static void
over(void *arg, const char *why)
{
	struct play *m = arg;

	if (why != NULL)
		log_error("%s", why);
	end(m, why != NULL ? CODE_IO : CODE_OK);
}

static void
left_out(struct play *m)
{
	if (!m->warned_news)
		log_warn("%s: nobody reads; further records are dropped",
		    m->news_path);
	m->warned_news = true;
}

/* Reports how much of a turn was heard, to those who cut the history there or
 * gate a microphone. */
static void
news(void *arg, const struct player_news *n)
{
	struct play *m = arg;

	log_info(n->done ? 1 : 2, "turn %lld: %lld ms heard%s",
	    (long long)n->turn, (long long)n->ms, n->interrupted ?
	    ", interrupted" : n->done ? "" : n->playing ? ", playing" :
	    ", waiting for more");
	if (m->news == NULL)
		return;
	buf_clear(&m->head);
	stream_head(&m->head, "played");
	stream_int(&m->head, "t", clock_ms() - m->start_ms);
	if (n->turn > 0)
		stream_int(&m->head, "turn", n->turn);
	stream_int(&m->head, "ms", n->ms);
	stream_bool(&m->head, "playing", n->playing);
	if (n->done)
		stream_bool(&m->head, "interrupted", n->interrupted);
	stream_int(&m->head, "at", n->at);
	stream_tail(&m->head, 0);
	if (output_add(m->news, m->head.data, m->head.len, NULL, 0) == -1)
		left_out(m);
}

static void
reference(void *arg, int64_t frame, int rate, bool start, int64_t ns,
    const int16_t *p, int n)
{
	struct play *m = arg;
	size_t bytes = (size_t)n * sizeof(*p);

	buf_clear(&m->head);
	stream_head(&m->head, "reference");
	stream_int(&m->head, "rate", rate);
	stream_int(&m->head, "frame", frame);
	if (start)
		stream_bool(&m->head, "start", true);
	if (ns >= 0)
		stream_int(&m->head, "ns", ns);
	stream_tail(&m->head, bytes);
	/* old sound is useless to a canceller: drop what is beyond */
	if (output_queued(m->news) > HEARD_MAX ||
	    output_add(m->news, m->head.data, m->head.len, p, bytes) == -1)
		left_out(m);
}

static void
stopped(void *arg, int64_t frame)
{
	struct play *m = arg;

	buf_clear(&m->head);
	stream_head(&m->head, "reference");
	stream_int(&m->head, "frame", frame);
	stream_bool(&m->head, "stop", true);
	stream_tail(&m->head, 0);
	if (output_add(m->news, m->head.data, m->head.len, NULL, 0) == -1)
		left_out(m);
}

static bool
told(void *arg)
{
	struct play *m = arg;

	return idle(m->news);
}

static const struct speaker_ops speaker_ops = {
	news, told, reference, stopped, log_said, over
};

/* Warns once, since the next record will have the same fault. */
static void
warn_audio(struct play *m, const char *why)
{
	if (!m->warned_audio)
		log_warn("%s: %s", m->name, why);
	m->warned_audio = true;
}

/* Plays the sound of a record; -d cuts it. */
static void
sound(struct play *m, const struct record *r)
{
	struct mono_form f;
	const char *why = mono_form(&f, r, 24000);
	const void *p;
	size_t n = f.frames, most;
	int64_t rate = f.rate;
	char what[160];

	m->sounded = true;
	if (f.file) {
		snprintf(what, sizeof(what), "sound is left out: %s", why);
		warn_audio(m, what);
		return;
	}
	if (f.rate == 0) {
		snprintf(what, sizeof(what), "sound at a rate of %lld and %lld "
		    "channels is left out",
		    (long long)json_get_int(r->head, "rate", 24000),
		    (long long)json_get_int(r->head, "channels", 1));
		warn_audio(m, what);
		return;
	}
	if (why != NULL)
		warn_audio(m, "sound with half a sample at its end: that is "
		    "left out");
	/* the sign of records as JSON only */
	if (r->payload_len == 0 && json_get_int(r->head, "size", 0) > 0) {
		warn_audio(m, "this is a stream as JSON, without its sound: "
		    "gl-session -f stream and gl-conv's input have it");
		return;
	}
	if ((p = mono_mix(&m->mono, &f, r)) == NULL)
		return;
	if (m->max_us > 0) {
		most = (size_t)(m->left_us * rate / 1000000);
		if (n < most) {
			m->left_us -= (int64_t)n * 1000000 / rate;
		} else {
			n = most;
			m->left_us = 0;	/* or less than a sample */
		}
	}
	speaker_add(m->speaker, json_get_int(r->head, "turn", 0), (int)rate, p,
	    n);
}

static void
take(struct play *m, const struct record *r)
{
	int64_t turn = json_get_int(r->head, "turn", 0);

	if (strcmp(r->type, "audio") == 0)
		sound(m, r);
	else if (strcmp(r->type, "interrupted") == 0)
		speaker_interrupt(m->speaker, turn);
	else if (strcmp(r->type, "turn_complete") == 0 ||
	    strcmp(r->type, "generation_complete") == 0)
		speaker_turn_done(m->speaker, turn);
	/* gl-session numbers turns; it also passes on the start records of
	 * its inputs */
	else if (strcmp(r->type, "start") == 0 && strcmp(json_get_str(r->head,
	    "program", ""), "gl-session") == 0)
		speaker_new_stream(m->speaker);
	if (m->out != NULL)
		(void)output_add(m->out, r->line, r->line_len, r->payload,
		    r->payload_len);
}

static void next_file(struct play *);

static void
bad_input(struct play *m, const char *why)
{
	log_error("%s: %s", m->name, why);
	m->code = CODE_DATA;
	drop_input(m);
	next_file(m);
}

/* Reads everything that has arrived before the device is served: an
 * interruption must not wait behind sound that it makes stale. */
static void
pump(struct play *m)
{
	enum stream_status st = STREAM_MORE;
	struct record r;

	while (m->intake != NULL &&
	    ((st = intake_next(m->intake, &r)) == STREAM_RECORD ||
	    st == STREAM_LOST))
		if (st == STREAM_RECORD)
			take(m, &r);
		else
			log_warn("%s: damaged: %s", m->name,
			    intake_why(m->intake));
	if (st == STREAM_BAD)
		bad_input(m, intake_why(m->intake));
	else if (m->max_us > 0 && m->left_us <= 0 && m->reading) {
		drop_input(m);
		speaker_input_done(m->speaker);
	} else {
		speaker_pump(m->speaker);
	}
}

static void *
window(void *arg, size_t *n)
{
	struct play *m = arg;

	if (!m->reading || speaker_full(m->speaker) ||
	    (m->out != NULL && output_queued(m->out) >= PASS_MAX))
		return NULL;
	return intake_window(m->intake, n);
}

static void
filled(void *arg, size_t n)
{
	struct play *m = arg;

	intake_filled(m->intake, n);
	pump(m);
}

/* Warns of oddities of an input that was read to its end. */
static void
advise(struct play *m)
{
	char text[200];
	const char *why = intake_advice(m->intake, text, sizeof(text));

	if (why == NULL)
		why = pcm_in_advice(&m->mono.in, text, sizeof(text));
	if (why == NULL && !m->sounded &&
	    intake_form(m->intake) == INTAKE_STREAM &&
	    intake_cut(m->intake) == 0)
		why = "there is no sound in it";
	if (why != NULL)
		log_warn("%s: %s", m->name, why);
}

static void
ended(void *arg, int error)
{
	struct play *m = arg;
	char **next = m->files;

	if (error) {
		errno = error;
		log_error("%s:", m->name);
		m->code = CODE_IO;
	}
	m->reading = false;
	intake_ended(m->intake);
	pump(m);
	/* an input that is bad at its end has been replaced by the next */
	if (m->intake == NULL || m->files != next)
		return;
	if (!error)
		advise(m);
	if (intake_cut(m->intake) == -1) {
		bad_input(m, intake_why(m->intake));
		return;
	}
	drop_input(m);
	next_file(m);
}

/* A FIFO's last writer has gone.  The last operand stays open for the next
 * writer, unless --once; any other one ends here. */
static void
gone(void *arg)
{
	struct play *m = arg;

	if (m->once || *m->files != NULL) {
		ended(m, 0);
		return;
	}
	intake_ended(m->intake);
	pump(m);
	if (m->intake == NULL || m->input == NULL)
		return;
	if (intake_cut(m->intake) == -1)
		log_warn("%s: a writer left something half done, which is "
		    "dropped: %s", m->name, intake_why(m->intake));
	intake_free(m->intake);
	m->intake = intake_new(&m->form);
	memset(&m->mono.in, 0, sizeof(m->mono.in));
	speaker_new_stream(m->speaker);
}

static const struct input_ops input_ops = { window, filled, ended, gone };

/* Goes on with the next operand that can be opened, if there is one. */
static void
next_file(struct play *m)
{
	const char *path;

	do {
		path = *m->files;
		if (path == NULL) {
			speaker_input_done(m->speaker);
			return;
		}
		m->files++;
		m->name = strcmp(path, "-") == 0 ? "standard input" : path;
		m->input = input_open(m->loop, path, &input_ops, m);
		if (m->input == NULL) {
			log_error("%s:", path);
			m->code = CODE_NOINPUT;
		}
	} while (m->input == NULL);
	m->form.mend = input_survives(m->input) && !m->once &&
	    *m->files == NULL;
	m->intake = intake_new(&m->form);
	memset(&m->mono.in, 0, sizeof(m->mono.in));
	m->reading = true;
	m->sounded = false;
	speaker_new_stream(m->speaker);
}

static void
on_signal(void *arg, int signo)
{
	struct play *m = arg;

	if (m->hurry)
		_exit(CODE_SIGNAL + signo);
	m->hurry = true;
	m->last_ms = 0;
	speaker_silence(m->speaker);
	end(m, CODE_SIGNAL + signo);
}

static void
on_usr1(void *arg, int signo)
{
	struct play *m = arg;

	(void)signo;
	if (m->recorder != NULL && recorder_next(m->recorder) == -1)
		log_warn("%s:", recorder_path(m->recorder));
}

/* Sound goes on after a failed write; the exit code reports it. */
static void
broken(struct play *m, const char *name, int error)
{
	if (error == 0)
		return;
	errno = error;
	log_error("%s:", name);
	m->code = CODE_IO;
}

static void
out_broken(void *arg, int error)
{
	broken(arg, "standard output", error);
}

static void
news_broken(void *arg, int error)
{
	struct play *m = arg;

	broken(m, strcmp(m->news_path, "-") == 0 ? "standard output" :
	    m->news_path, error);
}

static const struct output_ops out_ops = { NULL, out_broken };
static const struct output_ops news_ops = { NULL, news_broken };

static void
outputs(struct play *m)
{
	if (m->pass)
		m->out = output_fd(m->loop, 1, (size_t)PASS_MAX * 2 +
		    STREAM_PAYLOAD_MAX, &out_ops, m);
	if (m->news_path == NULL)
		return;
	m->news = output_open(m->loop, m->news_path, NEWS_MAX, &news_ops,
	    m);
	if (m->news == NULL)
		log_die(CODE_IO, "%s:", m->news_path);
	stream_start(&m->head, "gl-play");
	(void)output_add(m->news, m->head.data, m->head.len, NULL, 0);
}

/* Refuses an output that is also an input: it would be truncated before it is
 * played. */
static void
keep_inputs(const struct play *m, const char *out)
{
	char **f;

	for (f = m->files; out != NULL && *f != NULL; f++)
		if (fd_same(*f, out)) {
			errno = EDEADLK;
			log_die(CODE_IO, "%s:", out);
		}
}

/* If no file can be read, fails before the device is opened: it may be missing,
 * but that is not what is wrong. */
static void
any_readable(const struct play *m)
{
	char *const *f;

	for (f = m->files; *f != NULL; f++)
		if (strcmp(*f, "-") == 0 || access(*f, R_OK) == 0)
			return;
	for (f = m->files; *f != NULL; f++)
		if (access(*f, R_OK) == -1)
			log_error("%s:", *f);
	exit(CODE_NOINPUT);
}

static void
start(struct play *m)
{
	char why[300];

	any_readable(m);
	keep_inputs(m, m->record_path);
	keep_inputs(m, m->news_path);
	m->loop = loop_new();
	m->start_ms = clock_ms();
	m->bye.fire = leave;
	m->bye.arg = m;
	buf_init(&m->head, 4096);
	mono_init(&m->mono, m->form.pick);
	if (m->record_path != NULL)
		m->recorder = recorder_new(m->record_path);
	if (m->none)
		m->sound.device = NULL;
	m->speaker = speaker_new(m->loop, &m->sound, m->recorder,
	    &speaker_ops, m, why, sizeof(why));
	if (m->speaker == NULL)
		log_die(CODE_IO, "%s", why);
	outputs(m);
	loop_ends(m->loop, on_signal, m);
	loop_signal(m->loop, SIGUSR1, on_usr1, m);
}

static void
summary(const struct play *m)
{
	struct speaker_stats st;

	speaker_stats(m->speaker, &st);
	log_info(1, "%.1f s heard, %d interruptions, %.1f s of stale sound "
	    "left out, %d times too late for the device, %d times out of "
	    "sound within a turn", (double)st.heard_ms / 1e3, st.interrupts,
	    (double)st.stale_ms / 1e3, st.xruns, st.dry);
}

static int
stop(struct play *m)
{
	summary(m);
	speaker_free(m->speaker);
	if (m->recorder != NULL && recorder_close(m->recorder) == -1) {
		log_error("%s:", m->record_path);
		m->code = CODE_IO;
	}
	drop_input(m);
	output_close(m->out);
	output_close(m->news);
	loop_free(m->loop);
	buf_done(&m->head);
	mono_done(&m->mono);
	return m->code;
}

#define AT(member) OPT_AT(struct play, member)

static const struct opt options[] = {
	OPT_GROUP("Device"),
	{ "device", 'D', OPT_STR, AT(sound.device), "device",
	    "play on this ALSA device" },
	{ "list-devices", 'l', OPT_FLAG, AT(list), NULL,
	    "list the devices and exit" },
	{ "null", 'n', OPT_FLAG, AT(none), NULL,
	    "play on no device, paced by the clock" },
	{ "buffer-time", 'B', OPT_TIME(OPT_US, OPT_US, 2 * OPT_MS, 2 * OPT_S),
	    AT(sound.buffer_us), "time", "the device's buffer (100ms)" },
	{ "period-time", 'F', OPT_TIME(OPT_US, OPT_US, OPT_MS, OPT_S),
	    AT(sound.period_us), "time", "between two writes to it (20ms)" },
	{ "reopen", 0, OPT_TIME(OPT_MS, OPT_S, 0, 24 * OPT_HOUR),
	    AT(sound.reopen_ms), "time",
	    "wait so long for a device that is gone (30s)" },
	OPT_GROUP("Sound"),
	{ "raw", 'r', OPT_SET(INTAKE_PCM), AT(form.form), NULL,
	    "the input is raw PCM: s16le, mono" },
	{ "once", 0, OPT_FLAG, AT(once), NULL,
	    "a FIFO ends when its last writer has gone" },
	{ "channel", 0, OPT_CALL(pcm_channel), AT(form.pick), "n|mix",
	    "left, right or the nth of several (mix)" },
	{ "rate", 'R', OPT_INT(PCM_RATE_MIN, PCM_RATE_MAX), AT(form.said),
	    "rate", "samples a second of raw PCM (24000)" },
	{ "duration", 'd', OPT_TIME(OPT_US, OPT_S, OPT_MS, 365 * 24 *
	    OPT_HOUR), AT(max_us), "seconds", "play that much" },
	{ "prebuffer", 0, OPT_TIME(OPT_MS, OPT_MS, 0, 10 * OPT_S),
	    AT(sound.prebuffer_ms), "time",
	    "sound to gather before a turn begins (60ms)" },
	{ "volume", 0, OPT_NUM(0, 100), AT(sound.volume), "factor",
	    "multiply the sound by it" },
	OPT_GROUP("Output"),
	{ "output", 'o', OPT_FILE, AT(news_path), "file",
	    "write there what was heard of each turn" },
	{ "reference", 0, OPT_FLAG, AT(sound.reference), NULL,
	    "and what is played and when, for gl-mic --aec" },
	{ "pass", 'p', OPT_FLAG, AT(pass), NULL,
	    "pass the stream on to standard output" },
	{ "record", 0, OPT_FILE, AT(record_path), "file.wav",
	    "write what was played there" },
	OPT_END
};

static void
check_options(struct play *m)
{
	m->left_us = m->max_us;
	if (m->pass && m->news_path != NULL && strcmp(m->news_path, "-") == 0)
		log_die(CODE_USAGE, "-p and -o - both want standard output; "
		    "try 'gl-play --help'");
	if (m->sound.reference && m->news_path == NULL)
		log_die(CODE_USAGE, "--reference goes into the file of -o: "
		    "name one; try 'gl-play --help'");
	if (m->record_path != NULL && path_media(m->record_path) != NULL)
		log_die(CODE_USAGE, "--record %s: gl-play records WAV; "
		    "--record %.*swav, then ffmpeg -i", m->record_path,
		    (int)(path_ending(m->record_path) - m->record_path),
		    m->record_path);
	if (m->pass && isatty(1))
		log_die(CODE_USAGE, "-p: sound is not for a terminal: pipe "
		    "it on, or leave out -p");
	if (m->sound.period_us * 2 > m->sound.buffer_us)
		log_die(CODE_USAGE, "the buffer (-B) must hold two periods "
		    "(-F); try 'gl-play --help'");
}

int
main(int argc, char *argv[])
{
	static char dash[] = "-", *standard_input[] = { dash, NULL };
	struct play m = {
		.form = { .form = INTAKE_GUESS, .piece_ms = PIECE_MS },
		.sound = { .device = "default", .buffer_us = 100000,
		    .period_us = 20000, .prebuffer_ms = 60,
		    .reopen_ms = 30000, .limit = QUEUE_MAX, .volume = 1,
		    .rate = 24000 }
	};
	int at;

	log_init("gl-play");
	if (opt_env("AUDIODEV") != NULL)
		m.sound.device = opt_env("AUDIODEV");
	at = opt_read(options, "[file ...]", &m, argc, argv, 1);
	if (m.list)
		cards_list(false);
	m.form.rate = m.form.said > 0 ? m.form.said : 24000;
	check_options(&m);
	opt_operands(argc, argv, at, INT_MAX);
	m.files = at < argc ? argv + at : standard_input;
	start(&m);
	next_file(&m);
	loop_run(m.loop);
	return stop(&m);
}
