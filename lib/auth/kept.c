/*
 * The name of a cache entry keeps identities apart: it is made of the whole
 * credentials file, the scopes, the endpoint and, for external accounts, what
 * their source takes from its surroundings.
 */
#include "auth/kept.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/cache.h"
#include "auth/cred.h"
#include "auth/env.h"
#include "auth/fetch.h"
#include "auth/net.h"
#include "auth/subject.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"

enum {
	LOCK_STEP_MS = 20, LOCK_MS = 60000,
	LAST_RESORT = 30	/* s that a token must still be valid to be used
				 * when no new one can be had */
};

/*
 * Which machine and boot this is: if a source takes the identity from its
 * surroundings, a cache in a shared home must not give it to another machine.
 */
static char *
place(void)
{
	char host[256] = "", *boot;
	size_t n;

	gethostname(host, sizeof host - 1);
	boot = fd_slurp("/proc/sys/kernel/random/boot_id", 256, &n);
	if (!boot)
		return mem_str(host);
	boot[strcspn(boot, "\n")] = '\0';
	snprintf(host + strlen(host), sizeof host - strlen(host), " %s", boot);
	free(boot);
	return mem_str(host);
}

/* The external account whose source determines its identity, or NULL. */
static const struct auth_cred *
outside(const struct auth_cred *c)
{
	if (c->source)
		c = c->source;
	return c->kind == AUTH_EXTERNAL ? c : NULL;
}

/* The contents of a subject token's file, which may be replaced with another
 * identity's; wiped and freed by the caller. */
static char *
subject_file(const struct auth_cred *c)
{
	size_t n;

	if (!c || c->origin != AUTH_FROM_FILE)
		return NULL;
	return auth_subject_slurp(json_get_str(c->origin_json, "file", ""),
	    &n);
}

/* The name of the cache entry; false if there must not be one: the metadata
 * server has its own cache, and knows when the identity changes. */
static bool
cache_key(const struct auth_kept *k, char key[AUTH_KEY])
{
	const struct auth_cred *out = outside(k->cred);
	const struct auth_env *env = k->env;
	char *where = out ? place() : NULL, *subject = subject_file(out);
	const char *parts[] = { "gl 1", k->digest ? k->digest : "",
		k->scopes_text, k->net->endpoint ? k->net->endpoint : "",
		where ? where : "", subject ? subject : "",
		out && env->aws_id ? env->aws_id : "",
		out && env->aws_session ? env->aws_session : "", NULL };

	if (k->digest)
		auth_cache_key(key, parts);
	free(where);
	if (subject)
		mem_wipe(subject, strlen(subject));
	free(subject);
	return k->digest && !k->no_cache;
}

/* Waits for our turn to ask; -1 if locking is not possible. */
static int
lock(const struct auth_kept *k, const char *dir, const char *key)
{
	int64_t until = clock_ms() + LOCK_MS;
	int fd;

	while ((fd = auth_cache_lock(dir, key)) == -1 && errno == EAGAIN &&
	    clock_ms() < until)
		if (auth_net_wait(k->net, LOCK_STEP_MS) != 0)
			break;
	return fd;
}

/* Whether the cache has a good token; otherwise what it has stays in *g in case
 * no new one can be had. */
static bool
load(struct auth_kept *k, const char *dir, const char *key,
    struct auth_grant *g)
{
	char why[400];

	auth_reply_done(g);
	if (auth_cache_load(g, dir, key, why, sizeof why) == -1) {
		if (*why)
			auth_net_note(k->net, 0, "%s", why);
		return false;
	}
	if (g->expiry - clock_wall() < AUTH_CACHE_FRESH)
		return false;
	/* stored while the clock was ahead, or by someone else */
	if (g->expiry - clock_wall() > AUTH_CACHE_LONGEST) {
		auth_reply_done(g);
		return false;
	}
	*k->grant = *g;
	k->cached = true;
	memset(g, 0, sizeof *g);
	return true;
}

/* A new token; if the servers are away, one that is still valid for a little
 * while. */
static int
renew(struct auth_kept *k, const char *dir, const char *key,
    struct auth_grant *old)
{
	char why[400];
	int rc = auth_fetch(k->net, k->env, k->cred, k->scopes, k->grant,
	    k->refusal);

	if (rc == 0) {
		if (auth_cache_store(k->grant, dir, key, clock_wall(), why,
		    sizeof why) == -1 && *why)
			auth_net_note(k->net, 1, "the token is not kept: %s",
			    why);
		return 0;
	}
	if ((rc != CODE_UNAVAILABLE && rc != CODE_TEMPFAIL) || !old->token ||
	    old->expiry - clock_wall() < LAST_RESORT)
		return rc;
	auth_net_note(k->net, 0, "%s; the last token is still good for %lld "
	    "s", k->refusal->why, (long long)(old->expiry - clock_wall()));
	*k->grant = *old;
	k->cached = true;
	memset(old, 0, sizeof *old);
	return 0;
}

static int
get_cached(struct auth_kept *k, const char *dir, const char *key)
{
	struct auth_grant old = { NULL, 0, false };
	int fd, rc = 0;

	if (load(k, dir, key, &old)) {
		auth_reply_done(&old);
		return 0;
	}
	fd = lock(k, dir, key);
	if (k->net->signo)
		rc = auth_net_refuse(k->refusal, CODE_SIGNAL + k->net->signo,
		    "interrupted");
	else if (fd == -1 || !load(k, dir, key, &old))
		rc = renew(k, dir, key, &old);
	if (fd != -1)
		close(fd);
	auth_reply_done(&old);
	return rc;
}

int
auth_kept_get(struct auth_kept *k)
{
	char key[AUTH_KEY], *dir;
	int rc;

	dir = cache_key(k, key) ? path_cache() : NULL;
	if (dir)
		rc = get_cached(k, dir, key);
	else
		rc = auth_fetch(k->net, k->env, k->cred, k->scopes, k->grant,
		    k->refusal);
	free(dir);
	return rc;
}
