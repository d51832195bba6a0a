#ifndef STREAM_FOREIGN_H
#define STREAM_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Files that are neither a stream nor WAV, by their first bytes: as raw PCM
 * they would be loud noise.  Pure.
 */
struct foreign {
	const char *name;	/* with its article */
	size_t at, len;
	const char *magic;
	const char *remedy;	/* to be added to a sentence, or empty */
};

/* NULL where it is none that we know.  whole: nothing more comes. */
const struct foreign *foreign_file(const unsigned char *p, size_t n,
    bool whole);

/*
 * The same for what is to be text, which may begin like one ("FORM 27").  NULL
 * where it is text; *more where that cannot be told before more has come.
 * The verdict is the same however the bytes come: it hangs on the first line,
 * and where that is odd on the first bytes after it.
 */
const struct foreign *foreign_text(const unsigned char *p, size_t n,
    bool ended, bool *more);

#endif
