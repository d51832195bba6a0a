/* jpegcode, jpegread: where a JPEG's coded bytes end, and colours for print. */
#include <stdlib.h>

#include <turbojpeg.h>

#include "../../tap.h"
#include "base/mem.h"
#include "picture/image.h"
#include "picture/intact.h"
#include "picture/jpegcode.h"

enum { W = 77, H = 53 };

/* A JPEG of a picture with edges; freed with tjFree(). */
static unsigned char *
make(int format, int sub, int flags, unsigned long *n)
{
	int each = tjPixelSize[format], x, y, k;
	unsigned char *px = mem_alloc((size_t)(W * H * each)), *jpeg = NULL;
	tjhandle h = tjInitCompress();

	for (y = 0; y < H; y++)
		for (x = 0; x < W; x++)
			for (k = 0; k < each; k++)
				px[(y * W + x) * each + k] = (unsigned char)
				    (x < 30 ? 200 - 40 * k : (x * 3 + y * k) ^
				    (y / 8 * 32));
	*n = 0;
	ok(tjCompress2(h, px, W, 0, H, format, &jpeg, n, sub, 90, flags) == 0,
	    "a JPEG");
	tjDestroy(h);
	free(px);
	return jpeg;
}

static void
ends(int sub, const char *what)
{
	unsigned char *b, *jpeg;
	unsigned long n, i, wrong = 0, seen = 0, k;

	jpeg = make(sub == TJSAMP_GRAY ? TJPF_GRAY : TJPF_RGB, sub, 0, &n);
	is_int((long long)jpegcode_end(jpeg, n), (long long)n - 2, what);
	for (i = 0; i + 2 < n; i++)
		wrong += jpegcode_end(jpeg, i) != 0;
	is_int((long long)wrong, 0, "cut short, at every byte");
	/* 3000 bytes of no order before the end */
	b = mem_alloc(n + 3000);
	memcpy(b, jpeg, n);
	tjFree(jpeg);
	for (i = 0; i < 3000; i++)
		b[n - 2 + i] = (unsigned char)((i * i * 7919 + 3 * i) >> 5);
	is_int((long long)jpegcode_end(b, n + 3000), (long long)n - 2,
	    "what comes behind does not matter");
	/* a wrong bit anywhere in the coded bytes */
	for (i = n / 2, k = 0; i < n - 20; i += 5, k++) {
		b[i] ^= 0x10;
		seen += jpegcode_end(b, n + 3000) != n - 2;
		b[i] ^= 0x10;
	}
	ok(seen * 4 > k, "many a wrong bit is seen");
	free(b);
}

static void
others(void)
{
	unsigned long n;
	unsigned char *b = make(TJPF_RGB, TJSAMP_420, TJFLAG_PROGRESSIVE, &n);

	is_int((long long)jpegcode_end(b, n), 0, "progressive: not told");
	tjFree(b);
	is_int((long long)jpegcode_end("\xff\xd8\xff\xda\0\2", 6), 0,
	    "a scan of nothing");
	is_int((long long)jpegcode_end("\xff\xd8", 2), 0, "no JPEG");
}

/* The colour of a field of ink, as it is shown. */
static void
print(int r, int g, int b)
{
	unsigned char px[16 * 16 * 4], *jpeg = NULL;
	unsigned long n = 0;
	struct image_want want = { .width = 768, .height = 768 };
	struct image *im = image_new();
	struct picture p;
	tjhandle h = tjInitCompress();
	int i, rgb[3];

	/* Adobe's: no ink is 255 */
	for (i = 0; i < 256; i++) {
		px[4 * i] = (unsigned char)r;
		px[4 * i + 1] = (unsigned char)g;
		px[4 * i + 2] = (unsigned char)b;
		px[4 * i + 3] = 204;
	}
	tjCompress2(h, px, 16, 0, 16, TJPF_CMYK, &jpeg, &n, TJSAMP_444, 95, 0);
	is_int(image_jpeg(im, jpeg, n, &want, &p), 0, "for print");
	image_mean(&p, rgb);
	ok(abs(rgb[0] - r * 204 / 255) < 4 && abs(rgb[1] - g * 204 / 255) < 4 &&
	    abs(rgb[2] - b * 204 / 255) < 4, "its colour");
	printf("# %d %d %d\n", rgb[0], rgb[1], rgb[2]);
	image_free(im);
	tjFree(jpeg);
	tjDestroy(h);
}

/* What is not sent, since it would end a session. */
static void
refused(void)
{
	unsigned long n, i;
	unsigned char *b = make(TJPF_RGB, TJSAMP_420, 0, &n);

	ok(intact_fault(b, n) == NULL, "a JPEG as it should be");
	for (i = 2; b[i] != 0xff || b[i + 1] != 0xc0; i++)
		;
	b[i + 1] = 0xc3;
	ok(intact_fault(b, n) != NULL, "a lossless one");
	b[i + 1] = 0xc1;
	b[i + 4] = 12;
	ok(intact_fault(b, n) != NULL, "12 bits");
	b[i + 4] = 8;
	ok(intact_fault(b, n) == NULL, "8 bits, extended");
	tjFree(b);
	ok(intact_fault("GIF89a", 6) != NULL, "a GIF of six bytes");
	ok(intact_fault("GIF89a\1\0\1\0\0\0\0\0\0\0", 16) != NULL,
	    "one that is cut short");
	ok(intact_fault("GIF89a\1\0\1\0\0\0\0;", 14) == NULL, "one with an "
	    "end");
}

int
main(void)
{
	refused();
	ends(TJSAMP_444, "4:4:4");
	ends(TJSAMP_422, "4:2:2");
	ends(TJSAMP_420, "4:2:0");
	ends(TJSAMP_GRAY, "grey");
	ends(TJSAMP_440, "4:4:0");
	ends(TJSAMP_411, "4:1:1");
	others();
	print(255, 255, 255);
	print(250, 100, 30);
	print(20, 180, 240);
	return tap_done();
}
