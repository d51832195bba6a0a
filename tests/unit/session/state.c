/* The state file, and a session that is taken up again from it. */
#define _XOPEN_SOURCE 700	/* mkdtemp */
#include <sys/stat.h>

#include <stdlib.h>
#include <unistd.h>

#include "../../desk.h"
#include "../../tap.h"
#include "base/fd.h"
#include "session/state.h"

static char dir[] = "/tmp/gl-state-XXXXXX", path[200], lock[220];

static void
test_file(void)
{
	struct state *a, *b;
	struct json *o;
	struct stat st;
	char why[200];
	int code = 0;

	a = state_open(path, &code, why, sizeof(why));
	ok(a != NULL, "a file that is not there can be opened");
	ok(state_get(a) == NULL, "and is empty");
	b = state_open(path, &code, why, sizeof(why));
	ok(b == NULL && code == CODE_TEMPFAIL, "locked: 75");
	ok(strstr(why, "another gl-session") != NULL, why);
	o = json_object();
	json_set(o, "handle", json_string("H"));
	is_int(state_put(a, o), 0, "saved");
	is_int(stat(path, &st), 0, "it is there");
	is_int(st.st_mode & 0777, 0600, "for nobody else to read");
	state_close(a);
	a = state_open(path, &code, why, sizeof(why));
	is_str(json_get_str(state_get(a), "handle", ""), "H", "read again");
	ok(json_get_int(state_get(a), "saved", 0) > 1700000000, "with a date");
	state_close(a);
	fd_replace(path, "{\"gl\":", 6, 0600);
	a = state_open(path, &code, why, sizeof(why));
	ok(a == NULL && code == CODE_DATA, "a broken file: 65");
	fd_replace(path, "{\"x\":1}", 7, 0600);
	a = state_open(path, &code, why, sizeof(why));
	ok(a == NULL && code == CODE_DATA, "somebody else's file: 65");
	fd_replace(path, "", 0, 0600);
	a = state_open(path, &code, why, sizeof(why));
	ok(a != NULL && state_get(a) == NULL, "an empty file is a new one");
	state_close(a);
	a = state_open("/nonexistent/x", &code, why, sizeof(why));
	ok(a == NULL && code == CODE_IO, "no such folder: 74");
	unlink(path);
}

static void
run(struct desk *d, struct state *st, const char *model)
{
	desk_init(d, model, BACKEND_GEMINI);
	d->cfg.state = st;
	desk_begin(d);
	desk_live(d, 0);
}

static void
finish(struct desk *d)
{
	session_stop(d->s, d->now, 0, "test");
	desk_closes(d, 0, 1000, "");
	ok(!desk_has(d, "BROKEN"), "every action was in order");
	desk_end(d);
}

static void
test_resume(void)
{
	static const char model[] = "models/gemini-3.8-live";
	struct desk d;
	struct state *st;
	char why[200];
	int code;

	st = state_open(path, &code, why, sizeof(why));
	run(&d, st, model);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"alpha\"}");
	desk_says(&d, 0, "{\"serverContent\":{\"outputTranscription\":{"
	    "\"text\":\"beta\"},\"turnComplete\":true}}");
	desk_handle(&d, 0, "H7");
	finish(&d);
	state_close(st);

	st = state_open(path, &code, why, sizeof(why));
	run(&d, st, model);
	ok(desk_has(&d, "{\"handle\":\"H7\"}"), "the next run resumes");
	desk_says(&d, 0, "{\"serverContent\":{\"modelTurn\":{\"parts\":[{"
	    "\"text\":\"x\"}]}}}");
	ok(desk_has(&d, "\"turn\":2"), "and goes on counting turns");
	finish(&d);
	state_close(st);

	st = state_open(path, &code, why, sizeof(why));
	run(&d, st, "models/gemini-3.1-flash-live-preview");
	ok(!desk_has(&d, "H7"), "another model does not take the handle");
	ok(desk_has(&d, "alpha") && desk_has(&d, "beta"), "but the history");
	finish(&d);
	state_close(st);

	st = state_open(path, &code, why, sizeof(why));
	desk_init(&d, model, BACKEND_GEMINI);
	d.family.handle_s = -1;
	d.cfg.state = st;
	desk_begin(&d);
	desk_live(&d, 0);
	ok(!desk_has(&d, "H7"), "a handle that is too old is not used");
	ok(desk_has(&d, "alpha"), "the history is");
	finish(&d);
	state_close(st);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/state", dir);
	snprintf(lock, sizeof(lock), "%s.lock", path);
	test_file();
	test_resume();
	unlink(path);
	unlink(lock);
	rmdir(dir);
	return tap_done();
}
