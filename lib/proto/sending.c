/*
 * What all outgoing records have in common: where their messages end, why one
 * is refused, and the two forms of a text.
 */
#include "proto/sending.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "proto/client.h"
#include "stream/stream.h"

int
sending_refuse(const struct sending *job, const char *what)
{
	snprintf(job->why, job->size, "%s record: %s", job->r->type, what);
	return -1;
}

/* Marks the end of a message that was appended. */
int
sending_end(const struct sending *job)
{
	if (job->out->b->failed)
		return sending_refuse(job, "too long");
	job->out->end[job->out->n++] = job->out->b->len;
	return job->out->n;
}

void
sending_quote(struct buf *b, const char *s)
{
	json_quote(b, s, strlen(s));
}

/* One turn of one text part; a NULL role is left out. */
void
sending_turn(const char *role, const char *text, size_t n, bool complete,
    struct buf *b)
{
	buf_str(b, "{\"clientContent\":{\"turns\":[{");
	if (role != NULL) {
		buf_str(b, "\"role\":");
		sending_quote(b, role);
		buf_str(b, ",");
	}
	buf_str(b, "\"parts\":[{\"text\":");
	json_quote(b, text, n);
	buf_printf(b, "}]}],\"turnComplete\":%s}}",
	    complete ? "true" : "false");
}

void
sending_text(const char *text, size_t n, struct buf *b)
{
	buf_str(b, "{\"realtimeInput\":{\"text\":");
	json_quote(b, text, n);
	buf_str(b, "}}");
}
