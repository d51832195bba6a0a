/*
 * The state file.  The lock stands on a file beside it, where a link leads to,
 * since each saving replaces the file itself; the lock file stays where it is,
 * for removing it would let two programs lock two of them.
 */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "session/state.h"

struct state {
	char *path;
	int lock;
	struct json *object;
};

static int
lock(struct state *st, int *code, char *why, size_t size)
{
	char *name = mem_printf("%s.lock", st->path);

	*code = CODE_IO;
	st->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (st->lock == -1)
		snprintf(why, size, "%s: %s", name, strerror(errno));
	else if (flock(st->lock, LOCK_EX | LOCK_NB) == -1) {
		if (errno == EWOULDBLOCK) {
			*code = CODE_TEMPFAIL;
			snprintf(why, size, "%s: in use by another gl-session",
			    st->path);
		} else
			snprintf(why, size, "%s: %s", name, strerror(errno));
	} else {
		free(name);
		return 0;
	}
	free(name);
	return -1;
}

static int
load(struct state *st, int *code, char *why, size_t size)
{
	char *text, fault[160];
	size_t n;

	text = fd_slurp(st->path, STATE_MAX, &n);
	if (text == NULL) {
		if (errno == ENOENT)
			return 0;
		*code = CODE_IO;
		snprintf(why, size, "%s: %s", st->path, strerror(errno));
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

struct state *
state_open(const char *path, int *code, char *why, size_t size)
{
	struct state *st = mem_alloc(sizeof(*st));

	st->path = fd_target(path);
	st->lock = -1;
	if (st->path == NULL) {
		*code = errno ? CODE_IO : CODE_CONFIG;
		snprintf(why, size, "%s: %s", path, errno ? strerror(errno) :
		    "not a regular file");
	} else if (lock(st, code, why, size) == 0 &&
	    load(st, code, why, size) == 0)
		return st;
	state_close(st);
	return NULL;
}

void
state_close(struct state *st)
{
	if (st == NULL)
		return;
	if (st->lock != -1)
		close(st->lock);
	json_free(st->object);
	free(st->path);
	free(st);
}

const char *
state_path(const struct state *st)
{
	return st->path;
}

const struct json *
state_get(const struct state *st)
{
	return st->object;
}

int
state_put(struct state *st, struct json *object)
{
	char *tmp;
	struct buf b;
	int r = -1;

	json_free(st->object);
	st->object = object;
	json_set(object, "gl", json_integer(1));
	json_set(object, "saved", json_integer(state_now()));
	buf_init(&b, STATE_MAX);
	json_pretty(object, &b);
	buf_byte(&b, '\n');
	if (b.failed)
		errno = EFBIG;
	else {
		/* always the same name: killed runs leave one at most */
		tmp = mem_printf("%s.tmp", st->path);
		r = fd_replace_by(st->path, tmp, b.data, b.len, 0600);
		free(tmp);
	}
	buf_done(&b);
	return r;
}

int64_t
state_now(void)
{
	return clock_wall();
}
