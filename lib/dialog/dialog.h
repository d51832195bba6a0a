#ifndef DIALOG_DIALOG_H
#define DIALOG_DIALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "dialog/feed.h"
#include "dialog/link.h"
#include "session/session.h"
#include "dialog/person.h"
#include "dialog/recording.h"
#include "dialog/sink.h"
#include "dialog/stats.h"

/*
 * One conversation in one process: the session with its connections, inputs,
 * output, captions, trace and signals on a loop.
 */
struct job;
struct loop;
struct statefile;

struct dialog_opts {
	const char *program;		/* for the start record */
	struct session_config session;
	struct link_opts link;		/* its token is filled in here */
	bool gl_auth;			/* gl-auth looks for credentials */
	struct feed_opts feed;
	bool require_speech;		/* a silent input is an error */
	struct sink_opts sink;
	bool standard;			/* read standard input */
	enum intake_form form;		/* in this form */
	bool typed;			/* from a terminal: lines do not wait
					 * for the model's answer */
	const char *const *inputs;	/* -i, ninputs of them */
	size_t ninputs;
	const char *const *tool_command;	/* gl-tool's, or NULL */
	const char *trace;		/* a file, or NULL */
	struct statefile *state;	/* --state, or NULL; the caller's */
	struct recording_opts recording;	/* its path may be NULL */
	void (*tell)(enum session_level, const char *text);
	bool progress, progress_json;	/* of sending the input, on standard
					 * error */
	struct person_opts person;
	struct stats_opts stats;
	/* Also gets the `end` and `error` records; or NULL. */
	struct job *job;
};

/* Runs it from dialling to the end; returns the exit code. */
int dialog_run(struct loop *, const struct dialog_opts *);

#endif
