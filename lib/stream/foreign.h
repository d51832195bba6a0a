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

#endif
