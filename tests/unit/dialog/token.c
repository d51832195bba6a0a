/* A token that came as JSON leaves no copy behind; a program that gives none is
 * named. */
#define _DEFAULT_SOURCE	/* mkdtemp, sbrk */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../tap.h"
#include "base/log.h"
#include "dialog/token.h"
#include "loop/loop.h"

enum { LEN = 96, HEAD = 32 };

static struct loop *loop;
static char dir[] = "/tmp/gl-token-XXXXXX";
static int good, bad;

/* The i-th letter of the secret, which nothing else in this program holds. */
static char
letter(size_t i)
{
	return (char)('a' + (i * 7 + i / 5) % 26);
}

/* How often the secret is in the heap; its front may have been overwritten by
 * the allocator. */
static int
copies(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long from, to;
	const char *p;
	char line[400];
	int found = 0;
	size_t i;

	while (maps != NULL && fgets(line, sizeof(line), maps) != NULL) {
		if (strstr(line, "[heap]") == NULL ||
		    sscanf(line, "%lx-%lx rw", &from, &to) != 2)
			continue;
		for (p = (const char *)from; p + LEN < (const char *)to; p++) {
			for (i = HEAD; i < LEN && p[i] == letter(i); i++)
				;
			found += i == LEN;
		}
	}
	if (maps != NULL)
		fclose(maps);
	return found;
}

/* Whether malloc() takes from what the system calls the heap. */
static bool
heap(void)
{
	uintptr_t end = (uintptr_t)sbrk(0), at;
	char *p = malloc(64);

	at = (uintptr_t)p;
	free(p);
	return at < end && end - at < (uintptr_t)64 << 20;
}

static void
got(void *arg, const struct token_reply *reply)
{
	size_t i;

	(void)arg;
	for (i = 0; i < LEN && reply->secret[i] == letter(i); i++)
		;
	good += i == LEN && reply->secret[i] == '\0';
	bad = copies();
	loop_stop(loop, 0);
}

static char said[300];
static int how;

static void
failed(void *arg, int code, const char *why)
{
	(void)arg;
	how = code;
	snprintf(said, sizeof(said), "%s", why);
	printf("# %d %s\n", code, why);
	loop_stop(loop, 1);
}

/* A command that stalls; what stands behind its first word may be secret. */
static void
test_late(void)
{
	static const struct token_ops ops = { got, failed };
	struct token_opts o = { .fd = -1, .wait_ms = 50,
		.command = "sleep 20 # hush" };
	struct token *token = token_new(loop, &o);

	token_ask(token, &ops, NULL);
	loop_run(loop);
	is_int(how, CODE_TEMPFAIL, "a command that stalls: try again later");
	is_str(said, "--token-cmd: sleep gave no token within 0 s",
	    "it is named, by its first word");
	token_free(token);
}

int
main(void)
{
	static const struct token_ops ops = { got, failed };
	struct token_opts o = { .fd = -1, .program = "cat" };
	const char *words[2] = { NULL, NULL };
	struct token *token;
	char path[100], c;
	size_t i;
	int fd;

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/token", dir);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	is_int(write(fd, "{\"access_token\":\"", 17), 17, "JSON");
	for (i = 0; i < LEN; i++) {
		c = letter(i);
		good += (int)write(fd, &c, 1);
	}
	is_int(write(fd, "\"}\n", 3), 3, "with a token");
	close(fd);
	good = 0;
	words[0] = path;
	o.words = words;
	loop = loop_new();
	token = token_new(loop, &o);
	token_ask(token, &ops, NULL);
	loop_run(loop);
	is_int(good, 1, "the token came whole");
	/* a sanitizer has a heap of its own, which is not looked through */
	if (heap())
		ok(bad > 0, "while it is in use the heap holds it");
	is_int(copies(), 0, "and afterwards nowhere");
	token_free(token);
	is_int(copies(), 0, "nor at the end");
	test_late();
	loop_free(loop);
	unlink(path);
	rmdir(dir);
	return tap_done();
}
