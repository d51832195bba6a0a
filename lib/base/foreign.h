#ifndef BASE_FOREIGN_H
#define BASE_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Recognises files that are neither a stream nor WAV by their first bytes: as
 * raw PCM they would be loud noise.  Pure.
 */
enum foreign_kind {
	FOREIGN_OTHER, FOREIGN_TEXT, FOREIGN_SOUND, FOREIGN_FILM,
	FOREIGN_PICTURE,	/* that gl-frames reads */
	FOREIGN_DRAWING		/* one that it does not */
};

struct foreign {
	const char *name;	/* with its article */
	enum foreign_kind kind;
	size_t at, len;
	const char *magic;
};

/* What to do with it instead, to append to a sentence, or empty. */
const char *foreign_remedy(const struct foreign *);

/* NULL if it is none that we know.  whole: nothing more will come. */
const struct foreign *foreign_file(const unsigned char *p, size_t n,
    bool whole);

/*
 * The same for what should be text, which may begin like one ("FORM 27").
 * NULL if it is text; sets *more if more bytes are needed to tell.  The
 * verdict is the same however the bytes come: it depends on the first line
 * and, if that is odd, on the first bytes after it.
 */
const struct foreign *foreign_text(const unsigned char *p, size_t n,
    bool ended, bool *more);

#endif
