#ifndef SOUND_WAV_H
#define SOUND_WAV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sound/pcm.h"

/*
 * WAV files, read as a stream: header chunks in any order and any sizes,
 * WAVE_FORMAT_EXTENSIBLE, the unknown sizes that writers into pipes leave; also
 * big-endian (RIFX) and of more than 4 GiB (RF64, BW64, W64), and several, one
 * behind the other.  Pure.
 */
enum wav_status {
	WAV_MORE,		/* all bytes used, nothing to give yet */
	WAV_DATA,		/* samples were given */
	WAV_NEXT,		/* another file begins: its rate, channels and
				 * format hold from now on */
	WAV_BAD			/* not a WAV file that we read; see why */
};

/* Embedded by its owner, nothing to free.  format, channels and rate are valid
 * once WAV_DATA was returned or ready is set; the rest is wav.c's. */
struct wav {
	enum pcm_format format;
	int channels;
	int rate;
	bool big;		/* samples are big-endian */
	bool ready;		/* the header is known */
	char why[200], note[200];
	bool w64, fresh;
	int files;		/* whose headers were read */
	uint64_t data64;	/* the size of RF64 */
	uint64_t junk;		/* bytes behind the sound that are no chunk, */
	bool dirty;		/* and not all zero */
	uint64_t pad;		/* of W64, behind the chunk */
	int step;
	size_t have;		/* bytes in part */
	unsigned char part[40];
	uint64_t left;		/* of the chunk that is being read */
	uint64_t done;		/* bytes used so far */
	uint64_t riff;		/* the size that the file says, 0 unknown */
	bool open_end;		/* samples until the end of input */
	bool odd;		/* a padding byte follows the chunk */
};

void wav_init(struct wav *);

/*
 * Takes bytes from p: *used of them (above 0 where n is).  With WAV_DATA,
 * *data and *len are sample bytes inside p, cut anywhere (struct pcm_in keeps
 * split frames).  Call again with the rest.
 */
enum wav_status wav_read(struct wav *, const void *p, size_t n, size_t *used,
    const void **data, size_t *len);

/* At the end of input: the last bytes of sound, which looked like another
 * file's beginning; how many. */
size_t wav_rest(struct wav *, const void **data);

/* Then 0, or -1 where a file was cut short or had bytes behind it that are no
 * part of it (why says how many). */
int wav_end(struct wav *);

/* Whether n bytes are, or could become, the beginning of a WAV file. */
bool wav_begins(const void *p, size_t n);

enum { WAV_HEAD = 44, WAV_HEAD_LONG = 80 };

/*
 * A header for s16le samples of `bytes` bytes; into a pipe, where nothing can
 * be mended later, bytes is WAV_UNKNOWN.  WAV has room for 4 GiB less the
 * header: -1 beyond that (WAV_MAX), else 0.
 */
#define WAV_UNKNOWN UINT64_MAX
#define WAV_MAX UINT64_C(0xffffffda)
int wav_head(unsigned char head[WAV_HEAD], int rate, int channels,
    uint64_t bytes);

/* The same with room for what RF64 needs: any number of bytes. */
void wav_head_long(unsigned char head[WAV_HEAD_LONG], int rate, int channels,
    uint64_t bytes);

#endif
