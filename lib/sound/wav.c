/*
 * WAV as a stream.  Chunks follow one another, each with a tag and a length;
 * "fmt " must come before "data", everything else is skipped.  Programs that
 * write into a pipe cannot know the length: sox and we put about 2 GiB there,
 * ffmpeg 0xffffffff, arecord what it meant to record; such a file ends where
 * the input ends, or where the header of another one begins.
 */
#include "sound/wav.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/why.h"

enum { STEP_RIFF, STEP_W64, STEP_CHUNK, STEP_FORMAT, STEP_DS64, STEP_SKIP,
	STEP_DATA, STEP_EDGE, STEP_JUNK };

enum {
	TAG_INT = 1, TAG_FLOAT = 3, TAG_ALAW = 6, TAG_ULAW = 7,
	TAG_EXTENSIBLE = 0xfffe,
	FORMAT_MIN = 16, FORMAT_MAX = 40,
	RIFF = 12,		/* bytes with which a file begins */
	W64 = 40, W64_CHUNK = 24, DS64 = 24,
	CHUNK_MAX = 64 << 10	/* past the end of the file as it states it */
};

/* From here on a length means "unknown": sox writes 0x7ffff000, arecord
 * 0x7fffffff or 0x80000000 rounded to frames. */
#define LENGTH_OPEN UINT32_C(0x7fff0000)
/* The same of 64 bits. */
#define LENGTH_OPEN_64 (UINT64_MAX / 4)

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

static uint64_t
get64(const unsigned char *p)
{
	return get32(p) | (uint64_t)get32(p + 4) << 32;
}

/* The file's numbers; RIFX has the other byte order. */
static unsigned
two(const struct wav *w, const unsigned char *p)
{
	return w->big ? (unsigned)p[0] << 8 | p[1] : get16(p);
}

static uint32_t
four(const struct wav *w, const unsigned char *p)
{
	return w->big ? (uint32_t)two(w, p) << 16 | two(w, p + 2) : get32(p);
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
	size_t take = want > w->have ? want - w->have : 0;

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
	return why_say(-1, w->why, sizeof(w->why), "%s", why);
}

/* Keeps the first complaint, reported at the end, after all sound was given. */
static void
note(struct wav *w, const char *before, uint64_t n, const char *behind)
{
	if (w->note[0] == '\0')
		snprintf(w->note, sizeof(w->note), "%s%" PRIu64 " byte%s %s",
		    before, n, n == 1 ? "" : "s", behind);
}

/* Bytes that are not used: how many, and whether they are more than zeros. */
static void
junk(struct wav *w, const unsigned char *p, size_t n)
{
	size_t i;

	w->junk += n;
	for (i = 0; i < n && !w->dirty; i++)
		w->dirty = p[i] != 0;
}

bool
wav_begins(const void *bytes, size_t n)
{
	static const char *const tags[] = { "RIFF", "RIFX", "RF64", "BW64",
	    "riff" };
	size_t i;

	for (i = 0; i < sizeof(tags) / sizeof(*tags); i++)
		if (memcmp(bytes, tags[i], n < 4 ? n : 4) == 0 && (i < 4 ||
		    memcmp((const char *)bytes + (n < 4 ? n : 4), "\x2e\x91",
		    n < 4 ? 0 : n < 6 ? n - 4 : 2) == 0))
			return true;
	return false;
}

static int
riff(struct wav *w)
{
	if (memcmp(w->part, "riff\x2e\x91\xcf\x11", 8) == 0) {
		w->have = RIFF;
		w->step = STEP_W64;
		return 0;
	}
	if (memcmp(w->part + 8, "WEBP", 4) == 0)
		return fail(w, "a WebP picture, not sound; gl-frames makes a "
		    "stream of it");
	if (memcmp(w->part + 8, "AVI ", 4) == 0)
		return fail(w, "an AVI film; convert it with ffmpeg");
	if (memcmp(w->part + 8, "RMID", 4) == 0)
		return fail(w, "a MIDI file, which has notes and no sound");
	if (!wav_begins(w->part, 4) || memcmp(w->part + 8, "WAVE", 4) != 0)
		return fail(w, "not a WAV file, though it begins like one");
	w->w64 = false;
	w->big = memcmp(w->part, "RIFX", 4) == 0;
	w->riff = four(w, w->part + 4);
	if (w->riff >= LENGTH_OPEN)
		w->riff = 0;
	w->step = STEP_CHUNK;
	return 0;
}

