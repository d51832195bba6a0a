/* Each record carries the number of its turn; an answer that carries a number
 * is checked against it. */
#include "emulator/brain.h"
#include "emulator/conn.h"
#include "proto/server.h"
#include "stream/stream.h"
#include "emulator/talk.h"

static struct buf *
start(struct emulator_conn *c, const char *type)
{
	struct emulator *e = c->e;

	if (e->opt.brain != EMULATOR_PROGRAM || !e->watch.brain || !c->talk)
		return NULL;
	buf_clear(&e->line);
	stream_head(&e->line, type);
	stream_int(&e->line, "t", e->now);
	stream_int(&e->line, "turn", c->talk->now.turns + 1);
	return &e->line;
}

static void
finish(struct emulator_conn *c, const void *p, size_t n)
{
	struct emulator *e = c->e;

	stream_tail(&e->line, n);
	e->watch.brain(e->arg, c->talk->id, e->line.data, e->line.len, p, n);
}

void
emu_brain_audio(struct emulator_conn *c, int rate, const void *pcm, size_t n)
{
	struct buf *b = n > 0 ? start(c, "audio") : NULL;

	if (!b)
		return;
	stream_int(b, "rate", rate);
	finish(c, pcm, n);
}

void
emu_brain_activity(struct emulator_conn *c, bool begins)
{
	struct buf *b = start(c, "activity");

	if (!b)
		return;
	stream_str(b, "state", begins ? "start" : "end");
	finish(c, NULL, 0);
}

void
emu_brain_text(struct emulator_conn *c, const char *text, size_t n)
{
	struct buf *b = start(c, "text");

	if (!b)
		return;
	stream_strn(b, "text", text, n);
	finish(c, NULL, 0);
}

void
emu_brain_image(struct emulator_conn *c, const char *mime, const void *p,
    size_t n)
{
	struct buf *b = n > 0 ? start(c, "image") : NULL;

	if (!b)
		return;
	stream_str(b, "mime", mime ? mime : "");
	finish(c, p, n);
}

void
emu_brain_response(struct emulator_conn *c, const struct client_event *ev,
    const struct json *response)
{
	struct buf *b = start(c, "tool_response");

	if (!b)
		return;
	if (ev->id)
		stream_str(b, "id", ev->id);
	if (ev->name)
		stream_str(b, "name", ev->name);
	if (response)
		stream_json(b, "response", response);
	finish(c, NULL, 0);
}

void
emu_brain_interrupted(struct emulator_conn *c)
{
	if (start(c, "interrupted"))
		finish(c, NULL, 0);
}
