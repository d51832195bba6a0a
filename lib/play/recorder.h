#ifndef PLAY_RECORDER_H
#define PLAY_RECORDER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Sound into a WAV file, s16 in mono, whose header is right at any time after
 * recorder_close().  recorder_next() closes it and goes on in a new one:
 * call.wav, call-01.wav, call-02.wav...
 */
struct recorder;

/* Nothing is created before the first sound. */
struct recorder *recorder_new(const char *path);

/* Sound at a rate; another rate than before begins a new file.  -1 with errno
 * where it cannot be written: nothing is recorded from then on. */
int recorder_add(struct recorder *, int rate, const void *p, size_t samples);

/* The next sound goes to a new file. */
int recorder_next(struct recorder *);

/* The file that is, was or will be written. */
const char *recorder_path(const struct recorder *);

/* Completes the header (of an empty file too, where there was no sound) and
 * frees everything; -1 with errno. */
int recorder_close(struct recorder *);

#endif