static int
w64(struct wav *w)
{
	if (memcmp(w->part + 24, "wave", 4) != 0)
		return fail(w, "not a WAV file");
	w->w64 = true;
	w->big = false;
	w->riff = get64(w->part + 16);
	w->riff = w->riff > LENGTH_OPEN_64 || w->riff < 8 ? 0 : w->riff - 8;
	w->step = STEP_CHUNK;
	return 0;
}

/* Judges the data chunk's length. */
static void
data(struct wav *w)
{
	bool empty;

	if (!w->w64 && w->left == UINT32_MAX && w->data64 > 0) {
		w->left = w->data64;
		w->odd = w->left & 1;
	}
	/* 0 means no sound if the file itself ends later; otherwise it means
	 * that the length is unknown */
	empty = w->left == 0 && w->riff + 8 > w->done;
	w->open_end = (w->left == 0 && !empty) || w->left >= LENGTH_OPEN_64 ||
	    (!w->w64 && w->data64 == 0 && w->left >= LENGTH_OPEN);
	w->step = empty ? STEP_CHUNK : STEP_DATA;
	w->odd = w->odd && !empty;
	w->hollow = empty && !w->w64;
	w->ready = true;
	w->fresh = w->files++ > 0;
}

/* A further chunk of the same sound: the size of RF64 is the first one's. */
static void
more_data(struct wav *w)
{
	w->open_end = w->left >= (w->w64 ? LENGTH_OPEN_64 : LENGTH_OPEN);
	w->step = STEP_DATA;
}

/* Another file begins with the bytes in part. */
static void
begin_anew(struct wav *w)
{
	uint64_t missing = (w->step == STEP_DATA && !w->open_end) ||
	    w->step == STEP_EDGE ? w->left : 0;

	if (missing > 0)
		note(w, "a file was cut short, another follows: the last ",
		    missing, "of its sound are missing");
	w->step = STEP_RIFF;
	w->ready = false;
	w->channels = 0;
	w->left = w->data64 = w->riff = w->pad = 0;
	w->done = w->have;
	w->odd = w->hollow = false;
}

/* After the sound: whether this is a chunk's header at all. */
static bool
is_chunk(const struct wav *w)
{
	int i;

	for (i = 0; i < 4; i++)
		if (w->part[i] < ' ' || w->part[i] > '~')
			return false;
	return w->riff == 0 || w->done <= w->riff + 8 || w->left <= CHUNK_MAX;
}

/* Whether the first n bytes, at most RIFF, may begin another file. */
static bool
may_begin(const unsigned char *p, size_t n)
{
	static const char *const tags[] = { "RIFF", "RIFX", "RF64", "BW64" };
	size_t i;

	for (i = 0; i < sizeof(tags) / sizeof(*tags); i++)
		if (memcmp(p, tags[i], n < 4 ? n : 4) == 0)
			return n <= 8 || memcmp(p + 8, "WAVE", n - 8) == 0;
	return memcmp(p, "riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb", n) == 0;
}

/* The offset of the first of n bytes that may begin another file, or n. */
static size_t
beginning(const unsigned char *p, size_t n)
{
	static const char first[] = { 'R', 'B', 'r' };
	size_t best = n, i, k;
	const unsigned char *r;

	for (i = 0; i < sizeof(first); i++)
		for (k = 0; k < best; k++) {
			r = memchr(p + k, first[i], best - k);
			if (r == NULL)
				break;
			k = (size_t)(r - p);
			if (may_begin(r, n - k < RIFF ? n - k : RIFF)) {
				best = k;
				break;
			}
		}
	return best;
}

/* What follows the sound is not a chunk; its first n bytes are in part, and may
 * end with the beginning of another file. */
static void
no_chunk(struct wav *w, size_t n)
{
	size_t k = n < RIFF ? 0 : n - RIFF + 1;

	k += beginning(w->part + k, n - k);
	w->step = STEP_JUNK;
	junk(w, w->part, k);
	w->have = n - k;
	memmove(w->part, w->part + k, w->have);
}

