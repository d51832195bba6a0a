/* What the user should know about a plan before it is tried. */
#include "dialog/notice.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/opt.h"
#include "dialog/plan.h"

enum {
	LINE = 4096 + 400		/* with a file's name in it */
};

/* Warns of a model that is, or soon will be, shut down. */
static void
gone(const struct plan *p, notice_tell *tell)
{
	const char *day = checkmodel_gone(p->where.model);
	time_t now = time(NULL);
	struct tm tm;
	char today[16], text[LINE];

	if (!day || opt_env("GL_EMULATOR_HOST") || !gmtime_r(&now, &tm) ||
	    strftime(today, sizeof(today), "%Y-%m-%d", &tm) == 0)
		return;
	snprintf(text, sizeof(text), "%s %s shut down on %s: "
	    "-m gemini-3.8-live stays", p->where.model,
	    strcmp(today, day) < 0 ? "will be" : "was", day);
	tell(SESSION_WARN, text);
}

/* Lists what JSON Schema can say and this model's schemas cannot, one line per
 * tool. */
static void
laxer(const struct plan *p, notice_tell *tell)
{
	const char *line = p->laxer, *end;
	char text[LINE];

	for (; line && (end = strchr(line, '\n')) != NULL; line = end + 1) {
		snprintf(text, sizeof(text), "left out of the schema of tool "
		    "%.*s", (int)(end - line), line);
		tell(SESSION_WARN, text);
	}
}

void
notice_plan(const struct plan *p, enum backend backend, notice_tell *tell)
{
	const struct token_opts *t = &p->token;
	char text[LINE];

	snprintf(text, sizeof(text), "model %s (%s, family %s)",
	    p->where.model, family_backend_name(backend),
	    family_name(&p->family));
	tell(SESSION_INFO, text);
	snprintf(text, sizeof(text), "credentials: %s%s", t->file ?
	    "key file " : t->command ? "--token-cmd" : t->fd != -1 ?
	    "--token-fd" : p->gl_auth ? "token by gl-auth" : !t->key ? "none" :
	    opt_env("GOOGLE_API_KEY") ? "GOOGLE_API_KEY" : "GEMINI_API_KEY",
	    t->file ? t->file : "");
	tell(SESSION_INFO, text);
	gone(p, tell);
	laxer(p, tell);
}
