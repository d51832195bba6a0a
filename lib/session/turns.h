#ifndef SESSION_TURNS_H
#define SESSION_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What has been said in a conversation, kept so that a fresh session can be
 * told: the user's and the model's words and the results of tools.  Bounded by
 * an estimate of tokens (a token for every three bytes, and four for each
 * entry): over the bound the oldest are folded into a digest of their first
 * words, an eighth of the bound, of which the oldest lines go.  Pure.
 */
struct json;
struct turns;

enum turns_role { TURNS_USER, TURNS_MODEL, TURNS_TOOL };

/* tokens: the bound; 0 keeps nothing. */
struct turns *turns_new(int64_t tokens);
void turns_free(struct turns *);

/*
 * Adds a piece of speech or text.  It joins the open entry of that role, else
 * opens one.  turn: number of the model's turn, 0 none; typed: the words were
 * typed, not heard, and will be sent again as they were until turns_told();
 * at: the time.
 */
void turns_say(struct turns *, enum turns_role, int turn, bool typed,
    int64_t at, const char *p, size_t n);
/* No further piece joins the open entry of that role. */
void turns_close(struct turns *, enum turns_role);

/* A tool's answer; long ones are cut. */
void turns_tool(struct turns *, int turn, const char *name,
    const struct json *args, const struct json *response);

/* The oldest typed words that were still to be sent again are no more: they
 * are history like all else. */
void turns_told(struct turns *);

/* ms more of sound belong to that turn of the model. */
void turns_audio(struct turns *, int turn, int64_t ms);
/* Of that turn only the first ms were heard: its text is cut in proportion, at
 * a word.  0 where there was such a turn, else -1. */
int turns_cut(struct turns *, int turn, int64_t ms);

/* The connection was resumed: the service may say the user's last words
 * again.  Where it does, they are kept once. */
void turns_repeat(struct turns *);

/*
 * The turns as an array of Content for seeding: roles alternate, tools stand
 * as remarks of the user.  Left out: at the end, words that were typed (they
 * are sent again by themselves) if typed is false, and words of the user that
 * were begun at `since` or later.  NULL where nothing is left.
 */
struct json *turns_contents(const struct turns *, bool typed, int64_t since);

/* Whether the last entry is the user's, and not to be sent again. */
bool turns_unanswered(const struct turns *);
/* The last words of that role, or those before them (n times); NULL where
 * there are none. */
const char *turns_last(const struct turns *, enum turns_role, int n);
size_t turns_count(const struct turns *);
/* How many tokens they are taken to have; for tests. */
int64_t turns_tokens(const struct turns *);

/* For the state file: an object; and back, instead of what was there: 0, or -1
 * where it is no such object. */
struct json *turns_save(const struct turns *);
int turns_load(struct turns *, const struct json *);

#endif
