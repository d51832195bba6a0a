/* A table of servers; the toolbox knows their tools by the server's address. */
#include "tool/servers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tool/decl.h"
#include "base/fd.h"
#include "base/json.h"
#include "tool/mcp.h"
#include "tool/mcptool.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "tool/box.h"
#include "base/words.h"
#include "base/why.h"

enum { CONFIG_MAX = 1 << 20, ENV_MAX = 256, WORDS_MAX = 64,
	LEFT_OUT_MAX = 16 << 10 };

/* Servers requested before all options were known. */
struct wish {
	const char *text;
	bool file;
};

struct servers {
	struct loop *loop;
	struct toolbox *box;
	const struct servers_ops *ops;
	void *arg;
	struct mcp *v[SERVERS_MAX];
	bool listed[SERVERS_MAX];	/* its tools have been listed once */
	char *left_out[SERVERS_MAX];	/* lines reported for its last list */
	size_t n, left;			/* started; not yet gone */
	struct wish wishes[SERVERS_MAX];
	size_t n_wishes;
};

/* A tool of a list is left out: reported unless it was for the list before,
 * whose lines are kept.  Beyond the ceiling of lines nothing is reported. */
static void
leave_out(struct servers *s, const struct mcp *m, const char *known,
    struct buf *lines, const char *tool, const char *why)
{
	char text[512], line[520];

	snprintf(text, sizeof(text), "MCP server %.80s: tool %.80s left out: "
	    "%s", mcp_name(m), tool, why);
	snprintf(line, sizeof(line), "\n%s\n", text);
	if (buf_str(lines, line) == 0 &&
	    (known == NULL || strstr(known, line) == NULL))
		s->ops->told(s->arg, 0, text);
}

static void
on_tools(void *arg, struct mcp *m, const struct json *list)
{
	struct servers *s = arg;
	const struct json *i;
	char why[256];
	struct buf lines;
	struct decl d;
	size_t at;
	bool first;

	for (at = 0; s->v[at] != m; at++)
		;
	buf_init(&lines, LEFT_OUT_MAX);
	box_remove(s->box, m);
	for (i = json_first(list); i != NULL; i = json_next(i)) {
		if (mcptool_declare(&d, i, why, sizeof(why)) == 0) {
			box_add(s->box, &d, mcp_name(m), at, m,
			    json_get_str(i, "name", ""));
			continue;
		}
		leave_out(s, m, s->left_out[at], &lines,
		    json_get_str(i, "name", "?"), why);
	}
	box_settle(s->box);
	free(s->left_out[at]);
	s->left_out[at] = buf_take(&lines, NULL);
	first = !s->listed[at];
	s->listed[at] = true;
	s->ops->listed(s->arg, first && servers_ready(s));
}

static void
on_result(void *arg, void *call, struct mcptool_result *r)
{
	struct servers *s = arg;

	s->ops->result(s->arg, call, r);
}

static void
on_told(void *arg, struct mcp *m, enum mcp_level level, const char *text)
{
	struct servers *s = arg;

	(void)m;
	s->ops->told(s->arg, level == MCP_GONE ? -1 :
	    level == MCP_TROUBLE ? 0 : 1, text);
}

static void
on_stopped(void *arg, struct mcp *m)
{
	struct servers *s = arg;
	size_t i;

	for (i = 0; s->v[i] != m; i++)
		;
	s->v[i] = NULL;
	if (--s->left == 0)
		s->ops->stopped(s->arg);
}

static const struct mcp_ops mcp_ops = {
	on_tools, on_result, on_told, on_stopped
};

struct servers *
servers_new(struct loop *loop, struct toolbox *box,
    const struct servers_ops *ops, void *arg)
{
	struct servers *s = mem_alloc(sizeof(*s));

	s->loop = loop;
	s->box = box;
	s->ops = ops;
	s->arg = arg;
	return s;
}

void
servers_free(struct servers *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		free(s->left_out[i]);
	free(s);
}

static int
add(struct servers *s, const struct mcp_opts *o, char *why, size_t size)
{
	if (s->n == SERVERS_MAX)
		return why_say(-1, why, size, "more than %d MCP servers",
		    SERVERS_MAX);
	s->v[s->n++] = mcp_start(s->loop, o, &mcp_ops, s);
	s->left++;
	return 0;
}

/* Makes a name from a command: a first word that only starts other programs is
 * skipped, and so are options; "npx -y @a/server-b ." is server-b. */
static void
name_of(char *const *argv, char name[DECL_NAME_MAX + 1])
{
	static const char *const starters[] = { "npx", "node", "bunx", "bun",
	    "deno", "python", "python3", "uv", "uvx", "pipx", "docker",
	    "podman", "run", "exec", "env", "sh", NULL };
	const char *word = argv[0], *slash;
	char plain[DECL_NAME_MAX + 1];
	int i, k;

	for (i = 0; argv[i] != NULL; i++) {
		word = argv[i][0] == '-' ? word : argv[i];
		slash = strrchr(word, '/');
		word = slash != NULL && slash[1] != '\0' ? slash + 1 : word;
		for (k = 0; starters[k] != NULL; k++)
			if (strcmp(starters[k], word) == 0)
				break;
		if (starters[k] == NULL && argv[i][0] != '-')
			break;
	}
	snprintf(plain, sizeof(plain), "%.*s", (int)strcspn(word, "."), word);
	decl_name_mend(plain[0] ? plain : word, name);
}

