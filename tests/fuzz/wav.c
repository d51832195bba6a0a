/*
 * The WAV reader with its conversion: the same samples however the input is
 * cut.  The first byte is the size of the pieces.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "sound/wav.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Returns how it ended: 0 well, 1 cut short, 2 bad. */
static int
run(const uint8_t *p, size_t n, size_t piece, struct buf *out)
{
	struct pcm_in in;
	struct wav w;
	const void *data;
	size_t k, used, len;
	enum wav_status st;

	wav_init(&w);
	pcm_in_init(&in, PCM_S16, 1);
	while (n > 0) {
		k = n < piece ? n : piece;
		st = wav_read(&w, p, k, &used, &data, &len);
		if (st == WAV_BAD) {
			assert(w.why[0] != '\0');
			return 2;
		}
		/* it goes on, if only by what was held back */
		assert(used <= k && (used > 0 || len > 0 || st == WAV_NEXT));
		if (len > 0) {
			assert(((const uint8_t *)data >= p &&
			    (const uint8_t *)data + len <= p + used) ||
			    ((const char *)data >= (char *)&w &&
			    (const char *)data + len <= (char *)(&w + 1)));
			if (in.channels != w.channels || in.format != w.format)
				pcm_in_init(&in, w.format, w.channels);
			assert(pcm_in_add(&in, data, len, out) == 0);
		}
		p += used;
		n -= used;
	}
	len = wav_rest(&w, &data);
	if (len > 0)
		assert(pcm_in_add(&in, data, len, out) == 0);
	return wav_end(&w) == 0 ? 0 : 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf a, b;

	if (n == 0)
		return 0;
	buf_init(&a, 4 * n + 64);
	buf_init(&b, 4 * n + 64);
	assert(run(p + 1, n - 1, p[0] % 64 + 1, &a) ==
	    run(p + 1, n - 1, n, &b));
	assert(a.len == b.len && (a.len == 0 ||
	    memcmp(a.data, b.data, a.len) == 0));
	buf_done(&a);
	buf_done(&b);
	return 0;
}
