/*
 * Pieces against a plain array: added at the end, killed anywhere, popped, in a
 * random order, with one that stays at the front for most of the time, as an
 * utterance's activityStart does; dead ones in a row become one.
 */
#include "session/pieces.h"
#include "../../tap.h"

#include <stdlib.h>
#include <string.h>

enum { MAX = 24 << 10, ROUNDS = 200000, LONGEST = 1200, NUMBERS = 4096 };

struct model {
	uint64_t index[NUMBERS];
	size_t len[NUMBERS];
	size_t count, bytes;
};

static uint32_t seed = 1;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

static void
take(struct model *m, size_t i)
{
	m->bytes -= m->len[i];
	m->count--;
	memmove(m->index + i, m->index + i + 1,
	    (m->count - i) * sizeof(*m->index));
	memmove(m->len + i, m->len + i + 1, (m->count - i) * sizeof(*m->len));
}

/* A piece of the number's letters. */
static bool
add(struct pieces *b, struct model *m, uint64_t index)
{
	char data[LONGEST];
	struct piece p = { .kind = PIECE_AUDIO, .index = index, .us = 20000,
	    .data = data, .len = draw(LONGEST) };

	memset(data, (int)('a' + index % 26), p.len);
	if (m->count == NUMBERS || pieces_add(b, &p) != 0)
		return false;
	m->index[m->count] = index;
	m->len[m->count++] = p.len;
	m->bytes += p.len;
	return true;
}

static bool
right(const struct piece *p, const struct model *m, size_t i)
{
	size_t k;

	if (p->index != m->index[i] || p->len != m->len[i])
		return false;
	for (k = 0; k < p->len; k++)
		if (p->data[k] != (char)('a' + p->index % 26))
			return false;
	return true;
}

/* Walks all, killing one of `every` (0: none). */
static bool
walk(struct pieces *b, struct model *m, uint32_t every)
{
	struct piece p;
	size_t at = 0, i = 0;

	while (pieces_next(b, &at, &p)) {
		if (i >= m->count || !right(&p, m, i))
			return false;
		if (every > 0 && draw(every) == 0) {
			pieces_kill(b, at);
			take(m, i);
		} else
			i++;
	}
	return i == m->count;
}

/* Kills the oldest but those of the first `stay`. */
static bool
behind(struct pieces *b, struct model *m, size_t stay)
{
	struct piece p;
	size_t at = 0, i;

	for (i = 0; i <= stay; i++)
		if (!pieces_next(b, &at, &p))
			return m->count == i;
	if (!right(&p, m, stay))
		return false;
	pieces_kill(b, at);
	take(m, stay);
	return true;
}

int
main(void)
{
	static struct model m;
	struct pieces b;
	uint64_t index = 0;
	size_t refused = 0;
	bool good = true, same = true;
	int i;

	pieces_init(&b, MAX);
	for (i = 0; i < ROUNDS && good && same; i++) {
		switch (draw(100)) {
		case 0:
			good = walk(&b, &m, 1 + draw(20));
			break;
		case 1:
			good = walk(&b, &m, 0);
			break;
		case 2:
			if (draw(20) == 0 && m.count > 0) {
				pieces_pop(&b);
				take(&m, 0);
			}
			break;
		default:
			if (!add(&b, &m, index++)) {
				refused++;
				good = behind(&b, &m, draw(3));
			} else if (m.count > 40)
				good = behind(&b, &m, 1);
			break;
		}
		same = b.count == m.count && b.bytes == m.bytes &&
		    b.us == (int64_t)m.count * 20000;
	}
	ok(good, "each piece is the one that was put there");
	ok(same, "and the sums are right");
	ok(refused > ROUNDS / 200, "tried also where it is full");
	printf("# %d rounds, %lu pieces, %lu refused\n", i,
	    (unsigned long)index, (unsigned long)refused);
	pieces_done(&b);
	return tap_done();
}
