/* The scenario's actions, each a small function unless a call suffices. */
#include <string.h>

#include "emulator/conn.h"
#include "emulator/rules.h"
#include "emulator/turn.h"
#include "base/json.h"
#include "proto/server.h"
#include "stream/stream.h"
#include "emulator/talk.h"

enum { GARBAGE_MAX = 65536, RULES_A_STEP = 16 };

static int
nibble(int c)
{
	const char *digits = "0123456789abcdef";
	const char *p = c ? strchr(digits, c | 0x20) : NULL;

	return p ? (int)(p - digits) : -1;
}

/* Decodes pairs of hexadecimal digits, up to anything else. */
static void
unhex(const char *s, struct buf *b)
{
	for (; s[0] && s[1] && nibble(s[0]) >= 0 && nibble(s[1]) >= 0; s += 2)
		buf_byte(b, nibble(s[0]) << 4 | nibble(s[1]));
}

static void
garbage(struct emulator_conn *c, const struct json *args)
{
	const char *hex = json_get_str(args, "hex", NULL);
	const char *text = json_get_str(args, "text", "\xff\xfe garbage\n");
	struct buf b;

	buf_init(&b, GARBAGE_MAX);
	if (hex)
		unhex(hex, &b);
	else
		buf_str(&b, text);
	emu_conn_fault(c, EMULATOR_GARBAGE, b.data, (int64_t)b.len);
	buf_done(&b);
}

static void
go_away(struct emulator_conn *c, int64_t ms)
{
	c->go_away_at = -1;
	c->end_at = c->e->now + ms;
	proto_server_go_away(ms, &c->e->out);
	emu_conn_send(c, "goAway");
	emu_conn_fire(c, ON_GO_AWAY, NULL, NULL);
}

static void
send_message(struct emulator_conn *c, const struct json *args)
{
	const struct json *m = json_get(args, "message");
	const char *raw = json_get_str(args, "raw", NULL);

	if (m) {
		proto_server_json(m, &c->e->out);
		emu_conn_send(c, "scenario");
	}
	if (raw)
		emu_conn_send_text(c, raw, strlen(raw));
}

/* Cancels the calls in "ids"; without it, the event's call, or all. */
static void
cancel(struct emulator_conn *c, const struct json *args, const char *id)
{
	const struct json *i, *ids = json_get(args, "ids");

	if (json_type(ids) != JSON_ARRAY) {
		emu_turn_cancel(c, json_str(ids) ? NULL : id);
		return;
	}
	for (i = json_first(ids); i; i = json_next(i))
		if (json_str(i))
			emu_turn_cancel(c, json_str(i));
}

static void
interrupt(struct emulator_conn *c)
{
	if (emu_turn_busy(c)) {
		emu_turn_interrupt(c);
		return;
	}
	/* an interruption without a cause */
	proto_server_interrupted(&c->e->out);
	emu_conn_send(c, "interrupted");
}

static void
close_with(struct emulator_conn *c, const struct json *args)
{
	emu_conn_close(c, (int)json_get_int(args, "code", 1011),
	    json_get_str(args, "reason", "Internal error encountered."), NULL);
}

static void
carry_out(struct emulator_conn *c, const struct todo *t)
{
	const struct json *a = t->rule->args;
	int64_t ms = json_get_int(a, "ms", 0);

	switch (t->rule->act) {
	case DO_DROP: emu_conn_fault(c, EMULATOR_DROP, NULL, 0); break;
	case DO_RESET: emu_conn_fault(c, EMULATOR_RESET, NULL, 0); break;
	case DO_HALF_OPEN: emu_conn_fault(c, EMULATOR_HALF_OPEN, NULL,
	    0); break;
	case DO_STALL: emu_conn_fault(c, EMULATOR_STALL, NULL, ms); break;
	case DO_PONG: emu_conn_fault(c, EMULATOR_PONG, NULL, ms); break;
	case DO_SLOW:
		emu_conn_fault(c, EMULATOR_SLOW, NULL,
		    json_get_int(a, "rate", 0));
		break;
	case DO_GARBAGE: garbage(c, a); break;
	case DO_CLOSE: close_with(c, a); break;
	case DO_GO_AWAY: go_away(c, json_get_int(a, "ms", 10000)); break;
	case DO_INVALIDATE: talk_invalidate(c->talk); break;
	case DO_DEAF: c->talk->deaf = true; break;
	case DO_REPEAT: emu_turn_repeat(c); break;
	case DO_SEND: send_message(c, a); break;
	case DO_CANCEL: cancel(c, a, t->id); break;
	case DO_INTERRUPT: interrupt(c); break;
	default:
		if (scenario_answers(t->rule->act))
			emu_turn_rule(c, t->rule);
	}
}

void
emu_rules_run(struct emulator_conn *c)
{
	struct todo *t;
	struct buf *log;
	int n;

	/* rules may trigger each other for ever */
	for (n = 0; n < RULES_A_STEP && emu_conn_alive(c) &&
	    (t = emu_conn_due(c)); n++) {
		if ((log = emu_conn_log(c, "rule"))) {
			stream_str(log, "do", scenario_do_name(t->rule->act));
			stream_int(log, "line", (int64_t)t->rule->line);
			emu_conn_logged(c);
		}
		if (c->talk || t->rule->act <= DO_CLOSE ||
		    t->rule->act == DO_SEND)
			carry_out(c, t);
		emu_conn_todo_free(t);
	}
}
