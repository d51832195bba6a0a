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

/* Columns as a terminal takes them that knows more than we do. */
static int
real_width(const char *s, size_t len, int w)
{
	uint32_t c = len > 1 ? utf8_point(s, len) : 0;

	if (c >= 0xe31 && c <= 0xe3a && c != 0xe32 && c != 0xe33)
		return 0;
	return c == 0x2600 ? 1 : w;
}

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
		} else if (s[i] == '\r') {
			sc->col = 0;
		} else if (utf8_unsafe(s + i, n - i) > 0) {
			sc->order = true;
		} else {
			w = real_width(s + i, len, w);
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

/* Rows as bytes, each row once, as it stands at last. */
static void
rows(const char *text, size_t piece, int width, const char *want,
    const char *what)
{
	struct buf b, seen;
	struct term t;
	size_t i, n = strlen(text), len;

	buf_init(&b, 1 << 16);
	buf_init(&seen, 1 << 16);
	term_row(&t, width);
	term_own(&t, "user: ", 6, &b);
	for (i = 0; i < n; i += len) {
		len = n - i < piece ? n - i : piece;
		while (i + len < n && ((unsigned char)text[i + len] & 0xc0) ==
		    0x80)
			len++;
		term_put(&t, text + i, len, &b);
	}
	/* what a carriage return begins again replaces what was there */
	for (i = 0; i < b.len; i++)
		if (b.data[i] == '\r')
			while (seen.len > 0 && seen.data[seen.len - 1] != '\n')
				seen.len--;
		else
			buf_byte(&seen, b.data[i]);
	buf_byte(&seen, '\0');
	for (i = n = 0; i + 1 < seen.len; i++) {
		while (seen.data[i] == '\n' && n > 0 && seen.data[n - 1] == ' ')
			n--;
		seen.data[n++] = seen.data[i];
	}
	seen.data[n] = '\0';
	is_str(seen.data, want, what);
	buf_done(&b);
	buf_done(&seen);
}

static void
scripts(void)
{
	size_t piece;

	for (piece = 1; piece < 40; piece += 6) {
		rows("\xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97\xe7\xac\xa6"
		    "\xe5\x86\x99\xe3\x80\x82\xe4\xb8\xad", piece, 17,
		    "user: \xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97\xe7\xac\xa6"
		    "\n  \xe5\x86\x99\xe3\x80\x82\xe4\xb8\xad",
		    "Chinese: between characters, no full stop begins a row");
		rows("\xe4\xb8\xad\xe6\x96\x87 GL\xe4\xb8\xad Linux",
		    piece, 19, "user: \xe4\xb8\xad\xe6\x96\x87 GL\xe4\xb8\xad"
		    "\n  Linux", "and Latin words in it");
		rows("\xec\x95\x88\xeb\x85\x95 \xed\x95\x98\xec\x84\xb8"
		    "\xec\x9a\x94", piece, 16, "user: \xec\x95\x88\xeb\x85\x95"
		    "\n  \xed\x95\x98\xec\x84\xb8\xec\x9a\x94",
		    "Korean words stay whole");
		rows("caf\x65\xcc\x81 re\xcc\x81sume\xcc\x81", piece, 17,
		    "user: caf\x65\xcc\x81\n  re\xcc\x81sume\xcc\x81",
		    "a combining accent stays with its letter");
	}
}

/* Where we take characters for wider than they are, what stands before the
 * word that moves is still there. */
static void
narrower(void)
{
	static const char text[] = "keep \xe2\x98\x80\xe2\x98\x80 "
	    "\xe0\xb8\x81\xe0\xb8\xb4\xe0\xb8\x99\xe0\xb8\xb4\xe0\xb8\x99";
	struct screen *sc = screen(text, strlen(text), 3, 20);

	trims(sc->rows[0]);
	is_str(sc->rows[0], "user: keep ##", "nothing is wiped out");
	trims(sc->rows[1]);
	is_str(sc->rows[1], "  ###", "and the word is in the next row");
	free(sc);
}

/* The terminal is made narrow while words come. */
static void
resized(void)
{
	struct term t;
	struct buf b;

	buf_init(&b, 1 << 12);
	term_row(&t, 80);
	term_own(&t, "user: ", 6, &b);
	term_put(&t, "The quick brown fox jum", 23, &b);
	term_width(&t, 40);
	term_put(&t, "ps over the lazy dog", 20, &b);
	is_str(b.data, "user: The quick brown fox jumps\n  over the lazy dog",
	    "made narrower");
	term_width(&t, 24);
	buf_clear(&b);
	term_put(&t, "s, every one of them", 20, &b);
	is_str(b.data, "s,\n  every one of them", "and narrower still");
	buf_done(&b);
}

int
main(void)
{
	unsigned i;

	words();
	scripts();
	narrower();
	resized();
	for (i = 0; i < 2000; i++)
		random_text(i);
	ok(true, "two thousand random texts");
	return tap_done();
}
