#ifndef EMULATOR_HOST_WEB_H
#define EMULATOR_HOST_WEB_H

#include "emulator/signin/signin.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The emulator's plain HTTP: what emuauth answers, as late as it wants it.
 */
struct emuweb;
struct httpd;
struct httphead;
struct loop;

/* The settings are those of emuauth.h.  NULL with why. */
struct emuweb *emuweb_new(struct loop *, const char *settings, size_t n,
    char *why, size_t size);
void emuweb_free(struct emuweb *);

/* Answers a request now or later; what it is not to answer comes back for the
 * caller to do. */
enum emuauth_manner emuweb_request(struct emuweb *, struct httpd *,
    const struct httphead *, const char *body, size_t n);

/* The connection is gone: its answer is no longer wanted. */
void emuweb_forget(struct emuweb *, struct httpd *);

/* Whether a token was given out here and still lives. */
bool emuweb_token(const struct emuweb *, const char *token);

#endif
