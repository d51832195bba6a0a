/*
 * Pictures out of bytes.  data holds the current unit from its first byte on: a
 * frame with its header, a JPEG, a PNG.  need is how much of it is known to be
 * needed, so that reads end where the unit does and little is ever moved.
 * discard counts bytes that are read only to be dropped.
 */
#include "picture/pictures.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "picture/jpegscan.h"
#include "picture/nopicture.h"
#include "base/mem.h"
#include "picture/pnm.h"
#include "picture/y4m.h"

enum {
	PIECE = 64 << 10,
	UNIT_MAX = PIXELS_BYTES_MAX + PNM_HEAD_MAX,
	GARBAGE_MAX = 1 << 20,	/* before the first picture; then reported */
	FRAME_LINE = 256,	/* of Y4M */
	AGAIN = PICTURES_BAD + 1	/* look again at what is there now */
};

struct pictures {
	unsigned char *data;
	size_t cap, len, need;
	size_t used;		/* by the picture returned last */
	int64_t discard, skip, index;
	enum pictures_kind kind;
	struct y4m y4m;
	struct pixels raw;
	size_t body;		/* bytes of a picture of Y4M or raw video */
	struct jpegscan scan;
	size_t chunk;		/* where PNG's next chunk begins */
	int64_t garbage;
	unsigned char first[NOPICTURE_LOOK];	/* bytes of the input */
	size_t n_first;
	bool lost;		/* searching; reported already */
	bool told;		/* the long search has been reported */
	bool said;		/* something wrong has been reported */
	char why[160];
};

struct pictures *
pictures_new(const struct pixels *raw)
{
	struct pictures *s = mem_alloc(sizeof(*s));

	if (raw != NULL) {
		s->raw = *raw;
		s->kind = PICTURES_RAW;
		s->body = s->need = (size_t)pixels_size(raw);
	}
	return s;
}

void
pictures_free(struct pictures *s)
{
	if (s == NULL)
		return;
	free(s->data);
	free(s);
}

static void
drop(struct pictures *s, size_t n)
{
	s->len -= n;
	memmove(s->data, s->data + n, s->len);
	jpegscan_init(&s->scan);
	s->chunk = 0;
	s->used = 0;
}

static void
grow(struct pictures *s, size_t cap)
{
	if (cap > s->cap) {
		s->data = mem_resize(s->data, cap, 1);
		s->cap = cap;
	}
}

void *
pictures_window(struct pictures *s, size_t *n)
{
	size_t want = s->need > s->len ? s->need - s->len : PIECE;

	if (s->used > 0)
		drop(s, s->used);
	if (s->discard > 0) {
		grow(s, 4 * PIECE);
		*n = s->discard < 4 * PIECE ? (size_t)s->discard : 4 * PIECE;
		return s->data;
	}
	/* the size of a JPEG or PNG is known only at its end */
	if (s->need <= s->len && s->cap - s->len < PIECE)
		grow(s, s->cap + s->cap / 2 < UNIT_MAX ?
		    s->cap + s->cap / 2 + PIECE : UNIT_MAX + PIECE);
	grow(s, s->len + want);
	*n = s->need > s->len ? want : s->cap - s->len;
	return s->data + s->len;
}

void
pictures_filled(struct pictures *s, size_t n)
{
	size_t k = NOPICTURE_LOOK - s->n_first;

	if (s->discard > 0) {
		s->discard -= (int64_t)n;
		return;
	}
	k = n < k ? n : k;
	memcpy(s->first + s->n_first, s->data + s->len, k);
	s->n_first += k;
	s->len += n;
}

static int
bad(struct pictures *s, const char *what)
{
	snprintf(s->why, sizeof(s->why), "picture %" PRId64 ": %s",
	    s->index + 1, what);
	s->said = true;
	return PICTURES_BAD;
}

/* Says that there is no picture in `where`, and what is there instead. */
static void
none(struct pictures *s, const char *where)
{
	nopicture_why(s->first, s->n_first, where, s->why, sizeof(s->why));
}

static int
give(struct pictures *s, struct picture_data *d, const struct pixels *px,
    size_t head, size_t n)
{
	if (px != NULL)
		d->pixels = *px;
	d->kind = s->kind;
	d->last = false;
	d->p = s->data + head;
	d->n = n;
	d->index = s->index++;
	s->used = head + n;
	s->lost = false;
	s->garbage = 0;
	return PICTURES_FRAME;
}

