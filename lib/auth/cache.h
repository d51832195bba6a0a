#ifndef AUTH_CACHE_H
#define AUTH_CACHE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Tokens kept between runs: one file for each identity and set of scopes, mode
 * 0600 in a folder of mode 0700, named by a digest.  Never a key, a refresh
 * token or anything else that can get a token.
 */
struct auth_grant;

enum {
	AUTH_KEY = 65,			/* the digest as text */
	AUTH_CACHE_LONGEST = 12 * 3600,	/* s; no token lives longer */
	AUTH_CACHE_FRESH = 225,		/* s left, below which a new token is
					 * fetched, as Google's libraries do */
	AUTH_CACHE_FILE = 65536
};

/* Stores the digest of the parts (ended by NULL), kept distinct. */
void auth_cache_key(char key[AUTH_KEY], const char *const *parts);

/* Reads a cache file's text as a token; 0, or -1 if not one for the key. */
int auth_cache_decode(struct auth_grant *, const char *p, size_t n,
    const char *key);

/*
 * 0 with the token, else -1.  A file or folder that others could have read or
 * written is not used, and why says so; else why is empty.
 */
int auth_cache_load(struct auth_grant *, const char *dir, const char *key,
    char *why, size_t size);

/* Makes the folder if needed and stores the token; removes old ones.  0, or -1
 * with why. */
int auth_cache_store(const struct auth_grant *, const char *dir,
    const char *key, int64_t now, char *why, size_t size);

/* Tries once to lock what goes with the key against other processes: a
 * descriptor to close, or -1 if another holds it (errno EAGAIN) or there is no
 * folder. */
int auth_cache_lock(const char *dir, const char *key);

#endif
