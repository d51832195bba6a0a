/*
 * Streams of pictures, all the way to JPEG: the same pictures however the
 * input is cut, and whatever is in them every result within its bounds.  The
 * first byte is the size of the pieces, the second what is asked for.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "picture/intact.h"
#include "picture/pictures.h"
#include "frames/shot.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { MANY = 16, DEAR = 1 << 22 };

/* What came, as a number that tells one course of things from another. */
static uint64_t
run(const uint8_t *p, size_t n, size_t piece, struct shot *shot)
{
	struct pictures *ps = pictures_new(NULL);
	struct picture_kept kept = { NULL, 0 };
	struct picture_data d;
	struct shot_made m;
	enum pictures_status st;
	uint64_t sum = 1;
	size_t room, k, i;
	int shown = 0;
	void *w;

	while (n > 0) {
		w = pictures_window(ps, &room);
		assert(room > 0);
		k = n < piece ? n : piece;
		k = k < room ? k : room;
		memcpy(w, p, k);
		pictures_filled(ps, k);
		p += k;
		n -= k;
		while ((st = pictures_next(ps, &d)) == PICTURES_FRAME ||
		    st == PICTURES_BAD) {
			sum = sum * 31 + st;
			if (st == PICTURES_BAD)
				continue;
			for (i = 0; i < d.n && i < 4096; i++)
				sum = sum * 31 + d.p[i];
			if (shot == NULL || ++shown > MANY || d.n > DEAR)
				continue;
			pictures_keep(ps, &kept);
			if (shot_look(shot, &d) != SHOT_BAD &&
			    shot_make(shot, &m) == 0)
				assert(m.width > 0 && m.height > 0 &&
				    m.n > 0 && m.n <= 20000);
		}
	}
	sum = sum * 31 + (unsigned)pictures_end(ps);
	pictures_free(ps);
	free(kept.data);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct shot_opts o = { .want = { .width = 64, .height = 48 },
	    .quality = 50, .max = 20000, .exif = true };
	struct shot *shot;
	uint64_t a, b;

	if (n < 2)
		return 0;
	o.want.turn = p[1] & 3;
	if (p[1] & 4)
		o.want.crop = (struct image_rect){ p[1] >> 4, 3, 20, 10 };
	(void)intact_fault(p + 2, n - 2);
	shot = shot_new(&o);
	a = run(p + 2, n - 2, n, shot);
	b = run(p + 2, n - 2, p[0] % 64 + 1U, NULL);
	assert(a == b);
	shot_free(shot);
	return 0;
}