static int
chunk(struct wav *w)
{
	if (w->w64) {
		w->left = get64(w->part + 16);
		w->left = w->left < W64_CHUNK ? 0 : w->left - W64_CHUNK;
		w->odd = false;
		w->pad = (8 - w->left % 8) % 8;
	} else {
		w->left = four(w, w->part + 4);
		w->odd = w->left & 1;
	}
	w->step = STEP_SKIP;
	if (w->ready && w->hollow && !is_chunk(w)) {
		/* whoever wrote it corrected the file's size only */
		w->open_end = true;
		w->step = STEP_DATA;
		w->have = 8;
		return 0;
	}
	if (w->ready && !is_chunk(w)) {
		no_chunk(w, w->w64 ? W64_CHUNK : 8);
		return 0;
	}
	if (w->ready) {
		/* the same sound continues */
		if (memcmp(w->part, "data", 4) == 0 && w->left > 0)
			more_data(w);
		return 0;
	}
	if (memcmp(w->part, "fmt ", 4) == 0) {
		if (w->left < FORMAT_MIN)
			return fail(w, "a fmt chunk that is too short");
		w->step = STEP_FORMAT;
	} else if (memcmp(w->part, "ds64", 4) == 0 && w->left >= DS64) {
		w->step = STEP_DS64;
	} else if (memcmp(w->part, "data", 4) == 0) {
		if (w->channels == 0)
			return fail(w, "sound before the fmt chunk");
		data(w);
	}
	return 0;
}

static void
refuse(struct wav *w, unsigned tag, unsigned bits)
{
	static const struct {
		unsigned tag;
		const char *name;
	} codecs[] = {
		{ 0x02, "MS ADPCM" }, { 0x11, "IMA ADPCM" }, { 0x31, "GSM" },
		{ 0x45, "G.726" }, { 0x50, "MPEG audio" }, { 0x55, "MP3" },
		{ 0x64, "G.726" }, { 0xff, "AAC" }, { 0x161, "WMA" },
		{ 0x28f, "G.722" }, { 0x2000, "AC-3" }, { 0x2001, "DTS" },
		{ 0xf1ac, "FLAC" }
	};
	const char *name = tag == TAG_INT ? "integers" : tag == TAG_FLOAT ?
	    "floats" : tag == TAG_ALAW ? "A-law" : tag == TAG_ULAW ?
	    "mu-law" : NULL;
	size_t i;

	if (name != NULL) {
		snprintf(w->why, sizeof(w->why), "samples of %u bits in %s "
		    "(format %u) are not read; convert them with sox", bits,
		    name, tag);
		return;
	}
	for (i = 0; i < sizeof(codecs) / sizeof(*codecs); i++)
		if (codecs[i].tag == tag)
			name = codecs[i].name;
	snprintf(w->why, sizeof(w->why), "%s (format %u) in a WAV file is not "
	    "read; convert it with ffmpeg", name != NULL ? name : "a codec",
	    tag);
}

/* By the bytes that a sample occupies, in which it is the upper bits: 20 bits
 * take three, or four.  Only mu-law and A-law have 8 bits whatever is said. */
static int
sample_format(struct wav *w, unsigned tag, unsigned bits, size_t bytes)
{
	static const enum pcm_format ints[] = { PCM_U8, PCM_S16, PCM_S24,
	    PCM_S32 };
	bool whole = bits > 0 && bits <= 8 * bytes;

	if (tag == TAG_FLOAT && bits == 32)
		w->format = PCM_F32;
	else if (tag == TAG_FLOAT && bits == 64)
		w->format = PCM_F64;
	else if (tag == TAG_ALAW && (bits == 8 || bytes == 1))
		w->format = PCM_ALAW;
	else if (tag == TAG_ULAW && (bits == 8 || bytes == 1))
		w->format = PCM_ULAW;
	else if (tag == TAG_INT && bytes >= 1 && bytes <= 4 && whole)
		w->format = ints[bytes - 1];
	else {
		refuse(w, tag, bits);
		return -1;
	}
	return 0;
}

