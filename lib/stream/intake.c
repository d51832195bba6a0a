/*
 * Any kind of input as records.  A stream goes straight into a stream_reader;
 * all else passes through `in`, a fixed window, into `sound` (s16le, cut into
 * pieces of even length) or `text` (cut into lines).  Both are emptied before
 * more input is asked for, so they stay as small as a window.
 */
#include "stream/intake.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/foreign.h"
#include "base/json.h"
#include "base/mem.h"
#include "sound/pcm.h"
#include "stream/guess.h"
#include "base/utf8.h"
#include "sound/wav.h"

enum {
	IN_SIZE = 64 << 10,
	/* a window of u8 doubles in size; a piece of a second at the highest
	 * rate may be waiting */
	SOUND_MAX = 4 * IN_SIZE + 2 * PCM_RATE_MAX,
	TEXT_MAX = STREAM_HEAD_MAX - 64
};

struct intake {
	enum intake_form form;
	int rate, said, piece_ms;
	bool some;		/* at least one byte came */
	bool worded;		/* and a line that is not blank */
	bool headed;		/* raw PCM that begins as a WAV file does */
	bool guessing;		/* raw PCM it may be: only silence yet */
	bool started, followed;	/* of a stream: its start; another record */
	struct stream_reader *reader;
	struct wav wav;
	struct pcm_in pcm;
	unsigned char *in;
	size_t have;		/* bytes in `in` */
	struct buf sound, text;
	size_t used;		/* of sound or text, handed on */
	size_t scanned;		/* of text, without a newline */
	struct buf line;	/* header made for a record */
	struct json *head;	/* the same, parsed */
	size_t head_bytes;	/* the payload that it announces */
	int64_t offset;		/* of the next record made here */
	bool looked;		/* at the beginning of text */
	bool dry;		/* nothing to give: read on */
	bool ended;
	bool bad, cut;
	bool mend, told;	/* bad is temporary; it was reported */
	int pick;		/* channel, or PCM_MIX */
	bool next;		/* another WAV file follows this one */
	size_t at;		/* where in `in` to continue */
	int64_t sounded;	/* samples handed on, */
	bool heard;		/* and whether any of them was not silence */
	bool advised;
	int64_t lines;		/* of text, so far */
	bool blank;		/* the last one was */
	int64_t spoilt_at, spoilt;	/* not UTF-8: first line; how many */
	char why[400];
};

struct intake *
intake_new(const struct intake_opts *o)
{
	struct intake *s = mem_alloc(sizeof(*s));

	s->form = o->form;
	s->rate = o->rate;
	s->said = o->said;
	s->pick = o->pick;
	s->piece_ms = o->piece_ms > 0 ? o->piece_ms : 20;
	if (s->piece_ms > 1000)
		s->piece_ms = 1000;
	s->reader = stream_reader_new();
	s->mend = o->mend;
	if (s->mend)
		stream_mend(s->reader);
	s->in = mem_resize(NULL, IN_SIZE, 1);	/* not zeroed */
	wav_init(&s->wav);
	pcm_in_init(&s->pcm, PCM_S16, 1);
	buf_init(&s->sound, SOUND_MAX);
	buf_init(&s->text, TEXT_MAX + IN_SIZE);
	buf_init(&s->line, STREAM_HEAD_MAX * 6);
	s->dry = true;
	return s;
}

void
intake_free(struct intake *s)
{
	if (s == NULL)
		return;
	stream_reader_free(s->reader);
	json_free(s->head);
	buf_done(&s->sound);
	buf_done(&s->text);
	buf_done(&s->line);
	free(s->in);
	free(s);
}

