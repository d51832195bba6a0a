/* recording: limits, names, what is left out, files that broke off. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../tap.h"
#include "base/fd.h"
#include "base/log.h"
#include "dialog/recording.h"
#include "loop/loop.h"

static char why[300];
static int64_t cut;

static void
idle(void *arg)
{
	struct loop *loop = ((void **)arg)[0];
	struct recording *r = ((void **)arg)[1];
	struct timer *t = ((void **)arg)[2];

	if (recording_fate(r).idle)
		loop_stop(loop, 0);
	else
		loop_timer(loop, t, loop_now(loop) + 1);
}

/* Lets the loop write what is queued. */
static void
write_out(struct loop *loop, struct recording *r)
{
	void *arg[3] = { loop, r, NULL };
	struct timer t = { .fire = idle, .arg = arg };

	arg[2] = &t;
	loop_timer(loop, &t, loop_now(loop));
	loop_run(loop);
	loop_untimer(loop, &t);
}

static void
record(struct recording *r, const char *type, int64_t now)
{
	char head[100];
	int n = snprintf(head, sizeof(head), "{\"type\":\"%s\"}\n", type);

	recording_record(r, type, head, (size_t)n, NULL, 0, now);
}

static const char *
content(const char *path)
{
	static char *text;

	free(text);
	text = fd_slurp(path, 1 << 20, NULL);
	return text != NULL ? text : "(none)";
}

static void
limits(void)
{
	static const char *const bad[] = { "", "0", "5", "0s", "k", "5x",
	    "5kk", "-5M", "1.5h", "99999999999999999999G", " 5M" };
	int64_t bytes = -1, ms = -1;
	size_t i;

	ok(recording_limit("100M", &bytes, &ms) == 0 && bytes == 100 << 20 &&
	    ms == 0, "100M");
	ok(recording_limit("1h", &bytes, &ms) == 0 && bytes == 0 &&
	    ms == 3600000, "1h");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(recording_limit(bad[i], &bytes, &ms) == -1, "refused");
}

static void
files(struct loop *loop)
{
	static const char start[] = "{\"gl\":1,\"type\":\"start\"}\n";
	struct recording_opts o = { .path = "a.gl", .what = RECORDING_WORDS,
	    .max_bytes = 30 };
	struct recording *r = recording_open(loop, &o, NULL, NULL, 0, &cut,
	    why, sizeof(why));
	FILE *f;

	ok(r != NULL && cut == 0, "a new file");
	recording_start(r, start, strlen(start));
	record(r, "audio", 1);
	record(r, "tool_call", 2);
	record(r, "resumption", 3);
	record(r, "raw", 4);
	record(r, "text", 5);
	record(r, "turn_complete", 6);
	record(r, "text", 7);
	write_out(loop, r);
	is_str(content("a.gl"), "{\"gl\":1,\"type\":\"start\"}\n"
	    "{\"type\":\"text\"}\n{\"type\":\"turn_complete\"}\n",
	    "words alone, whole turns");
	is_str(content("a.2.gl"), "{\"gl\":1,\"type\":\"start\"}\n"
	    "{\"type\":\"text\"}\n", "the next file begins as a stream");
	ok(recording_fate(r).error == 0 && !recording_fate(r).lost, "all is there");
	recording_close(r);

	f = fopen("a.2.gl", "a");
	fputs("{\"type\":\"audio\",\"bytes\":10}\n12345", f);
	fclose(f);
	r = recording_open(loop, &o, NULL, NULL, 0, &cut, why,
	    sizeof(why));
	ok(r != NULL && cut == 33, "what is not whole is taken off the newest");
	recording_close(r);
	o.path = "no/such.gl";
	ok(recording_open(loop, &o, NULL, NULL, 0, &cut, why,
	    sizeof(why)) == NULL,
	    "a folder that is missing");
	is_str(why, "no/such.gl: No such file or directory", "... by name");
	f = fopen("b.gl", "w");
	fputs("not a stream\n", f);
	fclose(f);
	o.path = "b.gl";
	ok(recording_open(loop, &o, NULL, NULL, 0, &cut, why,
	    sizeof(why)) == NULL,
	    "another file is left alone");
	is_str(content("b.gl"), "not a stream\n", "... as it is");
	(void)!symlink("b.gl", "c.gl");
	o.path = "c.gl";
	ok(recording_open(loop, &o, NULL, NULL, 0, &cut, why,
	    sizeof(why)) == NULL,
	    "and a link is not followed");
}

int
main(void)
{
	char dir[] = "/tmp/gl-recording.XXXXXX";
	struct loop *loop;

	log_init("recording");
	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 1;
	loop = loop_new();
	limits();
	files(loop);
	loop_free(loop);
	unlink("a.gl");
	unlink("a.2.gl");
	unlink("b.gl");
	unlink("c.gl");
	(void)!chdir("/");
	rmdir(dir);
	return tap_done();
}