/* Gathers a picture of known size after head bytes, or skips it. */
static int
body(struct pictures *s, struct picture_data *d, const struct pixels *px,
    size_t head, size_t n)
{
	size_t have = s->len - head;

	if (s->skip > 0) {
		s->skip--;
		s->index++;
		s->discard = have < n ? (int64_t)(n - have) : 0;
		drop(s, have < n ? s->len : head + n);
		s->need = s->kind == PICTURES_RAW ? 0 : 6;
		return s->discard > 0 ? PICTURES_MORE : AGAIN;
	}
	s->need = head + n;
	return s->len < s->need ? PICTURES_MORE : give(s, d, px, head, n);
}

static bool
pnm_begins(const struct pictures *s, const unsigned char *p, size_t n)
{
	return (s->kind == PICTURES_PNM || s->kind == PICTURES_PNG ||
	    s->kind == PICTURES_UNKNOWN) &&
	    p[0] == 'P' && (n < 2 || (p[1] >= '5' && p[1] <= '7')) &&
	    (n < 3 || p[2] == '#' || p[2] == ' ' ||
	    (p[2] >= '\t' && p[2] <= '\r'));
}

/* Skips bytes up to something that could begin a picture. */
static void
search(struct pictures *s, size_t from)
{
	static const char png[] = "\x89PNG\r\n\x1a\n";
	size_t i, left;

	for (i = from; i < s->len; i++) {
		const unsigned char *p = s->data + i;

		left = s->len - i;
		if ((*p == 0xff && memcmp(p, "\xff\xd8\xff", left < 3 ? left :
		    3) == 0) || (*p == 0x89 && memcmp(p, png, left < 8 ? left :
		    8) == 0) || (*p == 'Y' && memcmp(p, "YUV4MPEG2 ",
		    left < 10 ? left : 10) == 0))
			break;
		if (*p == 'F' && s->kind == PICTURES_Y4M &&
		    memcmp(p, "FRAME", left < 5 ? left : 5) == 0)
			break;
		if (pnm_begins(s, p, left))
			break;
	}
	s->garbage += (int64_t)i;
	drop(s, i);
	s->need = 0;
}

/* By its first bytes the input is something else: what looks like a JPEG in the
 * middle of sound is not one. */
static int
other(struct pictures *s)
{
	search(s, s->len);
	s->lost = true;
	if (s->told)
		return AGAIN;
	none(s, "it");
	s->told = s->said = true;
	return PICTURES_BAD;
}

/* No picture begins here. */
static int
lose(struct pictures *s, size_t from, const char *what)
{
	bool said = s->lost;

	search(s, from);
	s->lost = true;
	if (s->index == 0 && s->kind == PICTURES_UNKNOWN && !s->told &&
	    s->garbage > GARBAGE_MAX) {
		none(s, "the first MiB");
		s->told = s->said = true;
		return PICTURES_BAD;
	}
	return said || what == NULL ? AGAIN : bad(s, what);
}

static int
y4m_start(struct pictures *s)
{
	size_t look = s->len < Y4M_HEAD_MAX ? s->len : Y4M_HEAD_MAX;
	const unsigned char *nl = memchr(s->data, '\n', look);
	char why[128];

	if (nl == NULL && look < Y4M_HEAD_MAX)
		return PICTURES_MORE;
	if (nl == NULL)
		return lose(s, 1, "a Y4M header without an end");
	if (y4m_head(&s->y4m, (const char *)s->data, (size_t)(nl - s->data),
	    why, sizeof(why)) == -1) {
		s->kind = PICTURES_UNKNOWN;
		return lose(s, 1, why);
	}
	s->kind = PICTURES_Y4M;
	s->body = (size_t)pixels_size(&s->y4m.pixels);
	drop(s, (size_t)(nl - s->data) + 1);
	s->need = 6;
	return AGAIN;
}