static enum stream_status bad(struct intake *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static enum stream_status
bad(struct intake *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
	s->bad = true;
	return STREAM_BAD;
}

void *
intake_window(struct intake *s, size_t *n)
{
	if (s->bad && s->mend && s->told)
		s->have = 0;	/* to be dropped */
	else if (s->bad || !s->dry)
		return NULL;
	if (s->ended)
		return NULL;
	if (s->form == INTAKE_STREAM)
		return stream_window(s->reader, n);
	*n = IN_SIZE - s->have;
	return s->in + s->have;
}

static void
bad_file(struct intake *s, const struct foreign *k)
{
	bad(s, "%s is not read%s", k->name, foreign_remedy(k));
}

/* Takes n bytes of `in` as raw PCM. */
static void
take_pcm(struct intake *s, size_t n)
{
	pcm_in_add(&s->pcm, s->in, n, &s->sound);
	s->have -= n;
	memmove(s->in, s->in + n, s->have);
}

/* Whether what is neither stream nor WAV file is sound. */
static void
guess_pcm(struct intake *s)
{
	const struct guess g = { .named = s->form == INTAKE_NAMED,
	    .whole = s->ended, .hushed = s->form == INTAKE_PCM,
	    .rate = s->rate };
	size_t silent;

	switch (guess_sound(&g, s->in, s->have, &silent, s->why,
	    sizeof(s->why))) {
	case GUESS_MORE:
		break;
	case GUESS_SILENCE:
		s->form = INTAKE_PCM;
		s->guessing = true;
		take_pcm(s, silent);
		guess_pcm(s);
		break;
	case GUESS_PCM:
		s->form = INTAKE_PCM;
		s->guessing = false;
		s->looked = true;
		break;
	case GUESS_NOT:
		s->bad = true;
		break;
	}
}

/* The input turned out to be a stream. */
static void
be_stream(struct intake *s)
{
	s->form = INTAKE_STREAM;
	stream_feed(s->reader, s->in, s->have);
	s->have = 0;
	free(s->in);
	s->in = NULL;
}

/* Text that looks like the output of a gl program is a stream after all: nobody
 * wants to say that to the model.  Its first bytes are checked once. */
static void
check_text(struct intake *s)
{
	static const char start[] = "{\"gl\":";
	size_t n = sizeof(start) - 1;
	const struct foreign *file;
	bool more;

	if (s->looked)
		return;
	if (memcmp(s->in, start, s->have < n ? s->have : n) == 0 &&
	    (s->have >= n || !s->ended)) {
		if (s->have < n)
			return;
		be_stream(s);
		stream_take_lines(s->reader);
		return;
	}
	file = foreign_text(s->in, s->have, s->ended, &more);
	if (file != NULL)
		bad_file(s, file);
	s->looked = !more;
}

/* Decides what the input is, once enough of it has come. */
static void
guess(struct intake *s)
{
	switch (stream_kind(s->in, s->have, s->ended)) {
	case STREAM_KIND_MORE:
		break;
	case STREAM_KIND_RECORDS:
		be_stream(s);
		break;
	case STREAM_KIND_WAV:
		s->form = INTAKE_WAV;
		break;
	case STREAM_KIND_PCM:
		guess_pcm(s);
		break;
	}
}

/* A WAV file's header was read. */
static void
tune(struct intake *s)
{
	pcm_in_init(&s->pcm, s->wav.format, s->wav.channels);
	s->pcm.big = s->wav.big;
	s->pcm.pick = s->pick;
	s->rate = s->wav.rate;
	s->head_bytes = 0;
}

/* Takes the samples of a WAV file out of `in`, up to where another file begins,
 * whose rate may differ. */
static void
unwrap(struct intake *s)
{
	const void *data;
	size_t used, len;
	enum wav_status st;
	bool ready;

	while (s->at < s->have && !s->bad && !s->next) {
		ready = s->wav.ready;
		st = wav_read(&s->wav, s->in + s->at, s->have - s->at, &used,
		    &data, &len);
		if (st == WAV_BAD) {
			bad(s, "%s", s->wav.why);
			return;
		}
		if (st == WAV_NEXT)
			s->next = true;
		else if (s->wav.ready && !ready && s->wav.files == 1)
			tune(s);
		if (len > 0)
			pcm_in_add(&s->pcm, data, len, &s->sound);
		s->at += used;
	}
	if (!s->next)
		s->have = s->at = 0;
}

/* All sound of one WAV file has been handed on: go on to the next. */
static void
go_on(struct intake *s)
{
	s->next = false;
	tune(s);
	unwrap(s);
}

/* What is taken as raw PCM because the user says so, by its first bytes. */
static void
check_raw(struct intake *s)
{
	static const char gl[] = "{\"gl\":", type[] = "{\"type\":";

	if (s->looked || (s->have < 12 && !s->ended))
		return;
	s->looked = true;
	if ((s->have >= sizeof(gl) && memcmp(s->in, gl, sizeof(gl) - 1) == 0) ||
	    (s->have >= sizeof(type) &&
	    memcmp(s->in, type, sizeof(type) - 1) == 0))
		bad(s, "a stream, not raw PCM: leave out -r");
	s->headed = s->have >= 12 && memcmp(s->in, "RIFF", 4) == 0 &&
	    memcmp(s->in + 8, "WAVE", 4) == 0;
}

void
intake_filled(struct intake *s, size_t n)
{
	if (s->bad)
		return;
	s->dry = false;
	if (s->form == INTAKE_STREAM) {
		stream_filled(s->reader, n);
		return;
	}
	s->have += n;
	s->some |= n > 0;
	if (s->form == INTAKE_GUESS || s->form == INTAKE_NAMED)
		guess(s);
	else if (s->form == INTAKE_TEXT)
		check_text(s);
	else if (s->guessing)
		guess_pcm(s);
	else if (s->form == INTAKE_PCM)
		check_raw(s);
	if (s->bad)
		return;
	if (s->form == INTAKE_WAV) {
		unwrap(s);
		return;
	}
	if (s->form == INTAKE_PCM && s->looked)
		take_pcm(s, s->have);
	else if (s->form == INTAKE_TEXT && s->looked)
		buf_add(&s->text, s->in, s->have);
	else
		return;		/* a stream, or still unknown */
	s->have = 0;
}

/* Fills in the record whose header is in `line`. */
static enum stream_status
give(struct intake *s, const char *type, const void *payload, size_t n,
    struct record *rec)
{
	rec->line = s->line.data;
	rec->line_len = s->line.len;
	rec->payload = payload;
	rec->payload_len = n;
	rec->type = type;
	rec->head = s->head;
	rec->offset = s->offset;
	rec->typed = s->form == INTAKE_TEXT;
	return STREAM_RECORD;
}

static void
parse_line(struct intake *s)
{
	json_free(s->head);
	s->head = json_parse(s->line.data, s->line.len, NULL, 0);
	if (s->head == NULL)
		s->head = json_object();
}

/* Notes whether there is anything to hear. */
static void
listen(struct intake *s, const char *p, size_t samples)
{
	struct pcm_level level = { 0 };

	s->sounded += (int64_t)samples;
	if (s->heard)
		return;
	pcm_level_add(&level, p, samples);
	s->heard = pcm_level_peak(&level) > INTAKE_SILENCE;
}

/* A whole piece; at the end, whatever is left. */
static enum stream_status
next_sound(struct intake *s, struct record *rec)
{
	size_t piece = (size_t)(s->rate * (int64_t)s->piece_ms / 1000) * 2;
	size_t left = s->sound.len - s->used;
	const char *p;

	if (piece == 0)
		piece = 2;
	if (left < piece && !((s->ended || s->next || s->bad) && left > 0)) {
		buf_drop(&s->sound, s->used);
		s->used = 0;
		return STREAM_MORE;
	}
	if (left < piece)
		piece = left;
	if (s->head_bytes != piece) {
		/* nearly always the same as last time */
		buf_clear(&s->line);
		stream_head(&s->line, "audio");
		stream_int(&s->line, "rate", s->rate);
		stream_tail(&s->line, piece);
		parse_line(s);
		s->head_bytes = piece;
	}
	p = s->sound.data + s->used;
	s->used += piece;
	listen(s, p, piece / 2);
	give(s, "audio", p, piece, rec);
	s->offset += (int64_t)piece;
	return STREAM_RECORD;
}

static size_t
trim(const char *p, size_t n)
{
	while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\r' ||
	    p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	return n;
}

/* A line without trailing white space and without the byte order mark that
 * some programs put before the first. */
static void
make_line(struct intake *s, const char *p, size_t n)
{
	if (++s->lines == 1 && n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		n -= 3;
	}
	if (!utf8_valid(p, n) && s->spoilt++ == 0)
		s->spoilt_at = s->lines;
	buf_clear(&s->line);
	if ((n = trim(p, n)) == 0)
		return;
	stream_head(&s->line, "text");
	stream_strn(&s->line, "text", p, n);
	stream_tail(&s->line, 0);
}

static enum stream_status
next_line(struct intake *s, struct record *rec)
{
	const char *p, *nl;
	size_t left, n;

	while ((left = s->text.len - s->used) > 0) {
		p = s->text.data + s->used;
		nl = memchr(p + s->scanned, '\n', left - s->scanned);
		if (nl == NULL && !s->ended) {
			s->scanned = left;
			break;
		}
		n = nl != NULL ? (size_t)(nl - p) + 1 : left;
		s->used += n;
		s->scanned = 0;
		if (n > TEXT_MAX)
			return bad(s, "a line of text longer than %d bytes",
			    TEXT_MAX);
		make_line(s, p, n);
		s->offset += (int64_t)n;
		s->blank = s->line.len == 0;
		if (!s->blank) {
			s->worded = true;
			parse_line(s);
			give(s, "text", "", 0, rec);
			rec->offset -= (int64_t)n;
			return STREAM_RECORD;
		}
	}
	if (s->scanned > TEXT_MAX)
		return bad(s, "a line of text longer than %d bytes", TEXT_MAX);
	buf_drop(&s->text, s->used);
	s->used = 0;
	return STREAM_MORE;
}

/* Bad for good, or until the next writer; then reported only once. */
static enum stream_status
broken(struct intake *s)
{
	if (!s->mend)
		return STREAM_BAD;
	if (s->told)
		return STREAM_MORE;
	s->told = true;
	return STREAM_LOST;
}

enum stream_status
intake_next(struct intake *s, struct record *rec)
{
	enum stream_status st = STREAM_MORE;

	if (s->bad && s->form != INTAKE_WAV)
		return broken(s);
	switch (s->form) {
	case INTAKE_STREAM:
		st = stream_next(s->reader, rec);
		if (st == STREAM_RECORD && !s->followed) {
			s->followed = strcmp(rec->type, "start") != 0;
			s->started = true;
		}
		if (st == STREAM_BAD)
			bad(s, "%s", stream_why(s->reader));
		else if (st == STREAM_LOST)
			snprintf(s->why, sizeof(s->why), "%s",
			    stream_why(s->reader));
		break;
	case INTAKE_WAV:
		while ((st = next_sound(s, rec)) == STREAM_MORE && s->next)
			go_on(s);
		break;
	case INTAKE_PCM:
		st = next_sound(s, rec);
		break;
	case INTAKE_TEXT:
		st = next_line(s, rec);
		break;
	case INTAKE_GUESS:
	case INTAKE_NAMED:
		break;
	}
	if (s->bad && st == STREAM_MORE)
		return broken(s);
	if (st == STREAM_MORE)
		s->dry = true;
	return st;
}

void
intake_ended(struct intake *s)
{
	const void *rest;
	size_t n;

	s->ended = true;
	s->dry = false;
	stream_ended(s->reader);
	if (s->form == INTAKE_GUESS || s->form == INTAKE_NAMED ||
	    ((s->form == INTAKE_TEXT || s->form == INTAKE_PCM) &&
	    !s->looked))
		intake_filled(s, 0);
	if (s->form == INTAKE_WAV) {
		n = wav_rest(&s->wav, &rest);
		if (n > 0)
			pcm_in_add(&s->pcm, rest, n, &s->sound);
	}
	if (s->form == INTAKE_PCM && s->pcm.have > 0) {
		s->cut = true;
		snprintf(s->why, sizeof(s->why), "half a sample at the end of "
		    "the input");
	}
}

int
intake_cut(struct intake *s)
{
	if (s->bad)
		return s->told ? 0 : -1;
	/* only once all of its files have been read */
	if (s->form == INTAKE_WAV && wav_end(&s->wav) == -1) {
		s->cut = true;
		snprintf(s->why, sizeof(s->why), "%s", s->wav.why);
	}
	if (s->form == INTAKE_STREAM && stream_end(s->reader) == -1) {
		s->cut = true;
		snprintf(s->why, sizeof(s->why), "%s", stream_why(s->reader));
	}
	return s->cut ? -1 : 0;
}

/* What wrote the stream may have failed before it did anything. */
static bool
only_begun(struct intake *s)
{
	return s->form == INTAKE_STREAM && s->started && !s->followed &&
	    intake_cut(s) == 0;
}

const char *
intake_advice(struct intake *s, char *text, size_t size)
{
	if (s->ended && !s->advised && only_begun(s)) {
		s->advised = true;
		snprintf(text, size, "nothing follows its start record");
		return text;
	}
	if (s->advised || s->bad || !s->ended ||
	    (s->form != INTAKE_WAV && s->form != INTAKE_PCM &&
	    s->form != INTAKE_GUESS && (s->form != INTAKE_TEXT || s->worded)))
		return NULL;
	s->advised = true;
	if (s->headed) {
		snprintf(text, size, "-r took a WAV file's header for sound: "
		    "without it the file is read as what it is");
		return text;
	}
	if (s->form == INTAKE_WAV && s->said > 0 && s->said != s->wav.rate) {
		snprintf(text, size, "-R %d is of raw PCM: a WAV file has its "
		    "own rate, here %d", s->said, s->wav.rate);
		return text;
	}
	if (s->heard)
		return pcm_in_advice(&s->pcm, text, size);
	if (s->form == INTAKE_TEXT && s->some)
		snprintf(text, size, "it has only empty lines");
	else if (s->sounded == 0)
		snprintf(text, size, s->form != INTAKE_WAV ? "it is empty" :
		    "there is no sound in it");
	else if (pcm_in_advice(&s->pcm, text, size) == NULL)
		snprintf(text, size, "all of it is silence (%.1f s)",
		    (double)s->sounded / s->rate);
	return text;
}

bool
intake_blank(struct intake *s)
{
	bool blank = s->blank;

	s->blank = false;
	return blank;
}

int64_t
intake_spoilt(const struct intake *s, int64_t *line)
{
	*line = s->spoilt_at;
	return s->spoilt;
}

const char *
intake_why(const struct intake *s)
{
	return s->why;
}

enum intake_form
intake_form(const struct intake *s)
{
	return s->form;
}
