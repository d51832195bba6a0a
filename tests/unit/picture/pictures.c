/* pictures: every kind, byte by byte, cut at every byte, damaged, too large. */
#include <stdint.h>
#include <stdlib.h>

#include "../../tap.h"
#include "base/buf.h"
#include "picture/jpegscan.h"
#include "base/mem.h"
#include "picture/pictures.h"
#include "picture/pnm.h"
#include "picture/y4m.h"

/* What came out of an input: a letter per picture, '!' per sentence. */
struct got {
	char kinds[64];
	size_t n, bytes;
	int end;
	char why[200];
};

static void
note(struct got *g, char c)
{
	if (g->n < sizeof(g->kinds) - 1)
		g->kinds[g->n++] = c;
	g->kinds[g->n] = '\0';
}

static bool
next(struct got *g, struct pictures *ps, struct picture_kept *k, bool keep)
{
	struct picture_data d;
	size_t i;

	switch (pictures_next(ps, &d)) {
	case PICTURES_FRAME:
		note(g, "?ynjpr"[d.kind]);
		if (keep)
			pictures_keep(ps, k);
		/* every byte is there to be read */
		for (i = 0; i < d.n; i++)
			g->bytes += d.p[i] != 0;
		return true;
	case PICTURES_BAD:
		note(g, '!');
		return true;
	default:
		return false;
	}
}

static void
take(struct got *g, const struct pixels *raw, const void *p, size_t n,
    size_t piece, bool keep)
{
	struct pictures *ps = pictures_new(raw);
	struct picture_kept kept = { NULL, 0 };
	size_t room, k;
	void *w;

	memset(g, 0, sizeof(*g));
	while (n > 0) {
		w = pictures_window(ps, &room);
		k = n < piece ? n : piece;
		k = k < room ? k : room;
		memcpy(w, p, k);
		pictures_filled(ps, k);
		p = (const char *)p + k;
		n -= k;
		while (next(g, ps, &kept, keep))
			;
	}
	g->end = pictures_end(ps);
	snprintf(g->why, sizeof(g->why), "%s", pictures_why(ps));
	pictures_free(ps);
	free(kept.data);
}

/* The same however it is cut. */
static void
want(const char *what, const struct buf *b, const char *kinds, int end)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64, 1000, 100000 };
	struct got g, h;
	bool same = true;
	size_t i;

	take(&g, NULL, b->data, b->len, b->len, false);
	is_str(g.kinds, kinds, what);
	is_int(g.end, end, what);
	for (i = 0; i < 2 * sizeof(pieces) / sizeof(*pieces); i++) {
		take(&h, NULL, b->data, b->len, pieces[i / 2], i % 2);
		same = same && strcmp(g.kinds, h.kinds) == 0 &&
		    g.end == h.end && g.bytes == h.bytes;
	}
	ok(same, what);
}

static void
jpeg(struct buf *b, bool whole)
{
	static const char head[] = "\xff\xd8\xff\xe0\0\4ab\xff\xc0\0\x0b\x08"
	    "\0\x02\0\x03\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0"
	    "\x12\xff\0\x34\xff\xd0\x56";

	buf_add(b, head, sizeof(head) - 1);
	if (whole)
		buf_add(b, "\xff\xd9", 2);
}

static void
png(struct buf *b)
{
	static const char p[] = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x05"
	    "\0\0\0\x06\x08\0\0\0\0abcd\0\0\0\0IENDabcd";

	buf_add(b, p, sizeof(p) - 1);
}

static void
kinds(void)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_str(&b, "YUV4MPEG2 W4 H2 F25:1 C420jpeg\nFRAME\nabcdefghijkl"
	    "FRAME Ixyz\nabcdefghijkl");
	want("Y4M", &b, "yy", 0);
	buf_str(&b, "FRAME\nabc");
	want("Y4M, cut", &b, "yy", -1);
	buf_clear(&b);
	buf_str(&b, "YUV4MPEG2 W4 H2 F25:1 C420jpeg\nFRAME\nabcdefghijkl"
	    "xxFRAME\nabcdefghijkl");
	want("Y4M out of step", &b, "y!y", 0);
	buf_clear(&b);
	buf_str(&b, "P6\n# a comment\n2 1\n255\nabcdefP5 1 1 255\na"
	    "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\n"
	    "ENDHDR\nabcd");
	want("PNM of three kinds", &b, "nnn", 0);
	buf_clear(&b);
	jpeg(&b, true);
	buf_str(&b, "\r\n--boundary\r\nContent-Type: image/jpeg\r\n\r\n");
	jpeg(&b, true);
	png(&b);
	want("JPEGs with text between, PNG", &b, "jjp", 0);
	buf_clear(&b);
	buf_str(&b, "--boundary\r\n\r\n");
	jpeg(&b, false);
	jpeg(&b, true);
	want("a JPEG without an end, which may be whole, then one", &b, "jj", 0);
	buf_clear(&b);
	buf_add(&b, "\xff\xd8\xff\xd8", 4);
	jpeg(&b, true);
	want("a JPEG with three beginnings", &b, "j", 0);
	buf_clear(&b);
	buf_str(&b, "nothing of the kind, but P60 and FRAME");
	want("no picture", &b, "", -1);
	buf_done(&b);
}

