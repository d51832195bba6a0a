/*
 * An input of any kind: the same records, losses and end however it is cut.
 * The first byte is the kind and whether it is a FIFO, the second the size of
 * the pieces.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "stream/intake.h"

enum { RECORDS_MAX = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What came, and how it ended: everything but where sound was cut. */
static void
drain(struct intake *s, struct buf *b)
{
	enum stream_status st;
	struct record r;

	while ((st = intake_next(s, &r)) == STREAM_RECORD ||
	    st == STREAM_LOST) {
		if (st == STREAM_LOST) {
			assert(intake_why(s)[0] != '\0');
			buf_str(b, "LOST");
			continue;
		}
		assert(json_type(r.head) == JSON_OBJECT);
		buf_add(b, r.line, r.line_len);
		buf_add(b, r.payload, r.payload_len);
	}
	if (st == STREAM_BAD)
		buf_str(b, "BAD");
}

static void
run(const uint8_t *p, size_t n, int kind, size_t piece, struct buf *b)
{
	static const enum intake_form forms[] = { INTAKE_GUESS, INTAKE_NAMED,
		INTAKE_PCM, INTAKE_TEXT };
	struct intake_opts o = { .form = forms[kind & 3], .rate = 16000,
		.piece_ms = 1, .mend = kind & 4 };
	struct intake *s;
	char text[200];
	size_t room;
	void *w;

	o.mend &= o.form != INTAKE_TEXT;
	s = intake_new(&o);
	while (n > 0 && (w = intake_window(s, &room)) != NULL) {
		room = room < piece ? room : piece;
		room = room < n ? room : n;
		memcpy(w, p, room);
		intake_filled(s, room);
		p += room;
		n -= room;
		drain(s, b);
	}
	assert(n == 0 || !o.mend);
	intake_ended(s);
	drain(s, b);
	buf_str(b, intake_cut(s) == 0 ? "WHOLE" : "CUT");
	if (intake_advice(s, text, sizeof(text)) != NULL)
		buf_str(b, text);
	intake_free(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf a, b;

	if (n < 2)
		return 0;
	buf_init(&a, RECORDS_MAX);
	buf_init(&b, RECORDS_MAX);
	buf_str(&a, "");
	buf_str(&b, "");
	run(p + 2, n - 2, p[0], p[1] % 64 + 1, &a);
	run(p + 2, n - 2, p[0], n, &b);
	if (!a.failed && !b.failed && (a.len != b.len ||
	    memcmp(a.data, b.data, a.len) != 0))
		abort();
	buf_done(&a);
	buf_done(&b);
	return 0;
}
