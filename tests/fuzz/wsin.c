/*
 * Any bytes as frames that wslay has taken to pieces: two bytes of header, a
 * length, and as much payload in pieces.  No message is longer than its
 * ceiling, and each text is UTF-8.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "net/wsin.h"

enum { CEILING = 1000 };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* One frame; how many bytes it used, 0 where the connection failed. */
static size_t
frame(struct wsin *w, const uint8_t *p, size_t n)
{
	struct wsin_frame f = { .fin = p[0] >> 7, .rsv = (p[0] >> 4 & 7) == 7,
	    .opcode = p[0] & 15, .masked = (p[1] & 63) == 63,
	    .length = p[1] >> 6 == 3 ? UINT64_C(1) << p[2] % 64 : p[2] };
	size_t i = 3, part, left = f.length > n ? n : (size_t)f.length;
	enum wsin_event e;

	if (f.length > left && f.length > n - 3)
		left = n - 3;
	do {
		part = left < 7 ? left : 7;
		if (part > n - i)
			part = n - i;
		e = wsin_take(w, &f, p + i, part);
		i += part;
		left -= part;
	} while (e == WSIN_MORE && left > 0 && i < n);
	if (e == WSIN_GOT_MESSAGE) {
		if (w->len > CEILING ||
		    (w->text && !utf8_valid(w->data, w->len)))
			abort();
		wsin_next(w);
	}
	return e == WSIN_BAD || e == WSIN_GOT_CLOSE || left > 0 ? 0 : i;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct wsin w;
	size_t used;

	wsin_init(&w, false, CEILING);
	while (n >= 3) {
		used = frame(&w, p, n);
		/* a frame that was cut ends it */
		if (used == 0 || w.inside)
			break;
		p += used;
		n -= used;
	}
	wsin_done(&w);
	return 0;
}
