#ifndef DIALOG_TOKENTEXT_H
#define DIALOG_TOKENTEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What a program, a descriptor or a file gives as the secret.  Pure, and
 * nothing is copied that is not in the JSON value, which the caller wipes.
 */
struct json;
struct token_reply;

enum tokentext_status {
	TOKENTEXT_SECRET,
	TOKENTEXT_NONE,		/* white space at most */
	TOKENTEXT_MALFORMED	/* neither one word nor JSON with a token */
};

/*
 * Reads n bytes of text, which has room for a zero byte more and is changed:
 * one word, or a JSON object (see token.h).  The reply points into the text or
 * into *held.  A secret is of visible ASCII characters only.
 */
enum tokentext_status tokentext_read(char *text, size_t n,
    struct token_reply *, struct json **held);

/* Takes whole lines out of the first *have bytes of line, at the end of the
 * input the rest too, and leaves the last one in last, which has room for *have
 * bytes and a zero byte. */
void tokentext_lines(char *line, size_t *have, char *last, bool end);

#endif