static int
y4m_frame(struct pictures *s, struct picture_data *d)
{
	size_t look = s->len < FRAME_LINE ? s->len : FRAME_LINE;
	const unsigned char *nl = memchr(s->data, '\n', look);

	if (nl == NULL) {
		s->need = s->len + 1;
		return look < FRAME_LINE ? PICTURES_MORE :
		    lose(s, 1, "a frame's header without an end");
	}
	return body(s, d, &s->y4m.pixels, (size_t)(nl - s->data) + 1,
	    s->body);
}

static int
pnm(struct pictures *s, struct picture_data *d)
{
	struct pixels px;
	size_t head = 0, look = s->len < PNM_HEAD_MAX ? s->len : PNM_HEAD_MAX;
	enum pnm_status st;
	int64_t n = 0;

	st = pnm_head(&px, (const char *)s->data, look, &head, &n);
	switch (st) {
	case PNM_MORE:
		s->need = 0;
		return PICTURES_MORE;
	case PNM_HEAD:
		s->kind = PICTURES_PNM;
		/* the next one most likely has the same size */
		s->need = head + (size_t)n;
		return s->len < s->need ? PICTURES_MORE :
		    give(s, d, &px, head, (size_t)n);
	case PNM_BIG:
	case PNM_KIND:
		s->kind = PICTURES_PNM;
		if (n < 0)
			n = INT64_MAX;
		if (n > (int64_t)(s->len - head)) {
			s->discard = n - (int64_t)(s->len - head);
			drop(s, s->len);
		} else {
			drop(s, head + (size_t)n);
		}
		s->need = 0;
		bad(s, st == PNM_BIG ? "over 64 MiB, left out" : "a PAM "
		    "that is neither grey nor RGB (CMYK, say, or of more "
		    "channels), which is not read; a PPM or a PNG is");
		s->index++;
		return PICTURES_BAD;
	default:
		return lose(s, 1, "a PNM header that is damaged "
		    "or of another kind");
	}
}

static int
jpeg(struct pictures *s, struct picture_data *d)
{
	s->need = 0;
	switch (jpegscan_more(&s->scan, s->data, s->len)) {
	case JPEGSCAN_END:
		s->kind = PICTURES_JPEG;
		return give(s, d, NULL, 0, s->scan.at);
	case JPEGSCAN_BAD:
		/* what looked like a picture so far is not mere garbage */
		s->garbage = -(int64_t)s->len;
		s->lost = false;
		return lose(s, 1, "a damaged JPEG");
	default:
		if (s->len <= PIXELS_BYTES_MAX)
			return PICTURES_MORE;
		s->kind = PICTURES_JPEG;
		s->lost = false;
		return lose(s, s->len, "a JPEG over 64 MiB, left out");
	}
}

static int
png(struct pictures *s, struct picture_data *d)
{
	const unsigned char *p;
	size_t n;
	bool end;

	if (s->chunk == 0)
		s->chunk = 8;
	s->need = 0;
	while (s->len >= s->chunk + 8) {
		p = s->data + s->chunk;
		n = (size_t)p[0] << 24 | (size_t)p[1] << 16 |
		    (size_t)p[2] << 8 | p[3];
		if (n > PIXELS_BYTES_MAX || s->chunk > PIXELS_BYTES_MAX - n)
			return lose(s, 1, "a PNG that is damaged or over "
			    "64 MiB, left out");
		end = memcmp(p + 4, "IEND", 4) == 0;
		if (s->len < s->chunk + n + 12 && end)
			return PICTURES_MORE;
		s->chunk += n + 12;
		if (end) {
			s->kind = PICTURES_PNG;
			return give(s, d, NULL, 0, s->chunk);
		}
	}
	return PICTURES_MORE;
}

/* Whether the bytes are, or could still become, the word. */
static bool
begins(const struct pictures *s, const char *word, size_t n)
{
	return memcmp(s->data, word, s->len < n ? s->len : n) == 0;
}

bool
pictures_foreign(const struct pictures *s)
{
	return s->index == 0 && s->kind == PICTURES_UNKNOWN &&
	    (nopicture_sound(s->first, s->n_first) ||
	    nopicture_stream(s->first, s->n_first));
}

bool
pictures_empty(const struct pictures *s)
{
	return s->n_first == 0;
}