/* The fmt chunk's first n bytes are in part. */
static int
format(struct wav *w, size_t n)
{
	static const unsigned char guid[2][14] = { { 0, 0, 0, 0, 0x10, 0,
	    0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71 }, /* of Ambisonics: */
	    { 0, 0, 0x21, 7, 0xd3, 0x11, 0x86, 0x44, 0xc8, 0xc1, 0xca } };
	const unsigned char *p = w->part;
	unsigned tag = two(w, p), channels = two(w, p + 2);
	unsigned block = two(w, p + 12), bits = two(w, p + 14);
	uint32_t rate = four(w, p + 4);
	struct wav old = *w;
	size_t each;

	/* some programs leave out the extension: then it is plain PCM */
	if (tag == TAG_EXTENSIBLE && n < FORMAT_MAX)
		tag = TAG_INT;
	else if (tag == TAG_EXTENSIBLE &&
	    (memcmp(p + 26, guid[0], sizeof(guid[0])) == 0 ||
	    memcmp(p + 26, guid[1], sizeof(guid[1])) == 0))
		tag = two(w, p + 24);
	if (channels < 1 || channels > PCM_CHANNELS_MAX) {
		snprintf(w->why, sizeof(w->why), "%u channels; 1 to %d are "
		    "read", channels, PCM_CHANNELS_MAX);
		return -1;
	}
	/* A block of any other size is a mistake, and nobody's reader minds:
	 * only more than 16 bits, or an odd number, may lie in wider ones. */
	each = (bits + 7) / 8;
	if (block % channels == 0 && block / channels <= 4 &&
	    (tag != TAG_INT || (block / channels >= each && bits != 8 &&
	    bits != 16)))
		each = block / channels;
	if (sample_format(w, tag, bits, each) == -1)
		return -1;
	if (rate < PCM_RATE_MIN || rate > PCM_RATE_MAX) {
		snprintf(w->why, sizeof(w->why), "a rate of %" PRIu32 " Hz; %d "
		    "to %d are read", rate, PCM_RATE_MIN, PCM_RATE_MAX);
		return -1;
	}
	w->channels = (int)channels;
	w->rate = (int)rate;
	if (old.channels > 0 && (w->channels != old.channels ||
	    w->rate != old.rate || w->format != old.format))
		return fail(w, "two fmt chunks that differ");
	w->step = STEP_SKIP;
	return 0;
}

static size_t
least(uint64_t a, size_t b)
{
	return a < b ? (size_t)a : b;
}

/* The rest of a chunk, and its padding. */
static void
skip(struct wav *w, const unsigned char **p, size_t *n)
{
	size_t len = least(w->left, *n), more;

	w->left -= len;
	/* some writers do not pad: then the next chunk's name is there */
	if (w->odd && *n > len && isalpha((*p)[len]))
		w->odd = false;
	more = least(w->odd ? 1 : w->pad, *n - len);
	if (w->odd)
		w->odd = more == 0;
	else
		w->pad -= more;
	len += more;
	w->done += len;
	*p += len;
	*n -= len;
	if (w->left == 0 && !w->odd && w->pad == 0)
		w->step = STEP_CHUNK;
}

/* After the sound there may be another file instead of a chunk: false if there
 * is, or if more bytes are needed to know. */
static bool
behind(struct wav *w, const unsigned char **p, size_t *n)
{
	if (!w->ready || w->have >= 8)
		return true;
	if (!gather(w, 8, p, n))
		return false;
	w->have = 8;
	if (wav_begins(w->part, 8))
		begin_anew(w);
	else if (w->w64 && memcmp(w->part + 4, "\xf3\xac\xd3\x11", 4) != 0 &&
	    memcmp(w->part + 5, "\x91\xcf\x11", 3) != 0)
		no_chunk(w, 8);
	else
		return true;
	return false;
}

/* One step through everything but sound: 0, or -1 with why. */
static int
step(struct wav *w, const unsigned char **p, size_t *n)
{
	size_t len;

	switch (w->step) {
	case STEP_RIFF:
		return gather(w, RIFF, p, n) ? riff(w) : 0;
	case STEP_W64:
		return gather(w, W64, p, n) ? w64(w) : 0;
	case STEP_CHUNK:
		return behind(w, p, n) && gather(w, w->w64 ? W64_CHUNK : 8, p,
		    n) ? chunk(w) : 0;
	case STEP_FORMAT:
		len = least(w->left, FORMAT_MAX);
		if (!gather(w, len, p, n))
			return 0;
		w->left -= len;
		return format(w, len);
	case STEP_DS64:
		if (!gather(w, DS64, p, n))
			return 0;
		w->left -= DS64;
		w->data64 = get64(w->part + 8);
		w->riff = get64(w->part);
		w->step = STEP_SKIP;
		return 0;
	default:
		skip(w, p, n);
		return 0;
	}
}

/*
 * Looks through n bytes for another file's header: the first *len of them are
 * not part of one.  What may be one is collected in part; if it turns out not
 * to be, it is handed back from there.  Returns where those *len bytes are.
 */
static const unsigned char *
look(struct wav *w, const unsigned char **p, size_t *n, size_t *len)
{
	const unsigned char *from = *p;

	*len = 0;
	if (w->have > 0) {
		for (; w->have < RIFF && *n > 0; (*p)++, (*n)--) {
			w->part[w->have] = **p;
			if (!may_begin(w->part, w->have + 1)) {
				*len = w->have;
				w->have = 0;
				return w->part;
			}
			w->have++;
		}
		if (w->have == RIFF)
			begin_anew(w);
		return *p;
	}
	*len = beginning(from, *n);
	*p += *len;
	*n -= *len;
	if (*len == 0 && *n > 0) {
		/* a possible header at the very beginning */
		w->part[0] = **p;
		w->have = 1;
		(*p)++;
		(*n)--;
	}
	return from;
}

