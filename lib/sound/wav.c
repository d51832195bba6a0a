/*
 * WAV as a stream.  Chunks follow one another, each with a tag and a length;
 * "fmt " must come before "data", everything else is stepped over.  Writers
 * into a pipe cannot know the length: sox and we leave about 2 GiB there,
 * ffmpeg 0xffffffff, arecord what it meant to record; such a file ends where
 * the input ends.
 */
#include "sound/wav.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { STEP_RIFF, STEP_CHUNK, STEP_FORMAT, STEP_SKIP, STEP_DATA, STEP_REST };

enum {
	TAG_INT = 1, TAG_FLOAT = 3, TAG_ALAW = 6, TAG_ULAW = 7,
	TAG_EXTENSIBLE = 0xfffe,
	FORMAT_MIN = 16, FORMAT_MAX = 40
};

/* From here on a length is a placeholder: sox leaves 0x7ffff000, arecord
 * 0x7fffffff or 0x80000000 rounded to frames. */
#define LENGTH_OPEN UINT32_C(0x7fff0000)

static unsigned
get16(const unsigned char *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

static uint32_t
get32(const unsigned char *p)
{
	return get16(p) | (uint32_t)get16(p + 2) << 16;
}

static void
put32(unsigned char *p, uint32_t v)
{
	p[0] = v & 0xff;
	p[1] = v >> 8 & 0xff;
	p[2] = v >> 16 & 0xff;
	p[3] = v >> 24 & 0xff;
}

void
wav_init(struct wav *w)
{
	memset(w, 0, sizeof(*w));
}

/* Collects `want` bytes in part; true once they are there. */
static bool
gather(struct wav *w, size_t want, const unsigned char **p, size_t *n)
{
	size_t take = want - w->have;

	if (take > *n)
		take = *n;
	memcpy(w->part + w->have, *p, take);
	w->have += take;
	w->done += take;
	*p += take;
	*n -= take;
	if (w->have < want)
		return false;
	w->have = 0;
	return true;
}

static int
fail(struct wav *w, const char *why)
{
	snprintf(w->why, sizeof(w->why), "%s", why);
	return -1;
}

static int
riff(struct wav *w)
{
	if (memcmp(w->part, "RIFX", 4) == 0)
		return fail(w, "a big-endian WAV file; convert it with sox");
	if (memcmp(w->part, "RF64", 4) == 0)
		return fail(w, "a 64-bit WAV file; convert it with sox");
	if (memcmp(w->part, "RIFF", 4) != 0 ||
	    memcmp(w->part + 8, "WAVE", 4) != 0)
		return fail(w, "not a WAV file");
	w->riff = get32(w->part + 4);
	if (w->riff >= LENGTH_OPEN)
		w->riff = 0;
	w->step = STEP_CHUNK;
	return 0;
}

/* What the data chunk's length is worth. */
static void
data(struct wav *w)
{
	/* no sound at all, if the file itself ends further on; else a
	 * placeholder */
	bool empty = w->left == 0 && w->riff + 8 > w->done;

	w->open_end = w->left >= LENGTH_OPEN || (w->left == 0 && !empty);
	w->step = empty ? STEP_REST : STEP_DATA;
	w->ready = true;
}

static int
chunk(struct wav *w)
{
	w->left = get32(w->part + 4);
	w->odd = w->left & 1;
	w->step = STEP_SKIP;
	if (memcmp(w->part, "fmt ", 4) == 0) {
		if (w->channels > 0)
			return fail(w, "two fmt chunks");
		if (w->left < FORMAT_MIN)
			return fail(w, "a fmt chunk that is too short");
		w->step = STEP_FORMAT;
	} else if (memcmp(w->part, "data", 4) == 0) {
		if (w->channels == 0)
			return fail(w, "sound before the fmt chunk");
		data(w);
	}
	return 0;
}

static int
sample_format(struct wav *w, unsigned tag, unsigned bits)
{
	if (tag == TAG_FLOAT && bits == 32)
		w->format = PCM_F32;
	else if (tag == TAG_INT && bits == 8)
		w->format = PCM_U8;
	else if (tag == TAG_INT && bits == 16)
		w->format = PCM_S16;
	else if (tag == TAG_INT && bits == 24)
		w->format = PCM_S24;
	else if (tag == TAG_INT && bits == 32)
		w->format = PCM_S32;
	else {
		snprintf(w->why, sizeof(w->why), "samples of %u bits in %s "
		    "(format %u) are not read; convert them with sox", bits,
		    tag == TAG_INT ? "integers" : tag == TAG_FLOAT ? "floats" :
		    tag == TAG_ALAW ? "A-law" : tag == TAG_ULAW ? "mu-law" :
		    "a codec", tag);
		return -1;
	}
	return 0;
}

/* The fmt chunk's first n bytes are in part. */
static int
format(struct wav *w, size_t n)
{
	static const unsigned char guid[14] = { 0, 0, 0, 0, 0x10, 0, 0x80, 0,
	    0, 0xaa, 0, 0x38, 0x9b, 0x71 };
	const unsigned char *p = w->part;
	unsigned tag = get16(p), channels = get16(p + 2);
	uint32_t rate = get32(p + 4);

	if (tag == TAG_EXTENSIBLE && n >= FORMAT_MAX &&
	    memcmp(p + 26, guid, sizeof(guid)) == 0)
		tag = get16(p + 24);
	if (sample_format(w, tag, get16(p + 14)) == -1)
		return -1;
	if (channels < 1 || channels > PCM_CHANNELS_MAX) {
		snprintf(w->why, sizeof(w->why), "%u channels; 1 to %d are "
		    "read", channels, PCM_CHANNELS_MAX);
		return -1;
	}
	if (rate < PCM_RATE_MIN || rate > PCM_RATE_MAX) {
		snprintf(w->why, sizeof(w->why), "a rate of %" PRIu32 " Hz; %d "
		    "to %d are read", rate, PCM_RATE_MIN, PCM_RATE_MAX);
		return -1;
	}
	if (get16(p + 12) != channels * pcm_width(w->format))
		return fail(w, "frames with gaps in them are not read; convert "
		    "them with sox");
	w->channels = (int)channels;
	w->rate = (int)rate;
	w->step = STEP_SKIP;
	return 0;
}

static size_t
least(uint64_t a, size_t b)
{
	return a < b ? (size_t)a : b;
}

/* One step through what is not sound: 0, or -1 with why. */
static int
step(struct wav *w, const unsigned char **p, size_t *n)
{
	size_t len;

	switch (w->step) {
	case STEP_RIFF:
		return gather(w, 12, p, n) ? riff(w) : 0;
	case STEP_CHUNK:
		return gather(w, 8, p, n) ? chunk(w) : 0;
	case STEP_FORMAT:
		len = least(w->left, FORMAT_MAX);
		if (!gather(w, len, p, n))
			return 0;
		w->left -= len;
		return format(w, len);
	default:
		len = least(w->left + w->odd, *n);
		if (len > w->left)
			w->odd = false;
		w->left -= least(w->left, len);
		w->done += len;
		*p += len;
		*n -= len;
		if (w->left == 0 && !w->odd)
			w->step = STEP_CHUNK;
		return 0;
	}
}

enum wav_status
wav_read(struct wav *w, const void *bytes, size_t n, size_t *used,
    const void **samples, size_t *len)
{
	const unsigned char *p = bytes;
	size_t left = n;

	*len = 0;
	*used = 0;
	if (w->why[0] != '\0')
		return WAV_BAD;
	while (left > 0 && w->step < STEP_DATA)
		if (step(w, &p, &left) == -1)
			return WAV_BAD;
	*used = n - left;
	if (w->step == STEP_DATA && left > 0) {
		*samples = p;
		*len = w->open_end ? left : least(w->left, left);
		w->left -= w->open_end ? 0 : *len;
		w->done += *len;
		*used += *len;
		if (!w->open_end && w->left == 0)
			w->step = STEP_REST;
	} else if (w->step == STEP_REST)
		*used = n;	/* tags and the like after the sound */
	return *len > 0 ? WAV_DATA : WAV_MORE;
}

int
wav_end(struct wav *w)
{
	if (w->why[0] != '\0')
		return -1;
	if (!w->ready)
		return fail(w, "the input ends inside the WAV header");
	if (w->step == STEP_DATA && !w->open_end && w->left > 0) {
		snprintf(w->why, sizeof(w->why), "cut short: the last %" PRIu64
		    " bytes of sound are missing", w->left);
		return -1;
	}
	return 0;
}

int
wav_head(unsigned char head[WAV_HEAD], int rate, int channels, uint64_t bytes)
{
	uint32_t frame = 2 * (uint32_t)channels, data, riff;

	/* sox and ffmpeg both know sox's own placeholder */
	data = bytes == WAV_UNKNOWN ? UINT32_C(0x7ffff000) :
	    bytes > WAV_MAX ? UINT32_MAX : (uint32_t)bytes;
	riff = data == UINT32_MAX ? UINT32_MAX : data + WAV_HEAD - 8;
	memcpy(head, "RIFF....WAVEfmt ", 16);
	put32(head + 4, riff);
	put32(head + 16, FORMAT_MIN);
	put32(head + 20, TAG_INT | (uint32_t)channels << 16);
	put32(head + 24, (uint32_t)rate);
	put32(head + 28, (uint32_t)rate * frame);
	put32(head + 32, frame | 16u << 16);
	memcpy(head + 36, "data", 4);
	put32(head + 40, data);
	return bytes > WAV_MAX && bytes != WAV_UNKNOWN ? -1 : 0;
}
