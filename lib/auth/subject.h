#ifndef AUTH_SUBJECT_H
#define AUTH_SUBJECT_H

#include <stddef.h>
#include <stdint.h>

/*
 * The subject token of an external account, from whichever source its file
 * names.
 */
struct auth_aws_keys;
struct auth_cred;
struct auth_env;
struct auth_net;
struct auth_refusal;
struct buf;
struct json;

enum { AUTH_SUBJECT_MAX = 65536 };

/* A file that the credentials name, as fd_slurp() gives it; only a regular one,
 * since they may come from anybody: a FIFO would hold the program up for good,
 * and on a terminal the user would type the token. */
char *auth_subject_slurp(const char *path, size_t *n);

/* Appends the token.  0, or the exit code.  keys (empty before) receives those
 * that signed it, if any: owned by the caller, even after a failure. */
int auth_subject(struct auth_net *, const struct auth_env *,
    const struct auth_cred *, struct buf *out, struct auth_aws_keys *keys,
    struct auth_refusal *);

/*
 * Pure.  Appends the token in the contents of a file or answer: all of it, or
 * the field that format names.  0, or -1 with why.
 */
int auth_subject_pick(struct buf *out, const struct json *format,
    const char *p, size_t n, char *why, size_t size);

/*
 * Pure.  Appends the token in what an executable printed (or left in its
 * output file, which must say how long it is valid).  0, 1 if a file's token
 * has expired, or -1 with why.
 */
int auth_subject_printed(struct buf *out, const char *p, size_t n,
    int64_t now, int from_file, char *why, size_t size);

#endif
