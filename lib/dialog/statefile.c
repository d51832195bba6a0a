/*
 * The state file.  The lock is on a file next to it (next to its target if it
 * is a link), since each save replaces the file itself; the lock file is never
 * removed, since otherwise two programs could lock two different ones.
 */
#include "dialog/statefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"

enum { LOCK_MS = 500 };		/* a run just killed may still hold it */

struct statefile {
	char *path;
	int lock;
	int error;		/* errno of the last save, 0 if it succeeded */
	struct json *object;
};

static int
lock(struct statefile *st, int *code, char *why, size_t size)
{
	char *name = mem_printf("%s.lock", st->path);

	*code = CODE_IO;
	st->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (st->lock == -1)
		snprintf(why, size, "%s: %s", name, log_reason(errno));
	else if (fd_lock(st->lock, LOCK_MS) == -1) {
		if (errno == EWOULDBLOCK) {
			*code = CODE_TEMPFAIL;
			snprintf(why, size, "%s: in use by another gl-session",
			    st->path);
		} else
			snprintf(why, size, "%s: %s", name, log_reason(errno));
	} else {
		free(name);
		return 0;
	}
	free(name);
	return -1;
}

static int
load(struct statefile *st, int *code, char *why, size_t size)
{
	char *text, fault[160];
	size_t n;

	text = fd_slurp(st->path, STATEFILE_MAX, &n);
	if (text == NULL) {
		if (errno == ENOENT)
			return 0;
		*code = CODE_IO;
		snprintf(why, size, "%s: %s", st->path, log_reason(errno));
		return -1;
	}
	if (n > 0)
		st->object = json_parse(text, n, fault, sizeof(fault));
	free(text);
	if (n == 0)
		return 0;
	*code = CODE_DATA;
	if (st->object == NULL)
		snprintf(why, size, "%s: not a state file of "
		    "gl-session: %s", st->path, fault);
	else if (json_get_int(st->object, "gl", -1) != 1)
		snprintf(why, size, "%s: not a state file of gl-session",
		    st->path);
	else
		return 0;
	return -1;
}

struct statefile *
statefile_open(const char *path, int *code, char *why, size_t size)
{
	struct statefile *st = mem_alloc(sizeof(*st));

	st->path = fd_target(path);
	st->lock = -1;
	if (st->path == NULL) {
		*code = errno ? CODE_IO : CODE_CONFIG;
		snprintf(why, size, "%s: %s", path, errno ? log_reason(errno) :
		    "not a regular file");
	} else if (lock(st, code, why, size) == 0 &&
	    load(st, code, why, size) == 0)
		return st;
	statefile_close(st);
	return NULL;
}

void
statefile_close(struct statefile *st)
{
	if (st == NULL)
		return;
	if (st->lock != -1)
		close(st->lock);
	json_free(st->object);
	free(st->path);
	free(st);
}

const struct json *
statefile_get(const struct statefile *st)
{
	return st->object;
}

/* Saves the state; 0 or an errno. */
static int
save(const struct statefile *st)
{
	char *tmp;
	struct buf b;
	int error = EFBIG;

	buf_init(&b, STATEFILE_MAX);
	json_pretty(st->object, &b);
	buf_byte(&b, '\n');
	if (!b.failed) {
		/* always the same name: killed runs leave one at most */
		tmp = mem_printf("%s.tmp", st->path);
		error = fd_replace_by(st->path, tmp, b.data, b.len, 0600) == 0 ?
		    0 : errno;
		free(tmp);
	}
	buf_done(&b);
	return error;
}

bool
statefile_put(struct statefile *st, struct json *object, char *why,
    size_t size)
{
	int error;

	json_free(st->object);
	st->object = object;
	json_set(object, "gl", json_integer(1));
	json_set(object, "saved", json_integer(clock_wall()));
	error = save(st);
	if (error == 0 || error == st->error)
		*why = '\0';
	else
		snprintf(why, size, "%s: the state cannot be written: %s",
		    st->path, log_reason(error));
	st->error = error;
	return error == 0;
}
