/*
 * What --token-cmd, gl-auth or a descriptor gives gl-session: nothing but
 * visible characters becomes a secret, and the headers made of it are lines of
 * their own and no more.  The first byte is the kind of credential and the size
 * of the bites in which a descriptor's lines come.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "dialog/token.h"
#include "dialog/tokentext.h"
#include "proto/endpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Each header is "Name: value\r\n" of visible characters and blanks. */
static void
headers(enum credential kind, const struct token_reply *r)
{
	struct buf b;
	size_t i;

	buf_init(&b, 65536);
	if (endpoint_headers(kind, r->secret, r->quota_project, &b) == 0)
		for (i = 0; i < b.len; i++) {
			if (b.data[i] != '\r') {
				assert(b.data[i] >= ' ' && b.data[i] < 0x7f);
				continue;
			}
			assert(i > 0 && i + 1 < b.len &&
			    b.data[i + 1] == '\n');
			i++;
		}
	buf_done(&b);
}

static void
one(enum credential kind, const char *p, size_t n)
{
	char *text = mem_resize(NULL, n + 1, 1);
	struct token_reply r;
	struct json *held;
	const char *s;

	memcpy(text, p, n);
	if (tokentext_read(text, n, &r, &held) == TOKENTEXT_SECRET) {
		for (s = r.secret; *s; s++)
			assert(*s > ' ' && *s < 0x7f);
		assert(s > r.secret);
		headers(kind, &r);
	}
	json_wipe(held);
	free(text);
}

/* The last line is the same however the bytes come. */
static void
lines(const char *p, size_t n, size_t bite, char *last)
{
	char *line = mem_resize(NULL, n + 1, 1);
	size_t have = 0, k;

	last[0] = '\0';
	for (; n > 0; p += k, n -= k) {
		k = bite < n ? bite : n;
		memcpy(line + have, p, k);
		have += k;
		tokentext_lines(line, &have, last, k == n);
	}
	assert(have == 0);
	free(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const char *text = (const char *)p + 1;
	char *a, *b;

	if (n == 0 || n > 4 * TOKEN_MAX)
		return 0;
	one(p[0] % 4, text, n - 1);
	a = mem_alloc(n + 1);
	b = mem_alloc(n + 1);
	lines(text, n - 1, n, a);
	lines(text, n - 1, (size_t)(p[0] >> 2) + 1, b);
	assert(strcmp(a, b) == 0);
	one(p[0] % 4, a, strlen(a));
	free(a);
	free(b);
	return 0;
}
