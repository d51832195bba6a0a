/*
 * What is kept of a conversation besides its output: the trace, the recording.
 */
#include "dialog/inner.h"

#include <errno.h>
#include <stdio.h>

#include "base/log.h"
#include "stream/stream.h"

static int
trace_failed(struct dialog *t, int error)
{
	char text[DIALOG_TEXT];

	snprintf(text, sizeof(text), "%s: %s", t->o->trace,
	    log_reason(error));
	t->o->tell(SESSION_ERROR, text);
	return CODE_IO;
}

static int
open_trace(struct dialog *t)
{
	if (!t->o->trace)
		return CODE_OK;
	t->trace = trace_open(t->loop, t->o->trace, loop_now(t->loop));
	return t->trace ? CODE_OK : trace_failed(t, errno);
}

/* An incomplete trace was requested all the same: the exit code says so, unless
 * there is something worse. */
static int
end_trace(struct dialog *t, int code)
{
	int error = trace_error(t->trace);

	if (error) {
		error = trace_failed(t, error);
		return code == CODE_OK ? error : code;
	}
	if (trace_lost(t->trace) || !trace_idle(t->trace))
		dialog_tell(t, SESSION_WARN, "--trace: some lines were lost, "
		    "since nobody read them in time");
	return code;
}

static int
recording_failed(struct dialog *t, const char *why)
{
	t->o->tell(SESSION_ERROR, why);
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
	if (!t->recording)
		return recording_failed(t, why);
	if (cut > 0) {
		snprintf(why, sizeof(why), "%s: the last record was not "
		    "whole and was taken off", t->o->recording.path);
		t->o->tell(SESSION_WARN, why);
	}
	return CODE_OK;
}

/* The same for a recording. */
static int
end_recording(struct dialog *t, int code)
{
	int error = recording_error(t->recording);
	char why[DIALOG_TEXT];

	if (error) {
		snprintf(why, sizeof(why), "%s: %s", t->o->recording.path,
		    log_reason(error));
		recording_failed(t, why);
		return code == CODE_OK ? CODE_IO : code;
	}
	if (recording_lost(t->recording) || !recording_idle(t->recording))
		dialog_tell(t, SESSION_WARN, "--record: some records were "
		    "lost, since the disk was too slow");
	return code;
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
	char text[DIALOG_TEXT];

	snprintf(text, sizeof(text), "--stats: %s: %s", t->o->stats.path ?
	    t->o->stats.path : "its descriptor", log_reason(error));
	t->o->tell(SESSION_ERROR, text);
	return CODE_IO;
}

static int
end_stats(struct dialog *t, int code)
{
	int error = stats_error(t->stats);

	if (error)
		error = stats_failed(t, error);
	return code == CODE_OK ? error : code;
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

int
keeping_end(struct dialog *t, int code)
{
	return end_stats(t, end_recording(t, end_trace(t, code)));
}
