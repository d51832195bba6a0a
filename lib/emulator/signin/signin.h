#ifndef EMULATOR_SIGNIN_SIGNIN_H
#define EMULATOR_SIGNIN_SIGNIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emulator/signin/ask.h"

/*
 * The servers that gl-auth talks to, for gl-emulator: OAuth's and STS's token
 * endpoints, IAM's generateAccessToken, the metadata servers of Google and
 * Amazon, ephemeral tokens, and what gl-auth check asks.  Pure: requests in,
 * answers out.  Assertions and signatures are checked against the given keys;
 * the settings say how it misbehaves.
 *
 * The settings are a JSON object; every member may be absent, and an absent
 * list accepts nothing of its kind, except "api_keys" (accepts any):
 *
 *	{"service_accounts": [{"client_email", "private_key_id", "public_key"}],
 *	 "users": [{"client_id", "client_secret", "refresh_token", "account"}],
 *	 "subjects": ["a subject token", ...],
 *	 "aws": [{"id", "secret", "session"}],
 *	 "audience": "what STS is asked for",
 *	 "impersonation": [{"member", "target", "delegates": []}],
 *	 "api_keys": [...],
 *	 "machine": {"email", "project"},
 *	 "service": {"disabled": bool, "denied": ["identity", ...]},
 *	 "life": seconds, "date_skew": seconds,
 *	 "faults": [{"path": "/token", "after": n, "times": n, "status": 503,
 *	   "body": "...", "type": "...", "kind": "html"|"empty"|"endless"|
 *	   "redirect"|"never"|"drop", "delay_ms": n}]}
 *
 * GET /emulator/asked answers how often each path was asked, and the "total".
 * A fault without "times" is permanent; the first "after" requests pass
 * unharmed.
 */
struct emuauth;
struct httphead;

/* NULL with why if the settings (n bytes; 0: none) are wrong. */
struct emuauth *signin_new(const char *p, size_t n, char *why, size_t size);
void signin_free(struct emuauth *);

/* Answers a request; now is in seconds since the epoch. */
void signin_answer(struct emuauth *, const struct httphead *,
    const char *body, size_t n, int64_t now, struct signin_answer *);

/* Begins a session with an ephemeral token: false if it was issued here and
 * has no use left. */
bool signin_use(struct emuauth *, const char *token, int64_t now);

/* Whether an access token was issued here and is still valid. */
bool signin_token(const struct emuauth *, const char *token, int64_t now);

#endif
