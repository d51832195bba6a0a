/* tear: where the next writer's bytes begin, behind what a dead one left. */
#include "base/tear.h"

#include <stdio.h>
#include <string.h>

#include "../../tap.h"

/* `whole` behind each beginning of itself. */
static void
torn(const char *what, const char *whole, size_t n)
{
	unsigned char both[512];
	size_t at[4], cut, wrong = 0, k;

	for (cut = 1; cut < n; cut++) {
		memcpy(both, whole, cut);
		memcpy(both + cut, whole, n);
		k = tear_find(both, cut + n, true, at, 4);
		wrong += k != 1 || at[0] != cut;
	}
	is_int((long long)wrong, 0, what);
}

static void
places(const char *what, const char *p, size_t n, bool begun, size_t want)
{
	size_t at[8];

	is_int((long long)tear_find((const void *)p, n, begun, at, 8),
	    (long long)want, what);
}

#define TORN(what, s) torn(what, s, sizeof(s) - 1)
#define PLACES(what, s, begun, n) places(what, s, sizeof(s) - 1, begun, n)
#define REC "{\"type\":\"note\",\"bytes\":5}\nab\"{}"
#define NEST "{\"type\":\"a\",\"b\":{\"type\":\"c\"},\"d\":[{\"type\":\"e\"}]}\n"
#define SOI "\xff\xd8\xff"
#define EXIF SOI "\xe1\0\x20" "Exif\0\0" SOI "\xdb 0123456789abcdefg" \
	"\xff\xdb\0\4xx\xff\xd9"

int
main(void)
{
	TORN("a record with a payload", REC);
	TORN("a record with objects in it", NEST);
	TORN("a WAV file", "RIFF\x24\0\0\0WAVEfmt \x10\0\0\0 and so on");
	TORN("a W64 file", "riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1 more");
	TORN("a JPEG", SOI "\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xdb\0\4xx"
	    "\xff\xd9");
	TORN("a PNG", "\x89PNG\r\n\x1a\n and so on");
	TORN("a PPM", "P6\n80 60\n255\nabcdefghijkl");
	TORN("a PAM", "P7\nWIDTH 4\nHEIGHT 4\nDEPTH 1\nMAXVAL 255\nENDHDR\nab");
	TORN("Y4M", "YUV4MPEG2 W64 H48\nFRAME\nabcdefgh");
	PLACES("records one behind the other", REC REC NEST REC, true, 0);
	PLACES("the same in the middle of one", "xx" REC REC NEST REC, false,
	    1);
	PLACES("a photograph's own small picture", EXIF, true, 0);
	PLACES("another photograph behind it", EXIF EXIF, true, 1);
	PLACES("a picture in a record", "{\"type\":\"image\",\"bytes\":9}\n"
	    SOI "\xe0xxxxx" REC, true, 0);
	PLACES("another form", REC "P5 2 2 255\nabcd", true, 1);
	PLACES("a header that has not come whole", "xyz{\"type\":\"au", false,
	    1);
	PLACES("but not an object in another", "xyz,{\"type\":\"au", false,
	    0);
	PLACES("nothing", "", false, 0);
	return tap_done();
}
