/* Delayed answers are in a list until they are due or their connection has
 * gone. */
#include <stdlib.h>

#include "base/clock.h"
#include "emulator/host/web.h"
#include "net/httpd.h"
#include "loop/loop.h"
#include "base/mem.h"

struct held {
	struct emuweb *web;
	struct httpd *httpd;
	struct timer timer;
	struct signin_answer answer;
	struct held *next;
};

struct emuweb {
	struct loop *loop;
	struct emuauth *auth;
	struct held *held;
};

struct emuweb *
web_new(struct loop *loop, const char *settings, size_t n, char *why,
    size_t size)
{
	struct emuauth *auth = signin_new(settings, n, why, size);
	struct emuweb *w;

	if (!auth)
		return NULL;
	w = mem_alloc(sizeof(*w));
	w->loop = loop;
	w->auth = auth;
	return w;
}

static void
drop(struct held **at)
{
	struct held *h = *at;

	*at = h->next;
	loop_untimer(h->web->loop, &h->timer);
	buf_done(&h->answer.body);
	free(h);
}

void
web_free(struct emuweb *w)
{
	if (!w)
		return;
	while (w->held)
		drop(&w->held);
	signin_free(w->auth);
	free(w);
}

void
web_forget(struct emuweb *w, struct httpd *d)
{
	struct held **at = &w->held;

	while (*at && (*at)->httpd != d)
		at = &(*at)->next;
	if (*at)
		drop(at);
}

static void
answer(struct httpd *d, const struct signin_answer *a)
{
	const char *lines[sizeof(a->lines) / sizeof(a->lines[0]) + 1];
	size_t i, n = 0;

	for (i = 0; i + 1 < sizeof(lines) / sizeof(lines[0]); i++)
		if (a->lines[i][0])
			lines[n++] = a->lines[i];
	lines[n] = NULL;
	httpd_answer(d, a->status, a->type, lines,
	    a->body.data ? a->body.data : "", a->body.len);
}

static void
due(void *arg)
{
	struct held *h = arg;
	struct httpd *d = h->httpd;

	answer(d, &h->answer);
	web_forget(h->web, d);
}

static void
hold(struct emuweb *w, struct httpd *d, const struct signin_answer *a)
{
	struct held *h = mem_alloc(sizeof(*h));

	h->web = w;
	h->httpd = d;
	h->answer = *a;
	h->timer.fire = due;
	h->timer.arg = h;
	h->next = w->held;
	w->held = h;
	loop_timer(w->loop, &h->timer, loop_now(w->loop) + a->delay_ms);
}

enum signin_manner
web_request(struct emuweb *w, struct httpd *d, const struct httphead *head,
    const char *body, size_t n)
{
	struct signin_answer a;

	signin_answer(w->auth, head, body, n, clock_wall(), &a);
	if (a.manner == EMUAUTH_ANSWER && a.delay_ms > 0) {
		hold(w, d, &a);
		return EMUAUTH_ANSWER;
	}
	if (a.manner == EMUAUTH_ANSWER)
		answer(d, &a);
	buf_done(&a.body);
	return a.manner;
}

bool
web_token_use(const struct emuweb *w, const char *token)
{
	return signin_use(w->auth, token, clock_wall());
}

bool
web_token(const struct emuweb *w, const char *token)
{
	return signin_token(w->auth, token, clock_wall());
}
