/*
 * The prompt is shown whenever it is the user's turn.
 */
#include "dialog/person.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "loop/prompt.h"

enum {
	SILENCE_MS = 10000	/* without an answer, then the prompt returns */
};

struct person {
	struct loop *loop;
	struct person_opts o;
	char model[200];
	void (*tell)(void *arg, const char *text);
	void *arg;
	struct prompt *prompt;
	struct timer silence;
	bool connected;
};

static void
draw(void *arg, int columns, struct buf *out)
{
	(void)arg;
	(void)columns;
	buf_str(out, "> ");
}

static void
on_silence(void *arg)
{
	person_prompt(arg);
}

struct person *
person_new(struct loop *loop, const struct person_opts *o,
    const struct json *setup, void (*tell)(void *, const char *), void *arg)
{
	const char *model = json_get_str(setup, "model", "the service");
	struct person *p;

	if (!o->lines && o->prompt == -1)
		return NULL;
	p = mem_alloc(sizeof(*p));
	p->loop = loop;
	p->o = *o;
	if (strrchr(model, '/') != NULL)
		model = strrchr(model, '/') + 1;
	snprintf(p->model, sizeof(p->model), "%s", model);
	p->tell = tell;
	p->arg = arg;
	p->silence.fire = on_silence;
	p->silence.arg = p;
	if (o->prompt != -1)
		p->prompt = prompt_new(loop, o->prompt, draw, p);
	return p;
}

void
person_free(struct person *p)
{
	if (p == NULL)
		return;
	loop_untimer(p->loop, &p->silence);
	prompt_free(p->prompt);
	free(p);
}

void
person_prompt(struct person *p)
{
	if (p == NULL || p->prompt == NULL || !p->connected)
		return;
	loop_untimer(p->loop, &p->silence);
	prompt_show(p->prompt);
}

bool
person_asked(const struct person *p)
{
	return p != NULL && p->prompt != NULL && prompt_shown(p->prompt);
}

void
person_line(struct person *p)
{
	if (p == NULL || p->prompt == NULL)
		return;
	prompt_answered(p->prompt);
	loop_timer(p->loop, &p->silence, loop_now(p->loop) + SILENCE_MS);
}

void
person_blank(struct person *p)
{
	bool idle;

	if (p == NULL || p->prompt == NULL)
		return;
	idle = prompt_shown(p->prompt);
	prompt_answered(p->prompt);
	if (idle)
		person_prompt(p);
}

static void
on_ready(struct person *p)
{
	struct buf b;

	if (p->connected)
		return;
	p->connected = true;
	buf_init(&b, 4096);
	buf_printf(&b, "connected to %s; %s ends it", p->model,
	    p->prompt != NULL ? "Ctrl-D" : "Ctrl-C");
	if (p->o.lines)
		p->tell(p->arg, b.data);
	buf_done(&b);
	person_prompt(p);
}

/* The model sends output: the prompt waits for its end. */
static void
on_answer(struct person *p)
{
	if (p->prompt != NULL && p->silence.armed)
		loop_timer(p->loop, &p->silence, loop_now(p->loop) +
		    SILENCE_MS);
}

static void
length(struct buf *b, int64_t s)
{
	if (s >= 3600)
		buf_printf(b, "%" PRId64 " h ", s / 3600);
	if (s >= 60)
		buf_printf(b, "%d min ", (int)(s / 60 % 60));
	buf_printf(b, "%d s", (int)(s % 60));
}

static void
on_end(struct person *p, const struct json *end)
{
	const struct json *all = json_get(end, "totals");
	int64_t late = json_get_int(json_get(end, "latency"), "p50_ms", -1);
	int64_t turns = json_get_int(all, "turns", 0);
	struct buf b;

	if (p->prompt != NULL)
		prompt_hide(p->prompt);
	loop_untimer(p->loop, &p->silence);
	if (!p->o.lines || !p->connected)
		return;
	buf_init(&b, 4096);
	length(&b, (json_get_int(all, "ms", 0) + 500) / 1000);
	buf_printf(&b, ", %" PRId64 " turn%s, %" PRId64 " tokens", turns,
	    turns == 1 ? "" : "s", json_get_int(json_get(all, "tokens"),
	    "total", 0));
	if (late >= 0)
		buf_printf(&b, ", answers after %" PRId64 " ms (median)",
		    late);
	p->tell(p->arg, b.data);
	buf_done(&b);
}

void
person_record(struct person *p, const char *type, const char *head, size_t n)
{
	struct json *end;

	if (p == NULL)
		return;
	if (strcmp(type, "ready") == 0) {
		on_ready(p);
	} else if (strcmp(type, "audio") == 0 || strcmp(type, "text") == 0 ||
	    strcmp(type, "tool_call") == 0) {
		on_answer(p);
	} else if (strcmp(type, "turn_complete") == 0) {
		person_prompt(p);
	} else if (strcmp(type, "end") == 0) {
		end = json_parse(head, n, NULL, 0);
		on_end(p, end);
		json_free(end);
	}
}