static void
limits(void)
{
	static const char *const heads[] = {
		"YUV4MPEG2 W4294967296 H4294967296 C420\n",
		"YUV4MPEG2 W65535 H65535 C444p16\n",
		"YUV4MPEG2 W0 H5\n", "YUV4MPEG2 W-1 H5\n", "YUV4MPEG2 W5\n",
		"YUV4MPEG2 W4 H4 C421\n", "YUV4MPEG2 W4 H4 C420p17\n",
		"YUV4MPEG2 W99999999999999999999 H1\n", NULL
	};
	struct pixels px;
	struct got g;
	struct y4m y;
	struct buf b;
	char why[100];
	size_t used;
	int64_t body;
	int i;

	for (i = 0; heads[i] != NULL; i++)
		ok(y4m_head(&y, heads[i], strlen(heads[i]) - 1, why,
		    sizeof(why)) == -1, heads[i]);
	is_int(pnm_head(&px, "P6 8000 8000 255 ", 17, &used, &body), PNM_BIG,
	    "a PPM over 64 MiB");
	is_int(body, 192000000, "which is to be stepped over");
	is_int(pnm_head(&px, "P6 4294967296 4294967296 255 ", 29, &used, &body),
	    PNM_BIG, "16 EiB of pixels");
	is_int(body, -1, "which cannot");
	is_int(pnm_head(&px, "P6 0 1 255 ", 11, &used, &body), PNM_BAD,
	    "no width");
	is_int(pnm_head(&px, "P6 1 1 65536 ", 13, &used, &body), PNM_BAD,
	    "no such maxval");
	buf_init(&b, 256 << 20);
	buf_str(&b, "P5 70000 1000 255\n");
	memset(buf_room(&b, 70000000), 'x', 70000000);
	buf_added(&b, 70000000);
	buf_str(&b, "P5 1 1 255\na");
	take(&g, NULL, b.data, b.len, 1 << 20, true);
	is_str(g.kinds, "!n", "over 64 MiB is left out, the next one is good");
	buf_clear(&b);
	buf_add(&b, "\xff\xd8\xff\xda\0\2", 6);
	memset(buf_room(&b, 70000000), 'x', 70000000);
	buf_added(&b, 70000000);
	jpeg(&b, true);
	take(&g, NULL, b.data, b.len, 1 << 20, true);
	is_str(g.kinds, "!j", "so is a JPEG");
	buf_clear(&b);
	memset(buf_room(&b, 3 << 20), 'x', 3 << 20);
	buf_added(&b, 3 << 20);
	jpeg(&b, true);
	take(&g, NULL, b.data, b.len, 1000, true);
	is_str(g.kinds, "!j", "many bytes that are not a picture are told");
	buf_done(&b);
}

static void
raw_and_skip(void)
{
	struct pixels px = { .width = 3, .height = 2 };
	struct pictures *ps;
	struct picture_data d;
	struct got g;
	char data[60];
	size_t n, i;

	is_int(pixels_named(&px, "NV12"), 0, "a name in capitals");
	is_int(pixels_size(&px), 6 + 4, "NV12 of 3x2");
	is_int(pixels_named(&px, "rgb24"), 0, "rgb24");
	is_int(pixels_size(&px), 18, "of 3x2");
	is_int(pixels_named(&px, "nonsense"), -1, "no such name");
	memset(data, 'a', sizeof(data));
	take(&g, &px, data, sizeof(data), 7, true);
	is_str(g.kinds, "rrr", "raw video");
	is_int(g.end, -1, "that ends in a picture");

	ps = pictures_new(&px);
	pictures_skip(ps, 2);
	for (i = 0; i < 54; i += n) {
		void *w = pictures_window(ps, &n);

		n = n < 54 - i ? n : 54 - i;
		memset(w, 'b', n);
		pictures_filled(ps, n);
		if (pictures_next(ps, &d) == PICTURES_FRAME)
			is_int(d.index, 2, "two were skipped, and counted");
	}
	pictures_free(ps);
}

static void
info(void)
{
	static const char exif[] = "\xff\xd8\xff\xe1\0\x22""Exif\0\0II*\0\x08\0"
	    "\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
	    "\xff\xc2\0\x0b\x08\0\x02\0\x03\x01\x01\x11\0\xff\xd9";
	char copy[sizeof(exif)];
	struct jpegscan_info i;
	size_t n;
	bool sane = true;
	void *p;

	is_int(jpegscan_info(&i, exif, sizeof(exif) - 1), 0, "EXIF");
	is_int(i.orientation, 6, "its orientation");
	is_int(i.width * 100 + i.height, 302, "its size");
	ok(i.progressive && !i.tables, "progressive, without tables");
	for (n = 0; n < sizeof(exif) - 1; n++) {
		p = mem_copy(exif, n);
		p = mem_resize(p, n + !n, 1);
		jpegscan_info(&i, p, n);
		sane = sane && i.orientation >= 1 && i.orientation <= 8;
		free(p);
		memcpy(copy, exif, sizeof(exif));
		copy[n] = (char)~copy[n];
		jpegscan_info(&i, copy, sizeof(exif) - 1);
		sane = sane && i.orientation >= 1 && i.orientation <= 8;
	}
	is_int(jpegscan_info(&i, "\xff\xd8\xff\xe2\0\x08MPF\0xx"
	    "\xff\xc0\0\x0b\x08\0\x02\0\x03\x01\x01\x11\0\xff\xd9", 27), 0,
	    "a photo");
	ok(i.album, "with others behind it");
	ok(sane, "cut and changed at every byte");
}

int
main(void)
{
	kinds();
	limits();
	raw_and_skip();
	info();
	return tap_done();
}
