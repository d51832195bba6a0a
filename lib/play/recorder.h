#ifndef PLAY_RECORDER_H
#define PLAY_RECORDER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes sound to a WAV file, s16 mono, whose header is correct once
 * recorder_close() has returned. recorder_next() closes it and continues in a
 * new one: call.wav, call-01.wav, call-02.wav...
 */
struct recorder;

/* Creates nothing before the first sound. */
struct recorder *recorder_new(const char *path);

/* Adds sound at a rate; a change of rate begins a new file.  0, or -1 with
 * errno if it cannot be written: nothing is recorded from then on. */
int recorder_add(struct recorder *, int rate, const void *p, size_t samples);

/* Puts the next sound in a new file; 0, or -1 with errno. */
int recorder_next(struct recorder *);

/* The file being written, or written last or next. */
const char *recorder_path(const struct recorder *);

/* Completes the header (of an empty file if there was no sound) and frees
 * everything; 0, or -1 with errno. */
int recorder_close(struct recorder *);

#endif
