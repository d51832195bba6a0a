/*
 * The reader of records: what it gives must be the input, byte for byte and in
 * order, and the same however the input is cut.  The first byte is the size of
 * the pieces.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "stream/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Feeds all of p; returns a sum over the records and how it ended. */
static uint64_t
run(const uint8_t *p, size_t n, size_t piece)
{
	struct stream_reader *r = stream_reader_new();
	enum stream_status st = STREAM_MORE;
	struct record rec;
	uint64_t sum = 17;
	size_t at = 0, k;

	while (at < n && st != STREAM_BAD) {
		k = n - at < piece ? n - at : piece;
		stream_feed(r, p + at, k);
		at += k;
		while ((st = stream_next(r, &rec)) == STREAM_RECORD) {
			assert((size_t)rec.offset + rec.line_len +
			    rec.payload_len <= at);
			assert(memcmp(p + rec.offset, rec.line,
			    rec.line_len) == 0);
			assert(memcmp(p + (size_t)rec.offset + rec.line_len,
			    rec.payload, rec.payload_len) == 0);
			assert(rec.type[0] != '\0');
			assert(json_type(rec.head) == JSON_OBJECT);
			sum = sum * 31 + (uint64_t)rec.offset;
		}
	}
	sum = sum * 31 + (st == STREAM_BAD ? 2 : stream_end(r) == 0);
	stream_reader_free(r);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	size_t piece;

	if (n == 0)
		return 0;
	piece = p[0] % 64 + 1;
	assert(run(p + 1, n - 1, piece) == run(p + 1, n - 1, n));
	return 0;
}
