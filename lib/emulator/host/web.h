#ifndef EMULATOR_HOST_WEB_H
#define EMULATOR_HOST_WEB_H

#include "emulator/signin/signin.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The emulator's plain HTTP: what signin answers, as late as it wants.
 */
struct emuweb;
struct httpd;
struct httphead;
struct loop;

/* The settings are those of signin.h.  NULL with why. */
struct emuweb *web_new(struct loop *, const char *settings, size_t n,
    char *why, size_t size);
void web_free(struct emuweb *);

/* Answers a request now or later; the caller must do what is returned if it is
 * not to be answered. */
enum signin_manner web_request(struct emuweb *, struct httpd *,
    const struct httphead *, const char *body, size_t n);

/* The connection is gone: drops its answer. */
void web_forget(struct emuweb *, struct httpd *);

/* Begins a session with an ephemeral token: false if it was issued here and
 * has no use left. */
bool web_token_use(const struct emuweb *, const char *token);

/* Whether a token was issued here and is still valid. */
bool web_token(const struct emuweb *, const char *token);

#endif
