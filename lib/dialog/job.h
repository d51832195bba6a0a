#ifndef DIALOG_JOB_H
#define DIALOG_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A conversation as one job of a batch: a place among so many at once, an
 * output that is there whole or not at all, and a line that says how it went.
 */
struct job;

enum {
	JOB_SLOTS_MAX = 100000,
	JOB_LINE_MAX = 4096	/* of the report, newline included */
};

struct job_opts {
	const char *out;	/* -o, or NULL */
	bool keep_partial;
	bool skip;		/* --done skip */
	const char *slots;	/* "DIR:N", or NULL */
	/* All n slots of the folder are taken, and one is waited for. */
	void (*waiting)(const char *dir, long n);
	const char *report;	/* a file, or NULL */
	const char *input;	/* for the report */
	int64_t start_us;	/* when the program began */
};

/* Whether the output stands already. */
bool job_done(const char *out);

/*
 * Takes a slot, waiting for one, and opens the output beside its place.  NULL
 * with an exit code and its reason; CODE_OK where the output stands and need
 * not be made.
 */
struct job *job_begin(const struct job_opts *, int *code, char *why,
    size_t size);

/* The descriptor of the output, for the caller to close; -1: there is no -o. */
int job_output(const struct job *);

/* A record of the session's; `error` and `end` are kept for the report. */
void job_record(struct job *, const char *type, const char *head, size_t n);

/*
 * The job ended with this code: the output takes its place or goes, the line is
 * written.  Returns the code, or another where that failed, which why then
 * tells.
 */
int job_end(struct job *, int code, char *why, size_t size);

#endif
