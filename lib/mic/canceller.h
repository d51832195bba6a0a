#ifndef MIC_CANCELLER_H
#define MIC_CANCELLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mic/aec.h"

/*
 * The echo canceller with the file or FIFO that supplies the loudspeaker's
 * records.  Times are microseconds of clock_us(), or of the files.
 */
struct canceller;
struct loop;

struct canceller_ops {
	/* The state has changed, or ten seconds have passed. */
	void (*news)(void *arg, const struct aec_news *, bool changed);
	/* More played sound has arrived, or the file has ended. */
	void (*more)(void *arg);
	/* As in struct remote_ops. */
	void (*lost)(void *arg, const char *why);
	void (*over)(void *arg, int code, const char *why);
};

/* NULL with errno. */
struct canceller *canceller_new(struct loop *, const char *path,
    const struct aec_config *, const struct canceller_ops *, void *arg);
void canceller_free(struct canceller *);

/* Removes the echo from a frame captured at a time, at most as long as
 * configured. */
const int16_t *canceller_frame(struct canceller *, int64_t at,
    const int16_t *p, int n);
/* Sound was lost before the next frame. */
void canceller_gap(struct canceller *);

/* Whether a file has yet to supply what was played at a time. */
bool canceller_behind(struct canceller *, int64_t at);

/* Whether it is a regular file: its times need not be those of clock_us(). */
bool canceller_is_file(const struct canceller *);
/* At the end of a file in place of the microphone: whether both files tell of
 * times that have nothing to do with each other, and a sentence that says it.
 */
bool canceller_never_met(const struct canceller *, char *why, size_t size);

#endif
