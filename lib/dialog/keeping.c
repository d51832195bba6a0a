/*
 * What is kept of a conversation besides its output: the trace, the recording.
 */
#include "dialog/inner.h"

#include <errno.h>

#include "base/log.h"
#include "stream/stream.h"

static int
open_trace(struct dialog *t)
{
	if (!t->o->trace)
		return CODE_OK;
	t->trace = trace_open(t->loop, t->o->trace, loop_now(t->loop));
	if (t->trace)
		return CODE_OK;
	dialog_tell(t, SESSION_ERROR, "%s: %s", t->o->trace, log_reason(errno));
	return CODE_IO;
}

static int
open_recording(struct dialog *t)
{
	char why[DIALOG_TEXT];
	int64_t cut;

	if (!t->o->recording.path)
		return CODE_OK;
	t->recording = recording_open(t->loop, &t->o->recording,
	    loop_now(t->loop), &cut, why, sizeof(why));
	if (!t->recording) {
		dialog_tell(t, SESSION_ERROR, "%s", why);
		return CODE_IO;
	}
	if (cut > 0)
		dialog_tell(t, SESSION_WARN, "%s: the last record was not "
		    "whole and was taken off", t->o->recording.path);
	return CODE_OK;
}

/* Adds figures of the conversation's state and of its connection. */
static void
figures(void *arg, struct buf *b)
{
	struct dialog *t = arg;
	struct link *link;
	int64_t trip = -1;
	int conn;

	session_figures(t->session, b, &conn);
	link = conn < 0 ? NULL : t->sides[conn].link;
	if (link)
		trip = link_round_trip(link);
	stream_int(b, "socket_bytes", link ? (int64_t)link_queued(link) : 0);
	if (trip < 0)
		buf_str(b, ",\"rtt_ms\":null");
	else
		buf_printf(b, ",\"rtt_ms\":%.3f", (double)trip / 1000);
}

static int
stats_failed(struct dialog *t, int error)
{
	dialog_tell(t, SESSION_ERROR, "--stats: %s: %s", t->o->stats.path ?
	    t->o->stats.path : "its descriptor", log_reason(error));
	return CODE_IO;
}

static int
open_stats(struct dialog *t)
{
	t->stats = stats_open(t->loop, &t->o->stats, figures, t);
	if (t->stats || !errno)
		return CODE_OK;
	return stats_failed(t, errno);
}

int
keeping_open(struct dialog *t)
{
	int code = open_trace(t);

	if (!code)
		code = open_recording(t);
	return code ? code : open_stats(t);
}

bool
keeping_idle(const struct dialog *t)
{
	return trace_fate(t->trace).idle && recording_fate(t->recording).idle &&
	    stats_fate(t->stats).idle;
}

/* What was requested is incomplete all the same: the exit code says so, unless
 * there is something worse. */
static int
end(struct dialog *t, int code, const char *path, struct output_fate f,
    const char *lost)
{
	if (f.error) {
		dialog_tell(t, SESSION_ERROR, "%s: %s", path,
		    log_reason(f.error));
		return code == CODE_OK ? CODE_IO : code;
	}
	if (f.lost || !f.idle)
		dialog_tell(t, SESSION_WARN, "%s", lost);
	return code;
}

int
keeping_end(struct dialog *t, int code)
{
	int error = stats_fate(t->stats).error;

	code = end(t, code, t->o->trace, trace_fate(t->trace), "--trace: some "
	    "lines were lost, since nobody read them in time");
	code = end(t, code, t->o->recording.path, recording_fate(t->recording),
	    "--record: some records were lost, since the disk was too slow");
	if (error)
		error = stats_failed(t, error);
	return code == CODE_OK ? error : code;
}
