/*
 * Times are stream times, so that a file read fast is shown just as fast.
 */
#include "mic/panel.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "mic/meter.h"

enum { DRAW_MS = 100, SENT_MS = 2000, ROW = 160 };

enum panel_word { SAID_NOTHING, SAID_RECORDING, SAID_SENDING, SAID_SENT };

struct panel {
	struct loop *loop;
	bool level, key;
	struct meter meter;
	int64_t next;		/* when it is drawn again */
	enum panel_word said;
	int64_t start, end;	/* of the last activity */
	int64_t until;		/* how long "sent" remains visible */
};

static void
on_stop(void *arg, int signo)
{
	struct panel *p = arg;

	log_status(NULL);
	loop_default(p->loop, signo);
}

struct panel *
panel_new(struct loop *loop, int rate, bool level, bool key)
{
	struct panel *p;

	key = key && log_level() >= 0;
	if (!isatty(2) || (!level && !key))
		return NULL;
	p = mem_alloc(sizeof(*p));
	p->loop = loop;
	p->level = level;
	p->key = key;
	meter_init(&p->meter, rate);
	loop_signal(loop, SIGTSTP, on_stop, p);
	return p;
}

void
panel_free(struct panel *p)
{
	if (p == NULL)
		return;
	log_status(NULL);
	loop_signal(p->loop, SIGTSTP, NULL, NULL);
	free(p);
}

void
panel_activity(struct panel *p, int64_t t, bool start)
{
	if (p == NULL || !p->key)
		return;
	if (start)
		p->start = t;
	else
		p->end = t;
	p->said = start ? SAID_RECORDING : SAID_SENDING;
	p->next = t;
}

static int
word(const struct panel *p, int64_t t, char *text, size_t size)
{
	static const char *const words[] = { "", "recording", "sending",
	    "sent" };
	int64_t end = p->said == SAID_RECORDING ? t : p->end;

	if (p->said == SAID_NOTHING) {
		text[0] = '\0';
		return 0;
	}
	return snprintf(text, size, "%s %.1f s", words[p->said],
	    (double)(end > p->start ? end - p->start : 0) / 1000);
}

static void
draw(struct panel *p, int64_t t)
{
	char text[ROW];
	int n = word(p, t, text, sizeof(text));

	if (p->level) {
		if (n > 0)
			text[n++] = ' ';
		meter_line(&p->meter, fd_columns(2) - 1 - n, text + n,
		    sizeof(text) - (size_t)n);
	}
	log_status(text[0] != '\0' ? text : NULL);
}

void
panel_frame(struct panel *p, int64_t t, const int16_t *pcm, int n, bool sent)
{
	if (p == NULL)
		return;
	if (p->level)
		meter_add(&p->meter, pcm, n);
	if (p->said == SAID_SENDING && sent) {
		p->said = SAID_SENT;
		p->until = t + SENT_MS;
		p->next = t;
	} else if (p->said == SAID_SENT && t >= p->until) {
		p->said = SAID_NOTHING;
		p->next = t;
	}
	if (t < p->next)
		return;
	p->next = t + DRAW_MS;
	draw(p, t);
}
