#ifndef EMULATOR_TALK_H
#define EMULATOR_TALK_H

#include "proto/family.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A conversation as the service keeps it, over however many connections resume
 * it: its context in tokens, its handles and what each stands for.  Pure.
 */
struct talks;

enum {
	TALK_HANDLE = 40,	/* characters of a handle */
	TALK_HANDLES = 16,	/* a conversation's newest, still valid */
	TALK_WORDS = 512	/* bytes of a transcript kept for repeating */
};

enum talk_tokens { TALK_TEXT, TALK_AUDIO, TALK_IMAGE, TALK_KINDS };

/* What a handle restores. */
struct talk_state {
	int64_t tokens[TALK_KINDS];	/* in the context */
	int64_t milli;			/* audio tokens begun, in ms of sound */
	int64_t received;		/* messages of the whole conversation */
	unsigned turns;
};

struct talk_handle {
	char text[TALK_HANDLE + 1];
	struct talk_state state;
};

struct talk {
	unsigned id;
	enum backend backend;
	char session[37];	/* a UUID */
	void *holder;		/* the connection holding it, or NULL */
	struct talk_state now;
	int64_t window;		/* tokens at which it is over */
	int64_t trigger;	/* compression from, and down to; 0: none */
	int64_t target;
	bool deaf;		/* hears, but no longer answers */
	char user[TALK_WORDS], model[TALK_WORDS];	/* last transcripts */
	struct talk_handle *handles;	/* TALK_HANDLES, newest last */
	size_t handle_count;
	int64_t ended;		/* when the last connection went; -1: not yet */
	struct talk *next;	/* of the same bucket */
	struct talk *older, *newer;	/* among those without a holder */
};

struct talks *talk_store_new(int64_t handle_ms);
/* Frees all conversations. talk_store_forget() sets what is called for each
 * one that ends, there or earlier; may be NULL. */
void talk_store_free(struct talks *);
void talk_store_forget(struct talks *, void (*forget)(void *arg, unsigned id),
    void *arg);
/* How many there are; for tests. */
size_t talk_store_count(const struct talks *);

struct talk *talk_new(struct talks *, enum backend, uint64_t *random);
struct talk *talk_find(const struct talks *, unsigned id);

/* The connection lets go: the handles live on for their time; without any, the
 * conversation is freed. */
void talk_release(struct talks *, struct talk *, int64_t now);
/* Frees those whose handles have expired. */
void talk_store_expire(struct talks *, int64_t now);

/* Makes a new handle for the present state. */
const char *talk_handle(struct talk *, uint64_t *random);
void talk_invalidate(struct talk *);
/* The conversation that a handle stands for, and the handle's state; NULL if
 * it is unknown or expired. */
struct talk *talk_resume(struct talks *, const char *handle, int64_t now,
    const struct talk_state **);

/* Adds to the context: tokens, or milliseconds of audio (25 tokens/s). */
void talk_add(struct talk *, enum talk_tokens, int64_t tokens);
void talk_hear(struct talk *, int64_t ms);
/* Tokens of a text: a quarter of its bytes. */
int64_t talk_text_tokens(size_t n);
int64_t talk_total(const struct talk *);
/* Cuts the context if compression says so; false if the window is exceeded. */
bool talk_fits(struct talk *);

#endif