static int
command_server(struct servers *s, const struct servers_opts *o,
    const char *command, char *why, size_t size)
{
	char **argv = words_split(command, WORDS_MAX);
	char name[DECL_NAME_MAX + 1];
	struct mcp_opts m = { .name = name, .env = o->env, .loud = o->loud,
	    .sandbox = o->sandbox };
	int r;

	errno = 0;
	if (argv == NULL)
		return why_say(-1, why, size, "%.80s: not a command (an open "
		    "quote, or over %d words)", command, WORDS_MAX);
	name_of(argv, name);
	m.argv = (const char *const *)(void *)argv;
	r = add(s, &m, why, size);
	free(argv);
	return r;
}

/* Whether one of n "NAME=value" strings has this one's name. */
static bool
has(char *const *made, size_t n, const char *pair)
{
	size_t len = strcspn(pair, "=") + 1;

	while (n > 0)
		if (strncmp(made[--n], pair, len) == 0)
			return true;
	return false;
}

/* One member of mcpServers; strings made for its environment go to `made`. */
static int
config_one(struct servers *s, const struct servers_opts *o,
    const struct json *j, char *made[ENV_MAX], char *why, size_t size)
{
	const char *argv[WORDS_MAX + 1], *env[ENV_MAX * 2 + 1];
	struct mcp_opts m = { .name = json_key(j), .argv = argv, .env = env,
	    .loud = o->loud, .sandbox = o->sandbox,
	    .dir = json_get_str(j, "cwd", NULL) };
	const struct json *i;
	size_t n = 0, e = 0, own = 0;

	argv[n++] = json_get_str(j, "command", NULL);
	if (argv[0] == NULL)
		return why_say(-1, why, size, "mcpServers.%.80s has no "
		    "\"command\" (only servers over stdio can be used)",
		    m.name);
	for (i = json_first(json_get(j, "args")); i != NULL; i = json_next(i))
		if (json_str(i) != NULL && n < WORDS_MAX)
			argv[n++] = json_str(i);
	argv[n] = NULL;
	for (i = json_first(json_get(j, "env")); i != NULL; i = json_next(i))
		if (json_str(i) != NULL && own < ENV_MAX)
			env[e++] = made[own++] = mem_printf("%s=%s",
			    json_key(i), json_str(i));
	for (n = 0; n < ENV_MAX && o->env[n] != NULL; n++)
		if (!has(made, own, o->env[n]))
			env[e++] = o->env[n];
	env[e] = NULL;
	return add(s, &m, why, size);
}

/* errno is 0 unless reading failed. */
static int
file_servers(struct servers *s, const struct servers_opts *o,
    const char *file, char *why, size_t size)
{
	char *text, *made[ENV_MAX] = { NULL };
	const struct json *i;
	struct json *j;
	size_t n;
	int r = 0;

	text = fd_slurp(file, CONFIG_MAX, &n);
	if (text == NULL)
		return why_say(-1, why, size, "%s", log_reason(errno));
	errno = 0;
	if (path_foreign(file)) {
		snprintf(why, size, "another user can write to it, and it "
		    "names commands that are run: chmod go-w, chown");
		free(text);
		return -1;
	}
	j = json_parse(text, n, why, size);
	free(text);
	if (j == NULL)
		return -1;
	if (json_type(json_get(j, "mcpServers")) != JSON_OBJECT) {
		snprintf(why, size, "no object \"mcpServers\" in it");
		r = -1;
	}
	i = json_first(json_get(j, "mcpServers"));
	for (; i != NULL && r == 0; i = json_next(i)) {
		r = config_one(s, o, i, made, why, size);
		for (n = 0; n < ENV_MAX; n++) {
			free(made[n]);
			made[n] = NULL;
		}
	}
	json_free(j);
	errno = 0;
	return r;
}

int
servers_wish(struct servers *s, const char *text, bool file)
{
	if (s->n_wishes == SERVERS_MAX)
		return -1;
	s->wishes[s->n_wishes].text = text;
	s->wishes[s->n_wishes++].file = file;
	return 0;
}

enum exit_code
servers_start(struct servers *s, const struct servers_opts *o, char *why,
    size_t size)
{
	const struct wish *w;
	char text[256];
	int r;

	for (w = s->wishes; w < s->wishes + s->n_wishes; w++) {
		r = w->file ? file_servers(s, o, w->text, text, sizeof(text)) :
		    command_server(s, o, w->text, text, sizeof(text));
		if (r == 0)
			continue;
		snprintf(why, size, "%s: %s", w->file ? w->text : "--mcp",
		    text);
		return !w->file ? CODE_USAGE : errno != 0 ? CODE_NOINPUT :
		    CODE_CONFIG;
	}
	return CODE_OK;
}

bool
servers_ready(const struct servers *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (!s->listed[i])
			return false;
	return true;
}

size_t
servers_count(const struct servers *s)
{
	return s->left;
}

size_t
servers_groups(const struct servers *s, pid_t *groups)
{
	size_t i, n = 0;

	for (i = 0; i < s->n; i++)
		if (s->v[i] != NULL && mcp_group(s->v[i]) > 0)
			groups[n++] = mcp_group(s->v[i]);
	return n;
}

void
servers_stop(struct servers *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->v[i] != NULL)
			mcp_stop(s->v[i]);
}
