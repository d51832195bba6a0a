/*
 * Calls that no input can answer get an error, so that the model does not wait
 * for ever.
 */
#include "dialog/inner.h"


#include "dialog/refusal.h"

/* Refuses a call that no input can answer, so that the model does not wait for
 * ever.  A stream on standard input may answer what was declared; on -i it is
 * gl-tool or the like that answers, or refuses by itself. */
void
orphans_note(struct dialog *t, const struct session_out *out)
{
	bool answers = feed_answers(t->feed);

	if (session_leaving(t->session))
		return;
	if (answers && (t->o->ninputs > 0 || helper_answers(t->helper)))
		return;
	if (!refusal_add(t->refusals, session_setup(t->session), out->head,
	    out->head_len, answers)) {
		dialog_tell(t, SESSION_WARN, "the model waits for a tool's "
		    "answer, which only standard input can bring: no other "
		    "input is there (-i)");
		return;
	}
	if (!t->refused)
		dialog_tell(t, SESSION_WARN, answers ? "a call of a function "
		    "that is not declared (-T) gets an error" :
		    "a tool's call gets an error: no input is there that "
		    "could answer it (-i, which gl-tool -o writes)");
	t->refused = true;
}

/* Refuses open calls after the end of the last input that could answer. */
static void
refuse_open(struct dialog *t)
{
	const char *id, *name;
	size_t at = 0;

	t->alone = true;
	while (session_open_call(t->session, &at, &id, &name)) {
		dialog_tell(t, SESSION_WARN, "the call of tool %.128s gets an "
		    "error: all inputs that could answer it have ended", name);
		refusal_late(t->refusals, id, name);
		loop_soon(t->loop);
	}
}

void
orphans_settle(struct dialog *t)
{
	struct record r;

	if (session_leaving(t->session))
		return;
	while (refusal_next(t->refusals, &r) &&
	    session_record(t->session, loop_now(t->loop), &r, 0)) {
		inputs_note(t, &r);
		refusal_drop(t->refusals);
		loop_soon(t->loop);
	}
	if (!t->alone && !refusal_next(t->refusals, &r) &&
	    !feed_answers(t->feed))
		refuse_open(t);
}
