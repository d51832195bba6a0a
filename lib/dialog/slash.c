/*
 * Lines at the terminal that begin with a slash.  They become records that
 * could also come from an input; an error in one is reported to the user who
 * typed it, and does no harm.
 */
#include "dialog/inner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/path.h"
#include "dialog/setup.h"
#include "dialog/statefile.h"
#include "base/textfile.h"
#include "dialog/toolset.h"
#include "proto/client.h"
#include "proto/family.h"
#include "proto/payload.h"
#include "stream/stream.h"

enum { NAME_MAX_SHOWN = 20, SYSTEM_MAX = STREAM_HEAD_MAX / 2 };

static const char usage[] = "/system TEXT or @FILE, /voice NAME, /tools FILE, "
    "/image FILE, /save FILE, /quit; a line that is to begin with a slash "
    "begins with two";

static void
begin(struct buf *head, const char *type)
{
	buf_init(head, STREAM_HEAD_MAX);
	stream_head(head, type);
}

/* Gives the session the record that begins with this header; prints done once
 * it is taken.  False if there is no room yet. */
static bool
give(struct dialog *t, struct buf *head, const void *payload, size_t n,
    const char *done)
{
	struct record r = { .payload = payload, .payload_len = n };
	struct json *j;
	bool taken = true;

	stream_tail(head, n);
	j = head->failed ? NULL : json_parse(head->data, head->len, NULL, 0);
	if (j == NULL) {
		done = "it is too large: at most 1 MiB";
	} else {
		r.line = head->data;
		r.line_len = head->len;
		r.head = j;
		r.type = json_get_str(j, "type", "");
		taken = session_record(t->session, loop_now(t->loop), &r, 0);
		if (taken)
			inputs_note(t, &r);
	}
	if (taken && *done != '\0')
		dialog_tell(t, SESSION_WARN, "%s", done);
	json_free(j);
	buf_done(head);
	return taken;
}

/* A file's path with ~ expanded as by a shell, freed by the caller. */
static char *
file(const char *arg)
{
	const char *home = opt_env("HOME");

	if (strncmp(arg, "~/", 2) == 0 && home != NULL)
		return mem_printf("%s%s", home, arg + 1);
	return mem_str(arg);
}

static bool
give_system(struct dialog *t, const char *arg)
{
	char *name = NULL, *words;
	struct buf b;
	int bad = 0, code;
	bool taken = true;

	if (*arg == '@')
		name = file(arg + 1);
	words = name == NULL ? mem_str(arg) : textfile_read(name, SYSTEM_MAX,
	    &bad, &code);
	if (words == NULL) {
		dialog_tell(t, SESSION_WARN, "/system: %.4000s: %s", name,
		    log_reason(errno));
	} else if (bad != 0) {
		dialog_tell(t, SESSION_WARN, "/system: %.4000s: line %d is not "
		    "UTF-8", name, bad);
	} else {
		begin(&b, "context");
		stream_str(&b, "system", words);
		taken = give(t, &b, NULL, 0, "the system instruction is "
		    "another one now");
	}
	free(words);
	free(name);
	return taken;
}

static bool
give_voice(struct dialog *t, const char *arg)
{
	const char *voice = checkmodel_voice(0);
	char text[DIALOG_TEXT];
	struct buf b;
	size_t i;

	for (i = 1; voice != NULL && strcasecmp(voice, arg) != 0; i++)
		voice = checkmodel_voice(i);
	if (voice == NULL) {
		dialog_tell(t, SESSION_WARN, "/voice: no voice is named %.60s; "
		    "gl-session --list-voices names them", arg);
		return true;
	}
	begin(&b, "context");
	stream_str(&b, "voice", voice);
	snprintf(text, sizeof(text), "%s speaks from the next pause on",
	    voice);
	return give(t, &b, NULL, 0, text);
}

/* The tools in a file, in the form of the setup; or NULL, with why. */
static struct json *
tools_of(struct dialog *t, const char *name, char *why, size_t size)
{
	struct toolset set = { .quiet = true };
	struct opt_list none = { .n = 0 }, one = { .n = 1, .v = { name } };
	struct json *head, *tools = NULL;
	char bad[480];

	if (path_folder(name) == 0) {
		snprintf(why, size, "%.4000s: a folder of tools is named at "
		    "the start: gl-session -T", name);
	} else if (toolset_read(&set, &one, &none, why, size) == CODE_OK) {
		tools = setup_tools(set.declared, bad, sizeof(bad));
		head = json_object();
		if (tools != NULL)
			json_set(head, "tools", json_copy(tools));
		if (tools == NULL || !clientcontext_good(
		    t->o->session.family, head, bad, sizeof(bad))) {
			snprintf(why, size, "%.3000s: %s", name, bad);
			json_free(tools);
			tools = NULL;
		}
		json_free(head);
	}
	toolset_done(&set);
	return tools;
}

