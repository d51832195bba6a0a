/*
 * Ten hours of conversation in virtual time: the session and the emulator in
 * one process, joined by a network with faults.  The user's sound is a counter
 * that the emulator hears and says back; texts and tool answers are numbered.
 * At the end everything must have arrived, and what did not must have been
 * reported.
 */
#if defined(__GLIBC__) || defined(__linux__)
#include <malloc.h>
#endif
#include <stdlib.h>
#include <string.h>

#include "../../tap.h"
#include "base/buf.h"
#include "emulator/emulator.h"
#include "proto/family.h"
#include "base/json.h"
#include "base/mem.h"
#include "sound/pcm.h"
#include "session/session.h"
#include "stream/stream.h"

enum {
	RATE = 24000, FRAME_MS = 20, FRAME = RATE / 1000 * FRAME_MS,
	FRAMES_MAX = 1 << 20, TEXTS_MAX = 4096, NETS_MAX = 4096,
	ONE_WAY_MS = 15, HOUR = 3600000, ANSWERS = 8
};

enum kind { EV_DIAL, EV_UP, EV_UP_CLOSE, EV_OPEN, EV_REFUSED, EV_DOWN,
	EV_DOWN_CLOSE, EV_GONE };

struct net {
	struct world *w;
	int slot;
	struct emulator_conn *conn;
	bool near, far;		/* each side still has it */
	bool dead;		/* nothing passes any more */
	int64_t up, down;	/* when the last message arrives */
};

struct event {
	int64_t at;
	uint64_t seq;
	enum kind kind;
	struct net *net;
	char *p;
	size_t n;
	int code;
};

struct world {
	struct session *s;
	struct emulator *e;
	struct family family;
	struct stream_reader *reader;
	int64_t now, until;
	uint64_t random, seq;
	struct event heap[1 << 14];
	size_t count;
	struct net *nets[NETS_MAX], *slot[2];
	size_t nets_count;
	bool transparent, no_resume;

	/* the user */
	int64_t next_act, next_frame, next_fault, retry_at;
	int speech, quiet;	/* frames left */
	uint32_t frame;		/* number of the next */
	int text;		/* number of the next */
	bool waiting;		/* it was refused */
	int refuse;		/* dials that will be */
	char *answer[ANSWERS];	/* of tools, due at answer_at */
	int64_t answer_at[ANSWERS];

	/* what became of it */
	unsigned char *heard, *said;
	int64_t *sent_at;
	unsigned char done[TEXTS_MAX], cut[TEXTS_MAX], tool[TEXTS_MAX];
	unsigned char answered[TEXTS_MAX], got[TEXTS_MAX];
	struct buf words;	/* the model's, of this turn */
	uint32_t run[1 << 14];	/* frames of this turn */
	size_t run_count;
	bool was_cut;
	int turn;
	int64_t lost_ms, resent_ms, faults, rotations, resumed, fresh;
	int64_t gaps, gap_max;
	long order_bad, said_twice, calls, answers;
	int exit;
};

static uint64_t
draw(struct world *w, uint64_t n)
{
	uint64_t x = w->random += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return (x ^ x >> 31) % n;
}

static bool
before(const struct event *a, const struct event *b)
{
	return a->at < b->at || (a->at == b->at && a->seq < b->seq);
}

