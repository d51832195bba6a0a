/* shown: lines of a format on a terminal. */
#include <string.h>

#include "../../tap.h"
#include "base/buf.h"
#include "base/shown.h"

static void
shows(const char *what, enum shown_how how, int columns, const char *text,
    const char *want)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	shown_lines(how, columns, text, strlen(text), &b);
	buf_byte(&b, '\0');
	is_str(b.failed ? NULL : b.data, want, what);
	buf_done(&b);
}

int
main(void)
{
	shows("lines stay lines", SHOWN_JSON, 80, "{\"a\":1}\n{}\n\n{}\n",
	    "{\"a\":1}\n{}\n\n{}\n");
	shows("also the last", SHOWN_MARKS, 0, "a\nb", "a\nb");
	shows("nothing", SHOWN_MARKS, 80, "", "");
	shows("JSON keeps what it says", SHOWN_JSON, 80,
	    "{\"a\":\"\x7f\xc2\x9b" "2J\xf3\xa0\x81\x81\"}",
	    "{\"a\":\"\\u007f\\u009b2J\\udb40\\udc41\"}");
	shows("bytes that are not UTF-8", SHOWN_JSON, 80, "\"\xff\"",
	    "\"\\ufffd\"");
	shows("marks elsewhere", SHOWN_MARKS, 80, "a\x1b[31m\xe2\x80\xae",
	    "a?[31m?");
	shows("also at the start", SHOWN_MARKS, 80, "\x1b]0;x\x07", "?]0;x?");
	shows("a long line goes on indented", SHOWN_MARKS, 20,
	    "{aaaaaaaaaaaaaaaaa gl-tool: wipe?\nb",
	    "{aaaaaaaaaaaaaaaaa \n  gl-tool: wipe?\nb");
	shows("others than ASCII stay", SHOWN_JSON, 80, "{\"\xc3\xa9\xe4\xb8\x80\"}",
	    "{\"\xc3\xa9\xe4\xb8\x80\"}");
	shows("a program's name is moved in", SHOWN_MARKS, 80,
	    "1\ngl-tool: wipe? [y/N]\n", "1\n  gl-tool: wipe? [y/N]\n");
	shows("a wide character first", SHOWN_MARKS, 80, "\xe4\xb8\x80x",
	    "\xe4\xb8\x80x");
	shows("tabs are blanks", SHOWN_MARKS, 80, "\tx\ty\n\t", " x y\n ");
	return tap_done();
}
