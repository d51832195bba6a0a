/* The state file: its lock, its faults, what is kept and what is reported. */
#define _XOPEN_SOURCE 700	/* mkdtemp */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../tap.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "dialog/statefile.h"

static char dir[] = "/tmp/gl-state-XXXXXX", path[200], lock[220];

static void
test_file(void)
{
	struct statefile *a, *b;
	struct json *o;
	struct stat st;
	char why[200];
	int code = 0;

	a = statefile_open(path, &code, why, sizeof(why));
	ok(a != NULL, "a file that is not there can be opened");
	ok(statefile_get(a) == NULL, "and is empty");
	b = statefile_open(path, &code, why, sizeof(why));
	ok(b == NULL && code == CODE_TEMPFAIL, "locked: 75");
	ok(strstr(why, "another gl-session") != NULL, why);
	o = json_object();
	json_set(o, "handle", json_string("H"));
	ok(statefile_put(a, o, why, sizeof(why)), "saved");
	is_int(stat(path, &st), 0, "it is there");
	is_int(st.st_mode & 0777, 0600, "for nobody else to read");
	statefile_close(a);
	a = statefile_open(path, &code, why, sizeof(why));
	is_str(json_get_str(statefile_get(a), "handle", ""), "H", "read again");
	ok(json_get_int(statefile_get(a), "saved", 0) > 1700000000, "with a date");
	statefile_close(a);
	fd_replace(path, "{\"gl\":", 6, 0600);
	a = statefile_open(path, &code, why, sizeof(why));
	ok(a == NULL && code == CODE_DATA, "a broken file: 65");
	fd_replace(path, "{\"x\":1}", 7, 0600);
	a = statefile_open(path, &code, why, sizeof(why));
	ok(a == NULL && code == CODE_DATA, "somebody else's file: 65");
	fd_replace(path, "", 0, 0600);
	a = statefile_open(path, &code, why, sizeof(why));
	ok(a != NULL && statefile_get(a) == NULL, "an empty file is a new one");
	statefile_close(a);
	a = statefile_open("/nonexistent/x", &code, why, sizeof(why));
	ok(a == NULL && code == CODE_IO, "no such folder: 74");
	unlink(path);
}

static bool
put(struct statefile *st, char *why, size_t size)
{
	struct json *o = json_object();

	json_set(o, "handle", json_string("H"));
	return statefile_put(st, o, why, size);
}

/* The folder goes away and comes back. */
static void
test_fault(void)
{
	struct statefile *st;
	char why[400];
	int code;

	st = statefile_open(path, &code, why, sizeof(why));
	ok(put(st, why, sizeof(why)) && *why == '\0', "saved");
	unlink(path);
	unlink(lock);
	rmdir(dir);
	ok(!put(st, why, sizeof(why)), "cannot be saved");
	ok(strstr(why, path) && strstr(why, "cannot be written"), why);
	ok(!put(st, why, sizeof(why)) && *why == '\0',
	    "the same fault is reported once");
	mkdir(dir, 0700);
	ok(put(st, why, sizeof(why)) && *why == '\0', "saved again");
	unlink(path);
	rmdir(dir);
	ok(!put(st, why, sizeof(why)) && *why, "a new fault is reported");
	statefile_close(st);
	mkdir(dir, 0700);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/state", dir);
	snprintf(lock, sizeof(lock), "%s.lock", path);
	test_file();
	test_fault();
	unlink(path);
	unlink(lock);
	rmdir(dir);
	return tap_done();
}
