/*
 * One job of a batch.  Everything that it reserves is held by locks of
 * flock(2), which the kernel releases however the process ends: a slot is a
 * locked file, and the output grows in FILE.part, locked, until it is renamed.
 */
#include "dialog/job.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/why.h"

enum {
	SLOT_WAIT_MS = 200,	/* between checks of the slots, at most */
	NAME_MAX_SAID = 1000	/* bytes of a file's name in the report */
};

struct job {
	struct job_opts o;
	int slot, part, report;		/* descriptors or -1 */
	char *target, *temp;		/* of the output */
	struct json *end, *error;	/* the records, or NULL */
	int64_t waited_us;		/* spent waiting for a slot */
};

static int
fail(char *why, size_t size, int code, const char *option, const char *text,
    const char *reason)
{
	return why_say(code, why, size, "%s %.200s: %s", option, text, reason);
}

/* Slots. */

/* Reads "DIR:N": the folder, freed by the caller, and N; NULL if invalid. */
static char *
read_slots(const char *text, long *n)
{
	const char *colon = strrchr(text, ':');
	char *end;

	if (colon == NULL || colon == text || colon[1] < '0' ||
	    colon[1] > '9')
		return NULL;
	*n = strtol(colon + 1, &end, 10);
	return *end != '\0' || *n < 1 || *n > JOB_SLOTS_MAX ? NULL :
	    mem_copy(text, (size_t)(colon - text));
}

