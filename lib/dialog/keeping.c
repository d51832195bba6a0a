/*
 * What is kept of a conversation besides its output: the trace, the recording.
 */
#include "dialog/inner.h"

#include <errno.h>

#include "base/log.h"
#include "stream/stream.h"

/* Is said when it happens, not after the conversation. */
static void
broken(struct dialog *t, const char *path, int error, const char *kept)
{
	if (error)
		dialog_tell(t, SESSION_ERROR, "%s: %s; nothing more is %s",
		    path, log_reason(error), kept);
}

static void
trace_broken(void *arg, int error)
{
	struct dialog *t = arg;

	broken(t, t->o->trace, error, "traced");
}

static void
recording_broken(void *arg, int error)
{
	struct dialog *t = arg;

	broken(t, t->o->recording.path, error, "recorded");
}

static const struct output_ops trace_ops = { .broken = trace_broken };
static const struct output_ops recording_ops = { .broken = recording_broken };

static int
open_trace(struct dialog *t)
{
	if (!t->o->trace)
		return CODE_OK;
	t->trace = trace_open(t->loop, t->o->trace, &trace_ops, t,
	    loop_now(t->loop));
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
	    &recording_ops, t, loop_now(t->loop), &cut, why, sizeof(why));
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

static void
stats_broken(void *arg, int error)
{
	if (error)
		(void)stats_failed(arg, error);
}

static const struct output_ops stats_ops = { .broken = stats_broken };

static int
open_stats(struct dialog *t)
{
	t->stats = stats_open(t->loop, &t->o->stats, &stats_ops, figures, t);
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
 * there is something worse or only a reader was late. */
int
keeping_end(struct dialog *t, int code)
{
	struct output_fate trace = trace_fate(t->trace);
	struct output_fate kept = recording_fate(t->recording);
	bool lost = kept.error == 0 && (kept.lost || !kept.idle);

	if (trace.error == 0 && (trace.lost || !trace.idle))
		dialog_tell(t, SESSION_WARN, "--trace: some lines were lost, "
		    "since nobody read them in time");
	if (lost)
		dialog_tell(t, SESSION_ERROR, "--record: some records were "
		    "lost, since the disk was too slow");
	if (code == CODE_OK && (trace.error || kept.error || lost ||
	    stats_fate(t->stats).error))
		code = CODE_IO;
	return code;
}
