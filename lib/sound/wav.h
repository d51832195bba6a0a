#ifndef SOUND_WAV_H
#define SOUND_WAV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sound/pcm.h"

/*
 * Reads WAV files as a stream: header chunks in any order and of any size,
 * WAVE_FORMAT_EXTENSIBLE, the unknown sizes left by writers into pipes,
 * big-endian (RIFX), more than 4 GiB (RF64, BW64, W64), and several files in a
 * row.  Pure.
 */
enum wav_status {
	WAV_MORE,		/* all bytes used, no samples yet */
	WAV_DATA,		/* samples were given */
	WAV_NEXT,		/* another file begins: its rate, channels and
				 * format apply from now on */
	WAV_BAD			/* not a WAV file we can read; see why */
};

/* Embedded by its owner, nothing to free.  format, channels and rate are valid
 * once WAV_DATA was returned or ready is set; the rest is private to wav.c. */
struct wav {
	enum pcm_format format;
	int channels;
	int rate;
	bool big;		/* samples are big-endian */
	bool ready;		/* the header is known */
	char why[200], note[200];
	bool w64, fresh, hollow;	/* hollow: its data chunk has size 0 */
	int files;		/* whose headers were read */
	uint64_t data64;	/* the size of RF64 */
	uint64_t junk;		/* bytes after the sound that are no chunk, */
	bool dirty;		/* and not all zero */
	uint64_t pad;		/* of W64, behind the chunk */
	int step;
	size_t have;		/* bytes in part */
	unsigned char part[40], edge[12];
	uint64_t left;		/* of the current chunk */
	uint64_t done;		/* bytes used so far */
	uint64_t riff;		/* the size the file states, 0: unknown */
	bool open_end;		/* samples until the end of input */
	bool odd;		/* a padding byte follows the chunk */
};

void wav_init(struct wav *);

/*
 * Consumes *used bytes of p (more than 0 if n is).  With WAV_DATA, *data and
 * *len are sample bytes within p, or within the struct if they were held back,
 * cut anywhere (struct pcm_in keeps split frames).  Call again with the rest.
 */
enum wav_status wav_read(struct wav *, const void *p, size_t n, size_t *used,
    const void **data, size_t *len);

/* At the end of input: returns the number of last bytes of sound, held back
 * since they looked like the start of another file. */
size_t wav_rest(struct wav *, const void **data);

/* To be called then: 0, or -1 if a file was cut short or followed by bytes not
 * part of it (why says how many). */
int wav_end(struct wav *);

/* Whether n bytes are, or could become, the beginning of a WAV file. */
bool wav_begins(const void *p, size_t n);

enum { WAV_HEAD = 44, WAV_HEAD_LONG = 80 };

/*
 * Writes a header for `bytes` bytes of s16le samples; for a pipe, where it
 * cannot be corrected later, pass WAV_UNKNOWN. WAV is limited to 4 GiB less
 * the header: -1 beyond that (WAV_MAX), else 0.
 */
#define WAV_UNKNOWN UINT64_MAX
#define WAV_MAX UINT64_C(0xffffffda)
int wav_head(unsigned char head[WAV_HEAD], int rate, int channels,
    uint64_t bytes);

/* The same with the room RF64 needs, for any number of bytes. */
void wav_head_long(unsigned char head[WAV_HEAD_LONG], int rate, int channels,
    uint64_t bytes);

#endif