/* The sound is over, and the last of it, in part, does not begin another file:
 * delivers it, and lets what was read after it be parsed. */
static void
no_edge(struct wav *w, const void **samples, size_t *len)
{
	unsigned char rest[RIFF];
	const unsigned char *p = rest;
	size_t n = w->have - (size_t)w->left;

	*len = (size_t)w->left;
	*samples = w->edge;
	memcpy(w->edge, w->part, *len);
	memcpy(rest, w->part + *len, n);
	w->have = 0;
	w->left = 0;
	w->step = w->odd || w->pad > 0 ? STEP_SKIP : STEP_CHUNK;
	while (n > 0 && w->step != STEP_JUNK)
		(void)step(w, &p, &n);
	if (n > 0)
		junk(w, p, n);
}

/* The sound ends with what may be the beginning of another file, if its size is
 * too large by that much: the bytes after it decide. */
static void
edge(struct wav *w, const unsigned char **p, size_t *n, const void **samples,
    size_t *len)
{
	for (; w->have < RIFF && *n > 0; (*p)++, (*n)--) {
		w->part[w->have] = **p;
		if (!may_begin(w->part, w->have + 1)) {
			no_edge(w, samples, len);
			return;
		}
		w->have++;
		w->done++;
	}
	if (w->have == RIFF)
		begin_anew(w);
}

/* Takes samples out of the data chunk. */
static void
sound(struct wav *w, const unsigned char **p, size_t *n, const void **samples,
    size_t *len)
{
	size_t most = w->open_end ? *n : least(w->left > w->have ? w->left -
	    w->have : 0, *n), left = most;
	const unsigned char *at = *p;

	if (most > 0)
		*samples = look(w, &at, &left, len);
	if (w->step == STEP_DATA && !w->open_end) {
		w->left -= *len;
		if (w->left == 0)
			w->step = w->odd || w->pad > 0 ? STEP_SKIP :
			    STEP_CHUNK;
		else if (w->left == w->have)
			w->step = STEP_EDGE;
	}
	w->done += most - left;
	*p += most - left;
	*n -= most - left;
}

enum wav_status
wav_read(struct wav *w, const void *bytes, size_t n, size_t *used,
    const void **samples, size_t *len)
{
	const unsigned char *p = bytes;
	const unsigned char *none;
	size_t left = n, k = 0;

	*len = 0;
	*used = 0;
	if (w->why[0] != '\0')
		return WAV_BAD;
	while (left > 0 && *len == 0 && !w->fresh) {
		if (w->step == STEP_DATA) {
			sound(w, &p, &left, samples, len);
		} else if (w->step == STEP_EDGE) {
			edge(w, &p, &left, samples, len);
		} else if (w->step == STEP_JUNK) {
			none = look(w, &p, &left, &k);
			junk(w, none, k);
		} else if (step(w, &p, &left) == -1) {
			return WAV_BAD;
		}
	}
	*used = n - left;
	if (w->fresh) {
		w->fresh = false;
		return WAV_NEXT;
	}
	return *len > 0 ? WAV_DATA : WAV_MORE;
}

size_t
wav_rest(struct wav *w, const void **samples)
{
	size_t n = w->step == STEP_DATA ? w->have : 0;

	*samples = w->part;
	if (w->step == STEP_EDGE)
		no_edge(w, samples, &n);
	else if (n > 0)
		w->have = 0;
	if (!w->open_end)
		w->left -= w->step == STEP_DATA ? n : 0;
	return n;
}

int
wav_end(struct wav *w)
{
	if (w->why[0] != '\0')
		return -1;
	if (!w->ready)
		return fail(w, "the input ends inside the WAV header");
	if (w->step == STEP_DATA && !w->open_end && w->left > 0)
		note(w, "cut short: the last ", w->left, "of sound are "
		    "missing");
	if (w->ready && (w->step == STEP_CHUNK || w->step == STEP_JUNK))
		junk(w, w->part, w->have);
	w->have = 0;
	if (w->dirty)
		note(w, "", w->junk, "behind the sound are not used: the size "
		    "in its header is wrong (sox --ignore-length mends it), or "
		    "they are not a part of it");
	return w->note[0] != '\0' ? fail(w, w->note) : 0;
}
