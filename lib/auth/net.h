#ifndef AUTH_NET_H
#define AUTH_NET_H

#include "auth/reply.h"
#include "net/http.h"

/*
 * Queries token endpoints: one request after another on the loop, retried
 * where that may help.  The functions run the loop until they are done; they
 * must not be called from a handler.
 */
struct loop;

struct auth_net {
	struct loop *loop;
	const char *ca, *cafile;	/* as in http.h */
	const char *cadir;
	const char *endpoint;	/* replaces Google's own hosts; or NULL */
	int timeout_ms;		/* of a request; 0: 30000 */
	/* Reports something: level 0 is a warning, above as log_info().  May
	 * be NULL. */
	void (*note)(void *arg, int level, const char *text);
	void *arg;
	bool up;		/* libcurl is up; auth_net_done() ends it */
	int signo;		/* set before loop_stop() to end it all */
};

void auth_net_done(struct auth_net *);

void auth_net_note(const struct auth_net *, int level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A URL of Google's ("https://HOST/path") with its host replaced by the
 * endpoint, if there is one; the caller frees it. */
char *auth_net_url(const struct auth_net *, const char *url);

struct auth_ask {
	struct http_request http;
	struct auth_question question;	/* host and skew are filled in */
	int tries;			/* 0: 3 */
	bool flavor;			/* requires Metadata-Flavor: Google */
};

/* The body of an answer with status 200; auth_net_body_done() wipes it. */
struct auth_body {
	char *p;
	size_t n;
};
void auth_net_body_done(struct auth_body *);

/* 0, or the exit code with the refusal filled in. */
int auth_net_ask(struct auth_net *, struct auth_ask *, struct auth_body *,
    struct auth_refusal *);

/* Waits; 0, or 128 + n once signal n has come. */
int auth_net_wait(struct auth_net *, int ms);

/* Fills in a refusal and returns its code. */
int auth_net_refuse(struct auth_refusal *, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
