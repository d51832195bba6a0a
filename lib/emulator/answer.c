/* Speech is in pcm from pos on; the tone is counted, not stored. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/answer.h"
#include "base/buf.h"
#include "base/mem.h"
#include "sound/pcm.h"
#include "base/utf8.h"

enum {
	PIECE = 24,
	TEXT_MAX = 1 << 20,
	FADE = 120,
	WAVE = 600		/* samples: 11 periods of 440 Hz */
};

struct answer {
	struct buf pcm;
	struct pcm_rate *conv;	/* from this rate; NULL: none yet */
	int conv_rate;
	size_t pos;		/* bytes read from pcm */
	short *wave;		/* of the tone */
	int64_t tone;		/* its length in samples */
	int64_t tone_read;
	int64_t read;
	struct buf text;
	size_t text_pos;
	bool open;
};

struct answer *
answer_new(void)
{
	struct answer *a = mem_alloc(sizeof(*a));

	buf_init(&a->pcm, ANSWER_PCM_MAX);
	buf_init(&a->text, TEXT_MAX);
	return a;
}

void
answer_free(struct answer *a)
{
	if (!a)
		return;
	pcm_rate_free(a->conv);
	buf_done(&a->pcm);
	buf_done(&a->text);
	free(a->wave);
	free(a);
}

int
answer_speech(struct answer *a, int rate, const void *pcm, size_t samples)
{
	int bad;

	if (a->conv && rate != a->conv_rate) {
		pcm_rate_flush(a->conv, &a->pcm);
		pcm_rate_free(a->conv);
		a->conv = NULL;
	}
	if (rate == ANSWER_RATE)
		return buf_add(&a->pcm, pcm, samples * 2);
	if (!a->conv && !(a->conv = pcm_rate_new(rate, ANSWER_RATE)))
		return -1;
	a->conv_rate = rate;
	bad = pcm_rate_add(a->conv, pcm, samples, &a->pcm);
	if (!a->open)
		bad |= pcm_rate_flush(a->conv, &a->pcm);
	return bad;
}

void
answer_tone(struct answer *a, int64_t ms)
{
	int i;

	if (!a->wave) {
		a->wave = mem_alloc(WAVE * sizeof(*a->wave));
		for (i = 0; i < WAVE; i++)
			a->wave[i] = (short)lrint(8231 * sin(i * 2 *
			    3.14159265358979 * 440 / ANSWER_RATE));
	}
	a->tone += ms * ANSWER_RATE / 1000;
}

void
answer_text(struct answer *a, const char *text, size_t n)
{
	buf_add(&a->text, text, n);
}

void
answer_open(struct answer *a, bool open)
{
	a->open = open;
	if (!open && a->conv)
		pcm_rate_flush(a->conv, &a->pcm);
}

bool
answer_is_open(const struct answer *a)
{
	return a->open;
}

/* A sample of the tone, faded in and out over 5 ms. */
static int
tone_at(const struct answer *a, int64_t i)
{
	int64_t edge = a->tone - 1 - i < i ? a->tone - 1 - i : i;
	int v = a->wave[i % WAVE];

	return edge < FADE ? v * (int)edge / FADE : v;
}

size_t
answer_read(struct answer *a, void *pcm, size_t n)
{
	unsigned char *p = pcm;
	size_t have = (a->pcm.len - a->pos) / 2, i = have < n ? have : n;

	if (i > 0)
		memcpy(p, a->pcm.data + a->pos, i * 2);
	a->pos += i * 2;
	for (; i < n && a->tone_read < a->tone; i++)
		pcm_put(p + 2 * i, tone_at(a, a->tone_read++));
	a->read += (int64_t)i;
	return i;
}

int64_t
answer_left(const struct answer *a)
{
	return (int64_t)((a->pcm.len - a->pos) / 2) + a->tone - a->tone_read;
}

int64_t
answer_read_ms(const struct answer *a)
{
	return a->read * 1000 / ANSWER_RATE;
}

const char *
answer_piece(struct answer *a, size_t *n)
{
	const char *p;

	*n = a->text.len - a->text_pos;
	if (*n == 0)
		return NULL;
	p = a->text.data + a->text_pos;
	if (*n > PIECE)
		*n = utf8_cut(p, PIECE);
	a->text_pos += *n;
	return p;
}

const char *
answer_words(const struct answer *a)
{
	return a->text.data ? a->text.data : "";
}

int64_t
answer_length(const char *text)
{
	int64_t ms = (int64_t)strlen(text) * 60;

	return ms < 300 ? 300 : ms > 20000 ? 20000 : ms;
}
