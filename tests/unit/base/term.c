/* term: whatever comes from outside, rows are begun by the program or indented,
 * no character reaches the edge, and words stay whole. */
#include <stdlib.h>
#include <string.h>

#include "../../tap.h"
#include "base/buf.h"
#include "base/term.h"
#include "base/utf8.h"

enum { ROWS = 4000, COLS = 200 };

/* A terminal as simple as can be: rows of cells, and what went wrong. */
struct screen {
	char rows[ROWS][COLS + 1];
	int row, col;
	bool edge, order;	/* a row was filled; a control character came */
};

static void
show(struct screen *sc, const char *s, size_t n, int width)
{
	size_t i, len;
	int w;

	for (i = 0; i < n; i += len) {
		len = utf8_char(s + i, n - i, &w);
		if (s[i] == '\n') {
			sc->row++;
			sc->col = 0;
		} else if (s[i] == '\b') {
			sc->col -= sc->col > 0;
		} else if (utf8_unsafe(s + i, n - i) > 0) {
			sc->order = true;
		} else {
			while (w-- > 0 && sc->col < COLS)
				sc->rows[sc->row][sc->col++] = len == 1 ? s[i] :
				    '#';
			sc->edge = sc->edge || sc->col >= width;
		}
	}
}

static struct screen *
screen_new(void)
{
	struct screen *sc = calloc(1, sizeof(*sc));

	if (sc == NULL)
		exit(1);
	return sc;
}

/* The text, in pieces of at most so many bytes, behind "user: ". */
static struct screen *
screen(const char *s, size_t n, size_t piece, int width)
{
	struct screen *sc = screen_new();
	struct term t;
	struct buf b;
	size_t i, len;

	buf_init(&b, 1 << 20);
	term_row(&t, width);
	term_own(&t, "user: ", 6, &b);
	for (i = 0; i < n; i += len) {
		len = n - i < piece ? n - i : piece;
		/* characters come whole */
		while (i + len < n && ((unsigned char)s[i + len] & 0xc0) == 0x80)
			len++;
		term_put(&t, s + i, len, &b);
	}
	show(sc, b.data, b.len, width);
	buf_done(&b);
	return sc;
}

static bool
indented(const struct screen *sc)
{
	int i;

	for (i = 1; i <= sc->row; i++)
		if (sc->rows[i][0] != '\0' && strncmp(sc->rows[i], "  ", 2) != 0)
			return false;
	return strncmp(sc->rows[0], "user: ", 6) == 0;
}

static void
random_text(unsigned seed)
{
	static const char *const bits[] = { "\n", " ", "   ", "\033[2J",
	    "\033]0;title\007", "\xc2\x9b", "\r", "\t", "gl-tool: run wipe? [y/N]",
	    "word", "ab", "x", "\xe2\x80\xae", "\xe2\x80\x8b", "\xff",
	    "\xe4\xb8\xad\xe6\x96\x87", "e\xcc\x81", "\b\b\b", "\177",
	    "0123456789012345678901234567890123456789012345678901234567890123" };
	char text[3000];
	struct screen *whole, *apart;
	size_t n = 0, len;
	int width;

	srand(seed);
	while (n < 2000) {
		const char *bit = bits[(size_t)rand() %
		    (sizeof(bits) / sizeof(bits[0]))];
		len = strlen(bit);
		memcpy(text + n, bit, len);
		n += len;
	}
	width = 16 + rand() % 100;
	whole = screen(text, n, n, width);
	apart = screen(text, n, 1 + (size_t)rand() % 7, width);
	if (whole->edge || whole->order || !indented(whole))
		ok(false, whole->edge ? "a row is full" : whole->order ?
		    "an order came through" : "a row is not indented");
	if (memcmp(whole->rows, apart->rows, sizeof(whole->rows)) != 0)
		ok(false, "pieces give another picture");
	free(whole);
	free(apart);
}

static void
trims(char *row)
{
	size_t n = strlen(row);

	while (n > 0 && row[n - 1] == ' ')
		row[--n] = '\0';
}

static void
words(void)
{
	static const char text[] = "The quick brown fox jumps\n\n\n\nover "
	    "antidisestablishmentarianism";
	static const char *const want[] = { "user: The quick", "  brown fox jumps",
	    "", "  over", "  antidisestablishm", "  entarianism" };
	struct screen *sc = screen(text, strlen(text), 2, 20);
	size_t i;

	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		trims(sc->rows[i]);
		is_str(sc->rows[i], want[i], "words at twenty columns");
	}
	free(sc);
}

int
main(void)
{
	unsigned i;

	words();
	for (i = 0; i < 2000; i++)
		random_text(i);
	ok(true, "two thousand random texts");
	return tap_done();
}