static void
push(struct world *w, struct event ev)
{
	size_t i = w->count++;

	if (w->count >= sizeof(w->heap) / sizeof(w->heap[0]))
		abort();
	ev.seq = w->seq++;
	while (i > 0 && before(&ev, &w->heap[(i - 1) / 2])) {
		w->heap[i] = w->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	w->heap[i] = ev;
}

static struct event
pop(struct world *w)
{
	struct event top = w->heap[0], last = w->heap[--w->count];
	size_t i = 0, c;

	while ((c = 2 * i + 1) < w->count) {
		if (c + 1 < w->count && before(&w->heap[c + 1], &w->heap[c]))
			c++;
		if (!before(&w->heap[c], &last))
			break;
		w->heap[i] = w->heap[c];
		i = c;
	}
	w->heap[i] = last;
	return top;
}

/* Something on its way, in order. */
static void
carry(struct net *n, enum kind kind, const void *p, size_t len, int code)
{
	bool up = kind <= EV_UP_CLOSE;
	int64_t *last = up ? &n->up : &n->down;

	if (*last < n->w->now + ONE_WAY_MS)
		*last = n->w->now + ONE_WAY_MS;
	push(n->w, (struct event){ .at = *last, .kind = kind, .net = n,
	    .p = p != NULL ? mem_copy(p, len) : NULL, .n = len,
	    .code = code });
}

/* The emulator's side. */
static void
on_send(void *arg, const void *p, size_t n, bool text)
{
	(void)text;
	carry(arg, EV_DOWN, p, n, 0);
}

static void
on_close(void *arg, int code, const char *reason)
{
	struct net *n = arg;

	carry(n, EV_DOWN_CLOSE, reason, strlen(reason), code ? code : 1005);
	push(n->w, (struct event){ .at = n->w->now, .kind = EV_GONE,
	    .net = n });
}

static const struct emulator_ops emulator_ops = { on_send, on_close, NULL,
	NULL };

static void
on_heard(void *arg, unsigned talk, int rate, const void *pcm, size_t n)
{
	struct world *w = arg;
	const unsigned char *p = pcm;
	uint32_t f;

	(void)talk;
	if (rate != RATE || n != FRAME * 2 || pcm_get(p) != 32000)
		return;
	f = (uint32_t)(pcm_get(p + 2) + (pcm_get(p + 4) << 12));
	if (f < FRAMES_MAX && w->heard[f] < 255)
		w->heard[f]++;
}

/* What it got of texts and tool answers, from its log. */
static void
on_line(void *arg, const char *p, size_t n)
{
	struct world *w = arg;
	const char *at;
	int k;

	(void)n;
	if (strstr(p, "\"received\"") == NULL)
		return;
	for (at = p; (at = strstr(at, "answer number ")) != NULL; at++) {
		k = (int)strtol(at + 14, NULL, 10);
		if (k > 0 && k < TEXTS_MAX && w->got[k] < 255)
			w->got[k]++;
	}
}

/* The session's side. */
static void
on_dial(void *arg, int slot)
{
	struct world *w = arg;
	struct net *n = mem_alloc(sizeof(*n));

	if (w->nets_count == NETS_MAX)
		abort();
	w->nets[w->nets_count++] = n;
	n->w = w;
	n->slot = slot;
	n->near = true;
	w->slot[slot] = n;
	n->up = w->now + 5 * ONE_WAY_MS;	/* TCP, TLS, then this */
	carry(n, EV_DIAL, NULL, 0, 0);
}

static void
on_up(void *arg, int slot, const char *p, size_t n)
{
	struct world *w = arg;

	carry(w->slot[slot], EV_UP, p, n, 0);
}

static void
on_hangup(void *arg, int slot, int code, const char *reason)
{
	struct world *w = arg;

	(void)reason;
	carry(w->slot[slot], EV_UP_CLOSE, NULL, 0, code);
}

static void
on_drop(void *arg, int slot)
{
	struct world *w = arg;
	struct net *n = w->slot[slot];

	n->near = false;
	w->slot[slot] = NULL;
	carry(n, EV_UP_CLOSE, NULL, 0, 1006);
}

static size_t
on_queued(void *arg, int slot)
{
	(void)arg;
	(void)slot;
	return 0;
}

/* The texts to which a turn of the model was the answer; several where a
 * fresh session was told them. */
static void
answered(struct world *w, bool whole)
{
	const char *p = w->words.len > 0 ? w->words.data : "";
	int k, last = 0;

	for (; (p = strstr(p, "text number ")) != NULL; p++) {
		k = (int)strtol(p + 12, NULL, 10);
		if (k <= 0 || k >= TEXTS_MAX || k == last)
			continue;
		last = k;
		if (!whole)
			w->cut[k] = 1;
		else if (w->done[k]++ > 0)
			printf("# text %d was answered twice\n", k);
	}
}

/* A finished turn of the model. */
static void
finish_turn(struct world *w, bool whole)
{
	size_t i;

	answered(w, whole && !w->was_cut);
	for (i = 0; i + 1 < w->run_count; i++)
		if (w->run[i + 1] != w->run[i] + 1)
			w->order_bad++;
	for (i = 0; whole && !w->was_cut && i < w->run_count; i++)
		if (w->said[w->run[i]]++ > 0)
			w->said_twice++;
	buf_clear(&w->words);
	w->run_count = 0;
	w->was_cut = false;
}

/* Finds the counter in the model's sound. */
static void
hear_model(struct world *w, const unsigned char *p, size_t n)
{
	size_t i;
	uint32_t f;

	for (i = 0; i + 6 <= n; i += 2)
		if (pcm_get(p + i) == 32000) {
			f = (uint32_t)(pcm_get(p + i + 2) +
			    (pcm_get(p + i + 4) << 12));
			if (f < w->frame && w->run_count < 1 << 14)
				w->run[w->run_count++] = f;
		}
}

static void
on_call(struct world *w, const struct json *head)
{
	struct buf b;
	int i;

	for (i = 0; i < ANSWERS && w->answer[i] != NULL; i++)
		;
	w->calls++;
	if (i == ANSWERS)
		return;
	buf_init(&b, 4096);
	buf_printf(&b, "{\"type\":\"tool_response\",\"id\":\"%s\",\"name\":"
	    "\"clock\",\"response\":{\"is\":\"answer number %d\"}}\n",
	    json_get_str(head, "id", ""), w->text - 1);
	w->answer[i] = buf_take(&b, &(size_t){ 0 });
	w->answer_at[i] = w->now + 300 + (int64_t)draw(w, 6000);
	w->answered[w->text - 1] = 1;
}

static void
on_cancel(struct world *w)
{
	int i;

	for (i = 0; i < ANSWERS; i++) {
		w->answers += w->answer[i] != NULL;
		free(w->answer[i]);
		w->answer[i] = NULL;
	}
	w->cut[w->text - 1] = 1;
}

static bool
busy(const struct world *w)
{
	int i;

	for (i = 0; i < ANSWERS; i++)
		if (w->answer[i] != NULL)
			return true;
	return w->speech > 0 || w->quiet > 0 || w->waiting;
}

static void
on_record(void *arg, const struct session_out *out)
{
	struct world *w = arg;
	struct json *head;
	const char *text;

	if (strcmp(out->type, "audio") == 0) {
		hear_model(w, out->body, out->body_len);
		return;
	}
	head = json_parse(out->head, out->head_len, NULL, 0);
	if (strcmp(out->type, "transcript") == 0) {
		text = json_get_str(head, "text", "");
		if (strcmp(json_get_str(head, "role", ""), "model") == 0)
			buf_str(&w->words, text);
	} else if (strcmp(out->type, "interrupted") == 0) {
		w->was_cut = true;
		/* perhaps of an answer that had not begun */
		if (w->words.len == 0 && w->text > 1)
			w->cut[w->text - 1] = 1;
	}
	else if (strcmp(out->type, "turn_complete") == 0)
		finish_turn(w, !json_true(json_get(head, "lost")));
	else if (strcmp(out->type, "tool_call") == 0)
		on_call(w, head);
	else if (strcmp(out->type, "tool_cancel") == 0)
		on_cancel(w);
	else if (strcmp(out->type, "lost") == 0)
		w->lost_ms += json_get_int(head, "ms", 0);
	else if (strcmp(out->type, "reconnected") == 0) {
		w->lost_ms += json_get_int(head, "lost_ms", 0);
		w->resent_ms += json_get_int(head, "resent_ms", 0);
		w->resumed += json_true(json_get(head, "resumed"));
		w->fresh += !json_true(json_get(head, "resumed"));
		w->rotations += strcmp(json_get_str(head, "reason", ""),
		    "goAway") == 0;
		w->gaps++;
		if (json_get_int(head, "gap_ms", 0) > w->gap_max)
			w->gap_max = json_get_int(head, "gap_ms", 0);
	}
	if (getenv("SHOW") != NULL)
		printf("# %lld %.*s", (long long)w->now, (int)out->head_len,
		    out->head);
	json_free(head);
}

static void
on_tell(void *arg, enum session_level level, const char *text)
{
	struct world *w = arg;

	if (getenv("SHOW") != NULL)
		printf("# %lld tell %d %s\n", (long long)w->now, level, text);
}

static void
on_room(void *arg)
{
	((struct world *)arg)->retry_at = ((struct world *)arg)->now + 1;
}

static void
on_done(void *arg, int code)
{
	((struct world *)arg)->exit = code;
}

static const struct session_ops session_ops = {
	.dial = on_dial, .send = on_up, .hangup = on_hangup, .drop = on_drop,
	.queued = on_queued, .record = on_record, .tell = on_tell,
	.room = on_room, .done = on_done,
};

/* What arrives. */
static void
dialled(struct net *n)
{
	static const char *const target[] = {
		"/ws/google.ai.generativelanguage.v1beta.GenerativeService."
		    "BidiGenerateContent",
		"/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/"
		    "BidiGenerateContent" };
	struct emulator_request r = { .target = target[n->w->family.backend] };
	struct emulator_refusal refusal;

	if (n->w->refuse > 0) {
		n->w->refuse--;
		carry(n, EV_REFUSED, NULL, 0, 503);
		return;
	}
	n->conn = emulator_open(n->w->e, &r, &emulator_ops, n, n->w->now,
	    &refusal);
	n->far = n->conn != NULL;
	carry(n, n->far ? EV_OPEN : EV_REFUSED, NULL, 0, refusal.status);
}

static void
gone(struct net *n, int code)
{
	if (!n->far)
		return;
	n->far = false;
	emulator_closed(n->conn, code, "", n->w->now);
}

static void
near_end(struct net *n, int code, const char *reason)
{
	n->near = false;
	n->w->slot[n->slot] = NULL;
	session_closed(n->w->s, n->w->now, n->slot, code, reason, NULL);
}

static void
arrive(struct world *w, struct event *ev)
{
	struct net *n = ev->net;
	bool far = ev->kind <= EV_UP_CLOSE || ev->kind == EV_GONE;

	if (n->dead && ev->kind != EV_GONE &&
	    !(ev->kind == EV_DOWN_CLOSE && ev->code == 1006))
		return;
	if (far && ev->kind != EV_DIAL && !n->far)
		return;
	if (!far && !n->near)
		return;
	switch (ev->kind) {
	case EV_DIAL: dialled(n); break;
	case EV_UP:
		emulator_message(n->conn, true, ev->p, ev->n, w->now);
		break;
	case EV_UP_CLOSE:
		gone(n, ev->code);
		if (n->near)
			carry(n, EV_DOWN_CLOSE, "", 0, ev->code);
		break;
	case EV_GONE: gone(n, 1006); break;
	case EV_OPEN: session_connected(w->s, w->now, n->slot); break;
	case EV_REFUSED:
		n->near = false;
		w->slot[n->slot] = NULL;
		session_refused(w->s, w->now, n->slot, ev->code, "", 0, 0,
		    "refused");
		break;
	case EV_DOWN:
		session_message(w->s, w->now, n->slot, ev->p, ev->n);
		break;
	case EV_DOWN_CLOSE: near_end(n, ev->code, ev->p ? ev->p : ""); break;
	}
}

/* Ends a connection for both sides. */
static void
cut(struct net *n, int code, const char *reason, int64_t near_ms,
    int64_t far_ms)
{
	struct world *w = n->w;

	push(w, (struct event){ .at = w->now + near_ms, .kind = EV_DOWN_CLOSE,
	    .net = n, .code = code, .p = mem_str(reason) });
	push(w, (struct event){ .at = w->now + far_ms, .kind = EV_GONE,
	    .net = n });
}

static void
fault(struct world *w)
{
	static const struct { int code; const char *reason; } closes[] = {
		{ 1011, "Internal error encountered." },
		{ 1011, "The service is currently unavailable." },
		{ 1011, "Deadline expired before operation could complete." },
		{ 1008, "Operation is not implemented, or supported" },
		{ 1008, "Requested entity was not found." },
		{ 1006, "" }, { 1006, "" }, { 1012, "" } };
	struct net *n = w->slot[0] != NULL ? w->slot[0] : w->slot[1];
	size_t k;

	if (n == NULL || !n->far || n->dead)
		return;
	w->faults++;
	switch (draw(w, 12)) {
	case 0: case 1:			/* the cable is cut */
		n->dead = true;
		cut(n, 1006, "", 12000, 15000);
		break;
	case 2:				/* nothing comes for a while */
		n->down = w->now + 8000;
		break;
	case 3:
		w->refuse = 2;
		cut(n, 1006, "", 0, 0);
		break;
	case 4:
		carry(n, EV_DOWN, "\xff garbage", 9, 0);
		break;
	case 5:
		carry(n, EV_DOWN, "{\"goAway\":{\"timeLeft\":\"5s\"}}", 29, 0);
		cut(n, 1008, "", 5000, 5000);
		break;
	default:
		k = draw(w, sizeof(closes) / sizeof(closes[0]));
		cut(n, closes[k].code, closes[k].reason, 0, 0);
	}
}

static bool
give(struct world *w, const char *line, int flags)
{
	struct record r;

	stream_feed(w->reader, line, strlen(line));
	if (stream_next(w->reader, &r) != STREAM_RECORD)
		abort();
	return session_record(w->s, w->now, &r, flags);
}

static void
type(struct world *w)
{
	char line[120];

	snprintf(line, sizeof(line), "{\"type\":\"text\",\"text\":\"text "
	    "number %d%s\"}\n", w->text, w->tool[w->text] ? " tool" : "");
	w->waiting = !give(w, line, SESSION_TURNS);
	if (!w->waiting)
		w->text++;
}

static void
speak(struct world *w)
{
	unsigned char pcm[FRAME * 2];
	bool loud = w->speech > 0;
	int i;

	for (i = 0; i < FRAME; i++)
		pcm_put(pcm + 2 * i, !loud ? 0 : i % 8 < 4 ? 9000 : -9000);
	if (loud) {
		pcm_put(pcm, 32000);
		pcm_put(pcm + 2, (int)(w->frame & 0xfff));
		pcm_put(pcm + 4, (int)(w->frame >> 12));
		w->sent_at[w->frame++] = w->now;
		w->speech--;
	} else
		w->quiet--;
	session_audio(w->s, w->now, pcm, sizeof(pcm), RATE, SESSION_LIVE);
	w->next_frame = w->speech > 0 || w->quiet > 0 ? w->now + FRAME_MS :
	    INT64_MAX;
}

static void
act(struct world *w)
{
	uint64_t k = draw(w, 20);

	w->next_act = w->now + 4000 + (int64_t)draw(w, 40000);
	if (busy(w))
		return;
	if (k < 9 && w->frame + 600 < FRAMES_MAX) {
		w->speech = 50 + (int)draw(w, 150);
		w->quiet = 60;
		w->next_frame = w->now;
		if (k < 2)
			w->next_act = w->now + 6000;
	} else if (w->text + 1 < TEXTS_MAX) {
		w->tool[w->text] = k >= 17;
		type(w);
	}
}

static void
answer(struct world *w)
{
	char *p;
	int i;

	for (i = 0; i < ANSWERS; i++) {
		if (w->answer[i] == NULL || w->now < w->answer_at[i])
			continue;
		p = w->answer[i];
		w->answer[i] = NULL;
		w->answers++;
		give(w, p, 0);
		free(p);
	}
}

static void
user(struct world *w)
{
	if (w->now >= w->retry_at) {
		w->retry_at = INT64_MAX;
		if (w->waiting)
			type(w);
	}
	if (w->now >= w->next_frame)
		speak(w);
	if (w->now >= w->next_act)
		act(w);
	if (w->now >= w->next_fault) {
		w->next_fault = w->now + 240000 + (int64_t)draw(w, 480000);
		fault(w);
	}
	answer(w);
}

static int64_t
least(int64_t a, int64_t b)
{
	return b >= 0 && b < a ? b : a;
}

static void
step(struct world *w, bool acting)
{
	int64_t at = least(session_deadline(w->s), emulator_deadline(w->e));
	struct event ev;
	int i;

	if (w->count > 0)
		at = least(at, w->heap[0].at);
	for (i = 0; i < ANSWERS; i++)
		if (w->answer[i] != NULL)
			at = least(at, w->answer_at[i]);
	if (acting)
		at = least(least(least(at, w->next_frame), w->next_act),
		    least(w->next_fault, w->retry_at));
	else
		at = least(at, w->retry_at);
	w->now = at > w->now ? at : w->now;
	if (w->count > 0 && w->heap[0].at <= w->now) {
		ev = pop(w);
		arrive(w, &ev);
		free(ev.p);
		return;
	}
	if (session_deadline(w->s) <= w->now)
		session_tick(w->s, w->now);
	if (emulator_deadline(w->e) >= 0 && emulator_deadline(w->e) <= w->now)
		emulator_tick(w->e, w->now);
	if (!acting) {
		w->next_frame = w->next_act = w->next_fault = INT64_MAX;
		w->speech = w->quiet = 0;
	}
	user(w);
}

static size_t
memory(void)
{
#ifdef __GLIBC__
	return mallinfo2().uordblks;
#else
	return 0;
#endif
}

static size_t
lesser(size_t a, size_t b)
{
	return a == 0 || b < a ? b : a;
}

static struct session *
client(struct world *w, const char *model)
{
	static const char options[] = "{\"generationConfig\":{"
	    "\"responseModalities\":[\"AUDIO\"]},\"inputAudioTranscription\":"
	    "{},\"outputAudioTranscription\":{},\"tools\":[{"
	    "\"functionDeclarations\":[{\"name\":\"clock\"}]}]}";
	struct session_config c;
	struct json *setup = json_parse(options, sizeof(options) - 1, NULL, 0);
	struct session *s;

	json_set(setup, "model", json_string(model));
	session_defaults(&c);
	c.family = &w->family;
	c.setup = setup;
	c.transparent = w->transparent;
	c.resume = !w->no_resume;
	c.seed = w->random;
	s = session_new(&c, &session_ops, w);
	json_free(setup);
	return s;
}

static struct emulator *
service(struct world *w, int base)
{
	static const char rules[] =
	    "{\"on\":\"turn\",\"match\":\"tool\",\"do\":\"call\",\"calls\":"
	    "[{\"name\":\"clock\"}]}\n"
	    "{\"on\":\"resumed\",\"do\":\"repeat\",\"p\":0.3}\n"
	    "{\"on\":\"resumed\",\"do\":\"deaf\",\"p\":0.05}\n"
	    "{\"on\":\"resumed\",\"do\":\"invalidate\",\"p\":0.1,\"after\":"
	    "30000}\n";
	struct emulator_options o = { .seed = w->random, .think_ms = 400,
	    .life_ms = 300000, .notice_ms = 30000, .index_base = base };
	static struct emulator_watch watch;
	struct emulator *e;
	char why[200];

	watch.heard = on_heard;
	watch.line = on_line;
	e = emulator_new(&o, &watch, w);
	if (emulator_scenario(e, rules, sizeof(rules) - 1, why,
	    sizeof(why)) != 0)
		printf("# %s\n", why);
	return e;
}

static void
check(struct world *w)
{
	int64_t never = 0, twice = 0;
	int i, lost = 0, again = 0, tools = 0, missing = 0;
	uint32_t f;

	for (i = 1; i < w->text; i++) {
		if (w->tool[i]) {
			tools += w->answered[i];
			missing += w->answered[i] && !w->got[i] && !w->cut[i];
		} else {
			if (!w->done[i] && !w->cut[i] && lost++ < 5)
				printf("# text %d has no answer\n", i);
		}
		again += w->done[i] > 1;
	}
	for (f = 0; f < w->frame; f++) {
		if (w->heard[f] == 0 && getenv("SHOW") != NULL)
			printf("# frame %u at %lld was never heard\n", f,
			    (long long)w->sent_at[f]);
		never += w->heard[f] == 0;
		twice += w->heard[f] > 1 ? w->heard[f] - 1 : 0;
	}
	printf("# %lld faults, %lld gaps of at most %lld ms, %lld by goAway, "
	    "%lld resumed, %lld fresh\n", (long long)w->faults,
	    (long long)w->gaps, (long long)w->gap_max,
	    (long long)w->rotations, (long long)w->resumed,
	    (long long)w->fresh);
	printf("# %u frames, %lld ms of speech never heard, %lld ms reported "
	    "lost, %lld ms heard twice, %lld ms reported sent again\n",
	    (unsigned)w->frame, (long long)never * FRAME_MS,
	    (long long)w->lost_ms, (long long)twice * FRAME_MS,
	    (long long)w->resent_ms);
	printf("# %d texts, %d tool answers\n", w->text - 1, tools);
	is_int(w->exit, 0, "ends with 0");
	is_int(lost, 0, "every text was answered, or its answer interrupted");
	is_int(again, 0, "none twice");
	is_int(missing, 0, "every tool answer arrived");
	is_int(w->calls - w->answers, 0, "every call was answered or "
	    "cancelled");
	is_int(w->order_bad, 0, "the model's sound is in order in each turn");
	is_int(w->said_twice, 0, "no speech was answered twice");
	ok(never * FRAME_MS <= w->lost_ms + FRAME_MS,
	    "speech that was never heard was reported as lost");
	ok(twice * FRAME_MS <= w->resent_ms + FRAME_MS,
	    "sound that was heard twice was reported as sent again");
	if (w->now > 9 * (int64_t)HOUR)
		ok(w->rotations >= 60 && w->faults >= 60,
		    "over at least 60 rotations and 60 faults");
	if (w->transparent)
		is_int(never, 0, "transparent: nothing was lost");
}

enum way { RESUMED, TRANSPARENT, HISTORY };

static void
run(const char *model, enum backend backend, enum way way, int base,
    int hours, uint64_t seed)
{
	static const char *const names[] = { "", ", transparent",
	    ", no handles" };
	struct world *w = mem_alloc(sizeof(*w));
	size_t first = 0, last = 0, i;

	printf("# %d hours, %s%s\n", hours, model, names[way]);
	w->random = seed;
	w->exit = -1;
	w->text = 1;
	w->transparent = way == TRANSPARENT;
	w->no_resume = way == HISTORY;
	w->heard = mem_alloc(FRAMES_MAX);
	w->said = mem_alloc(FRAMES_MAX);
	w->sent_at = mem_alloc(FRAMES_MAX * sizeof(*w->sent_at));
	w->next_frame = w->retry_at = INT64_MAX;
	w->next_act = 2000;
	w->next_fault = 300000;
	buf_init(&w->words, 1 << 20);
	w->reader = stream_reader_new();
	family_init(&w->family, model, backend);
	w->e = service(w, base);
	w->s = client(w, model);
	session_start(w->s, 0);
	while ((w->now < (int64_t)hours * HOUR || busy(w)) && w->exit == -1) {
		step(w, true);
		/* at rest: the least of the hour */
		if (w->now / HOUR == 1)
			first = lesser(first, memory());
		else if (w->now / HOUR == hours - 1)
			last = lesser(last, memory());
	}
	if (hours > 2)
		ok(last <= first + (1 << 20), "memory is flat after the first "
		    "hour");
	printf("# %zu kB after the first hour, %zu kB at the end\n",
	    first >> 10, last >> 10);
	session_input_end(w->s, w->now);
	while (w->exit == -1 && w->now < (int64_t)(hours + 1) * HOUR)
		step(w, false);
	check(w);
	for (i = 0; i < w->nets_count; i++) {
		gone(w->nets[i], 1006);
		free(w->nets[i]);
	}
	while (w->count > 0)
		free(pop(w).p);
	session_free(w->s);
	emulator_free(w->e);
	stream_reader_free(w->reader);
	buf_done(&w->words);
	free(w->heard);
	free(w->said);
	free(w->sent_at);
	free(w);
}

int
main(int argc, char *argv[])
{
	int hours = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 10;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 7;

	int only = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 0;

	if (only <= 1)
		run("models/gemini-3.8-live", BACKEND_GEMINI, RESUMED, 0,
		    hours, seed);
	if (only == 0 || only == 2)
		run("models/gemini-2.5-flash-native-audio-latest",
		    BACKEND_GEMINI, RESUMED, 0, 2, seed + 1);
	if (only == 0 || only == 3)
		run("publishers/google/models/gemini-live-2.5-flash-native-"
		    "audio", BACKEND_VERTEX, TRANSPARENT, 0, 2, seed + 2);
	if (only == 0 || only == 4)
		run("publishers/google/models/gemini-live-2.5-flash-native-"
		    "audio", BACKEND_VERTEX, TRANSPARENT, 1, 2, seed + 3);
	if (only == 0 || only == 5)
		run("models/gemini-3.8-live", BACKEND_GEMINI, HISTORY, 0, 2,
		    seed + 4);
	return tap_done();
}