/* The locked descriptor of one slot; -1 with errno, EWOULDBLOCK if taken. */
static int
try_slot(const char *dir, long i)
{
	char *path = mem_printf("%s/slot.%ld", dir, i);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	int saved;

	free(path);
	if (fd == -1)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static void
nap(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	/* nothing else runs yet, so no loop is needed */
	fd_nap(SLOT_WAIT_MS / 2 + (int)(*seed >> 16) % (SLOT_WAIT_MS / 2));
}

/* Each job starts its search elsewhere, so that few compete for one lock. */
static int
take_slot(struct job *j, char *why, size_t size)
{
	const char *text = j->o.slots;
	int64_t since = clock_us();
	unsigned seed = (unsigned)since ^ (unsigned)getpid() << 8;
	long n, i;
	char *dir = read_slots(text, &n);
	bool told = false;

	if (dir == NULL)
		return fail(why, size, CODE_USAGE, "--slots", text,
		    "DIR:N wanted, a folder and how many may run at once (1 "
		    "to 100000)");
	if (mkdir(dir, 0777) == -1 && errno != EEXIST)
		goto failed;
	for (;;) {
		for (i = 0; i < n; i++) {
			j->slot = try_slot(dir, (long)((seed + (unsigned long)
			    i) % (unsigned long)n) + 1);
			if (j->slot != -1)
				goto done;
			if (errno != EWOULDBLOCK)
				goto failed;
		}
		if (!told)
			j->o.waiting(dir, n);
		told = true;
		nap(&seed);
	}
done:
	j->waited_us = clock_us() - since;
	free(dir);
	return CODE_OK;
failed:
	fail(why, size, CODE_IO, "--slots", dir, log_reason(errno));
	free(dir);
	return CODE_IO;
}

/* The output. */

bool
job_done(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Opens and locks FILE.part; what a dead run left in it is removed. */
static int
open_part(struct job *j, char *why, size_t size)
{
	struct stat st, there;

	for (;;) {
		j->part = open(j->temp, O_RDWR | O_CREAT | O_CLOEXEC |
		    O_NOFOLLOW, 0600);
		if (j->part == -1)
			return fail(why, size, CODE_IO, "-o", j->temp,
			    log_reason(errno));
		if (flock(j->part, LOCK_EX | LOCK_NB) == -1)
			return errno == EWOULDBLOCK ? fail(why, size,
			    CODE_TEMPFAIL, "-o", j->o.out, "another run is "
			    "writing it now") : fail(why, size, CODE_IO, "-o",
			    j->temp, log_reason(errno));
		/* the previous owner may have renamed it meanwhile */
		if (fstat(j->part, &st) == 0 && lstat(j->temp, &there) == 0 &&
		    st.st_ino == there.st_ino && st.st_dev == there.st_dev)
			break;
		close(j->part);
	}
	if (!S_ISREG(st.st_mode))
		return fail(why, size, CODE_IO, "-o", j->temp,
		    "is not a regular file");
	if (st.st_nlink > 1)
		return fail(why, size, CODE_IO, "-o", j->temp,
		    "is another file too (a hard link): remove it");
	if (ftruncate(j->part, 0) == -1)
		return fail(why, size, CODE_IO, "-o", j->temp,
		    log_reason(errno));
	if (stat(j->target, &there) == 0)
		(void)fchmod(j->part, there.st_mode & 0777);
	return CODE_OK;
}

static int
place_output(struct job *j, char *why, size_t size)
{
	errno = 0;
	j->target = fd_target(j->o.out);
	if (j->target == NULL && errno == 0)
		return fail(why, size, CODE_USAGE, "-o", j->o.out, "is not a "
		    "regular file, which alone can be replaced when all went "
		    "well; redirect standard output to it");
	if (j->target == NULL)
		return fail(why, size, CODE_IO, "-o", j->o.out,
		    log_reason(errno));
	if (fd_same("-", j->target))
		return fail(why, size, CODE_IO, "-o", j->o.out,
		    "it is also read here, and would be replaced");
	j->temp = mem_printf("%s.part", j->target);
	return open_part(j, why, size);
}

/* Finds out whether the report can be written before anything is spent. */
static int
open_report(struct job *j, char *why, size_t size)
{
	j->report = open(j->o.report, O_WRONLY | O_APPEND | O_CREAT |
	    O_CLOEXEC, 0666);
	return j->report != -1 ? CODE_OK : fail(why, size, CODE_IO, "--report",
	    j->o.report, log_reason(errno));
}

static void
job_free(struct job *j)
{
	if (j->part != -1)
		close(j->part);
	if (j->slot != -1)
		close(j->slot);
	if (j->report != -1)
		close(j->report);
	json_free(j->end);
	json_free(j->error);
	free(j->target);
	free(j->temp);
	free(j);
}

struct job *
job_begin(const struct job_opts *o, int *code, char *why, size_t size)
{
	struct job *j = mem_alloc(sizeof(*j));
	bool done = false;

	j->o = *o;
	j->slot = j->part = j->report = -1;
	*code = CODE_OK;
	if (o->report)
		*code = open_report(j, why, size);
	if (*code == CODE_OK && o->slots)
		*code = take_slot(j, why, size);
	if (*code == CODE_OK && o->out) {
		*code = place_output(j, why, size);
		/* made while waiting for a slot */
		if (*code == CODE_OK && o->skip && job_done(o->out)) {
			unlink(j->temp);
			done = true;
		}
	}
	if (*code == CODE_OK && !done)
		return j;
	job_free(j);
	return NULL;
}

int
job_output(const struct job *j)
{
	return j->part == -1 ? -1 : fcntl(j->part, F_DUPFD_CLOEXEC, 3);
}

void
job_record(struct job *j, const char *type, const char *head, size_t n)
{
	struct json **to = strcmp(type, "end") == 0 ? &j->end :
	    strcmp(type, "error") == 0 ? &j->error : NULL;

	if (to == NULL || j->report == -1)
		return;
	json_free(*to);
	*to = json_parse(head, n, NULL, 0);
}

/* Renames the output, and syncs its folder before success is reported. */
static int
put_output(struct job *j, char *why, size_t size)
{
	const char *slash = strrchr(j->target, '/');
	char *dir = slash == NULL ? mem_str(".") : mem_copy(j->target,
	    slash == j->target ? 1 : (size_t)(slash - j->target));
	int fd, code = CODE_OK;

	if (fsync(j->part) == -1 || rename(j->temp, j->target) == -1)
		code = fail(why, size, CODE_IO, "-o", j->o.out,
		    log_reason(errno));
	fd = code == CODE_OK ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) :
	    -1;
	if (fd != -1) {
		/* some file systems cannot sync a folder */
		if (fsync(fd) == -1 && errno != EINVAL)
			code = fail(why, size, CODE_IO, "-o", j->o.out,
			    log_reason(errno));
		close(fd);
	}
	free(dir);
	return code;
}

/* A file's name in the report; of a long one the end is kept. */
static struct json *
name_of(const char *name)
{
	size_t n;

	if (name == NULL)
		return json_null();
	n = strlen(name);
	return json_string(n > NAME_MAX_SAID ? name + n - NAME_MAX_SAID :
	    name);
}

static struct json *
line_of(const struct job *j, int code)
{
	const struct json *totals = json_get(j->end, "totals");
	const char *reason = json_get_str(j->end, "reason", "not started");
	struct json *o = json_object();
	char host[256] = "";

	gethostname(host, sizeof(host) - 1);
	json_set(o, "input", name_of(j->o.input));
	json_set(o, "output", name_of(j->o.out));
	json_set(o, "exit", json_integer(code));
	json_set(o, "class", json_string(code == CODE_OK ? "ok" :
	    json_get_str(j->error, "class", reason)));
	json_set(o, "tries", json_integer(json_get_int(j->end, "tries", 0)));
	json_set(o, "ms", json_integer((clock_us() - j->o.start_us) / 1000));
	json_set(o, "waited_ms", json_integer(j->waited_us / 1000 +
	    json_get_int(j->end, "waited_ms", 0)));
	json_set(o, "tokens", json_integer(json_get_int(json_get(totals,
	    "tokens"), "total", 0)));
	if (json_get(j->end, "cost") != NULL)
		json_set(o, "cost", json_copy(json_get(j->end, "cost")));
	json_set(o, "latency", json_type(json_get(j->end, "latency")) ==
	    JSON_OBJECT ? json_copy(json_get(j->end, "latency")) :
	    json_null());
	json_set(o, "turns", json_integer(json_get_int(totals, "turns", 0)));
	json_set(o, "host", json_string(host));
	json_set(o, "time", json_integer((int64_t)time(NULL)));
	return o;
}

/* Appends by one write(2), so that lines of many writers do not mix. */
static int
report(struct job *j, int code, char *why, size_t size)
{
	struct json *o = line_of(j, code);
	struct buf b;
	ssize_t n;

	buf_init(&b, JOB_LINE_MAX * 4);
	json_print(o, &b);
	if (b.len + 1 > JOB_LINE_MAX) {		/* escapes in names */
		json_set(o, "input", json_null());
		json_set(o, "output", json_null());
		buf_clear(&b);
		json_print(o, &b);
	}
	buf_byte(&b, '\n');
	n = fd_write(j->report, b.data, b.len);
	if (n != (ssize_t)b.len)
		code = fail(why, size, code == CODE_OK ? CODE_IO : code,
		    "--report", j->o.report, n < 0 ? log_reason(errno) :
		    "the line is not whole");
	buf_done(&b);
	json_free(o);
	return code;
}

int
job_end(struct job *j, int code, char *why, size_t size)
{
	*why = '\0';
	if (j->temp != NULL && code == CODE_OK)
		code = put_output(j, why, size);
	if (j->temp != NULL && code != CODE_OK && !j->o.keep_partial)
		unlink(j->temp);
	if (j->report != -1)
		code = report(j, code, why, size);
	job_free(j);
	return code;
}