static bool
give_tools(struct dialog *t, const char *arg)
{
	char *name = file(arg), why[DIALOG_TEXT - 10];
	struct json *tools = tools_of(t, name, why, sizeof(why));
	struct buf b;
	bool taken = true;

	if (tools == NULL) {
		dialog_tell(t, SESSION_WARN, "/tools: %s", why);
	} else {
		begin(&b, "context");
		stream_json(&b, "tools", tools);
		taken = give(t, &b, NULL, 0, "the tools are other ones now");
	}
	json_free(tools);
	free(name);
	return taken;
}

static bool
give_image(struct dialog *t, const char *arg)
{
	char *name = file(arg), *p, why[200];
	const char *mime = NULL;
	struct buf b;
	size_t n = 0;
	bool taken = true;

	p = fd_slurp(name, PROTO_IMAGE_MAX, &n);
	if (p == NULL)
		snprintf(why, sizeof(why), "%s", errno == EFBIG ? "over 7 MiB: "
		    "gl-frames makes it smaller" : log_reason(errno));
	else
		mime = payload_kind(p, n, why, sizeof(why));
	if (mime == NULL) {
		dialog_tell(t, SESSION_WARN, "/image: %.4000s: %s", name, why);
	} else {
		begin(&b, "image");
		stream_str(&b, "mime", mime);
		taken = give(t, &b, p, n, "the model has the picture; what is "
		    "asked next may be about it");
	}
	free(p);
	free(name);
	return taken;
}

static bool
save(struct dialog *t, const char *arg)
{
	char *name = file(arg), why[DIALOG_TEXT - 10];
	struct statefile *st;
	int code;

	st = statefile_open(name, &code, why, sizeof(why));
	if (st == NULL || !statefile_put(st, session_state(t->session), why,
	    sizeof(why)))
		dialog_tell(t, SESSION_WARN, "/save: %s", why);
	else
		dialog_tell(t, SESSION_WARN, "saved: gl-session --state "
		    "%.4000s goes on from here", name);
	statefile_close(st);
	free(name);
	return true;
}

static bool
quit(struct dialog *t, const char *arg)
{
	struct buf b;

	(void)arg;
	begin(&b, "hangup");
	return give(t, &b, NULL, 0, "");
}

static bool
help(struct dialog *t, const char *arg)
{
	(void)arg;
	dialog_tell(t, SESSION_WARN, "%s", usage);
	return true;
}

static const struct slash {
	const char *name, *wants;
	bool (*run)(struct dialog *, const char *arg);
} orders[] = {
	{ "/system", "the instruction, or @FILE", give_system },
	{ "/voice", "a voice", give_voice },
	{ "/tools", "a file of tools", give_tools },
	{ "/image", "a file", give_image },
	{ "/save", "a file", save },
	{ "/quit", NULL, quit },
	{ "/help", NULL, help }
};

static bool
run(struct dialog *t, const char *line, size_t n, const char *arg)
{
	const size_t count = sizeof(orders) / sizeof(*orders);
	size_t i;

	for (i = 0; i < count; i++)
		if (strlen(orders[i].name) == n &&
		    strncmp(orders[i].name, line, n) == 0)
			break;
	if (i < count && (orders[i].wants != NULL) == (*arg != '\0'))
		return orders[i].run(t, arg);
	if (i == count)
		dialog_tell(t, SESSION_WARN, "%.*s: no such command: %s", n <
		    NAME_MAX_SHOWN ? (int)n : NAME_MAX_SHOWN, line, usage);
	else if (orders[i].wants != NULL)
		dialog_tell(t, SESSION_WARN, "%s wants %s", orders[i].name,
		    orders[i].wants);
	else
		dialog_tell(t, SESSION_WARN, "%s takes nothing behind it",
		    orders[i].name);
	return true;
}

/* A line that begins with two slashes is sent with one. */
static bool
unescape(struct dialog *t, const char *line)
{
	struct buf b;
	bool taken;

	begin(&b, "text");
	b.max += 100;		/* a line may be as long as a header */
	stream_str(&b, "text", line);
	taken = give(t, &b, NULL, 0, "");
	if (taken)
		person_line(t->person);
	return taken;
}

bool
slash_line(struct dialog *t, const struct record *r, bool *taken)
{
	const char *line = json_get_str(r->head, "text", "");
	size_t n = strcspn(line, " \t");
	bool asked = person_asked(t->person);
	char *arg;

	if (*line != '/')
		return false;
	if (line[1] == '/') {
		*taken = unescape(t, line + 1);
		return true;
	}
	arg = mem_str(line + n + strspn(line + n, " \t"));
	while (*arg != '\0' && strchr(" \t", arg[strlen(arg) - 1]) != NULL)
		arg[strlen(arg) - 1] = '\0';
	if (asked)
		person_line(t->person);
	*taken = run(t, line, n, arg);
	if (asked && !session_leaving(t->session))
		person_prompt(t->person);
	free(arg);
	return true;
}