static int
unit(struct pictures *s, struct picture_data *d)
{
	static const char magic[] = "\x89PNG\r\n\x1a\n";

	if (s->kind == PICTURES_RAW)
		return body(s, d, &s->raw, 0, s->body);
	if (pictures_foreign(s))
		return other(s);
	/* webcams write SOI twice, which libjpeg refuses */
	while (s->len > 4 && begins(s, "\xff\xd8\xff\xd8\xff", 5))
		drop(s, 2);
	if (begins(s, "\xff\xd8\xff", 3))
		return s->len < 3 || (s->len == 4 && s->data[3] == 0xd8) ?
		    PICTURES_MORE : jpeg(s, d);
	if (begins(s, "YUV4MPEG2 ", 10))
		return y4m_start(s);
	if (begins(s, magic, 8))
		return s->len < 8 ? PICTURES_MORE : png(s, d);
	if (s->kind == PICTURES_Y4M && begins(s, "FRAME", 5)) {
		s->need = s->need < 6 ? 6 : s->need;
		return s->len < 6 ? PICTURES_MORE : y4m_frame(s, d);
	}
	if (pnm_begins(s, s->data, s->len))
		return pnm(s, d);
	/* before and between JPEGs are boundaries, headers, padding */
	return lose(s, 1, s->kind == PICTURES_JPEG || s->kind ==
	    PICTURES_UNKNOWN ? NULL : "no picture begins here: stepping over "
	    "bytes up to the next one");
}

enum pictures_status
pictures_next(struct pictures *s, struct picture_data *d)
{
	int st = AGAIN;

	if (s->used > 0)
		drop(s, s->used);
	while (st == AGAIN)
		st = s->len > 0 && s->discard == 0 ? unit(s, d) :
		    PICTURES_MORE;
	return (enum pictures_status)st;
}

void
pictures_keep(struct pictures *s, struct picture_kept *k)
{
	struct picture_kept old = *k;
	size_t left = s->len - s->used;

	k->data = s->data;
	k->cap = s->cap;
	s->data = old.data;
	s->cap = old.cap;
	s->len = 0;
	grow(s, left > PIECE ? left : PIECE);
	memcpy(s->data, k->data + s->used, left);
	s->len = left;
	s->used = 0;
	jpegscan_init(&s->scan);
	s->chunk = 0;
}

void
pictures_skip(struct pictures *s, int64_t n)
{
	if (s->kind == PICTURES_Y4M || s->kind == PICTURES_RAW)
		s->skip = n;
}

bool
pictures_rest(struct pictures *s, struct picture_data *d)
{
	if (s->used > 0)
		drop(s, s->used);
	if (s->lost || s->discard > 0 || s->len > PIXELS_BYTES_MAX ||
	    s->len < 3 || !begins(s, "\xff\xd8\xff", 3) ||
	    jpegscan_more(&s->scan, s->data, s->len) != JPEGSCAN_MORE ||
	    !s->scan.scans)
		return false;
	s->kind = PICTURES_JPEG;
	give(s, d, NULL, 0, s->len);
	return true;
}

bool
pictures_first(struct pictures *s, const char *p, size_t n,
    struct picture_data *d)
{
	enum pictures_status st = PICTURES_MORE;
	size_t room, k;
	void *w;

	while (st == PICTURES_MORE && n > 0) {
		w = pictures_window(s, &room);
		k = room < n ? room : n;
		memcpy(w, p, k);
		pictures_filled(s, k);
		p += k;
		n -= k;
		st = pictures_next(s, d);
	}
	if (st == PICTURES_FRAME)
		return true;
	if (st == PICTURES_BAD)
		return false;
	if (pictures_rest(s, d))
		return true;
	(void)pictures_end(s);
	return false;
}

int
pictures_end(struct pictures *s)
{
	if ((s->len > s->used || s->discard > 0) && !s->lost &&
	    !(s->kind == PICTURES_JPEG && !begins(s, "\xff\xd8", 2))) {
		bad(s, "the input ends in the middle of it");
		return -1;
	}
	if (s->index > 0)
		return 0;
	if (s->said)
		s->why[0] = '\0';
	else
		none(s, "it");
	return -1;
}

const char *
pictures_why(const struct pictures *s)
{
	return s->why;
}

double
pictures_rate(const struct pictures *s)
{
	return s->y4m.rate_den > 0 ?
	    (double)s->y4m.rate_num / s->y4m.rate_den : 0;
}
