#ifndef SOUND_WAV_H
#define SOUND_WAV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sound/pcm.h"

/*
 * WAV files, read as a stream: header chunks in any order and any sizes,
 * WAVE_FORMAT_EXTENSIBLE, the unknown sizes that writers into pipes leave.
 * Pure.
 */
enum wav_status {
	WAV_MORE,		/* all bytes used, nothing to give yet */
	WAV_DATA,		/* samples were given */
	WAV_BAD			/* not a WAV file that we read; see why */
};

/* Embedded by its owner, nothing to free.  format, channels and rate are valid
 * once WAV_DATA was returned or ready is set; the rest is wav.c's. */
struct wav {
	enum pcm_format format;
	int channels;
	int rate;
	bool ready;		/* the header is known */
	char why[128];
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

/* At the end of input: 0, or -1 where the file was cut short (why says how
 * much is missing). */
int wav_end(struct wav *);

enum { WAV_HEAD = 44 };

/*
 * A header for s16le samples of `bytes` bytes; into a pipe, where nothing can
 * be mended later, bytes is WAV_UNKNOWN.  WAV has room for 4 GiB less the
 * header: -1 beyond that (WAV_MAX), else 0.
 */
#define WAV_UNKNOWN UINT64_MAX
#define WAV_MAX UINT64_C(0xffffffda)
int wav_head(unsigned char head[WAV_HEAD], int rate, int channels,
    uint64_t bytes);

#endif
