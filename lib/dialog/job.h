#ifndef DIALOG_JOB_H
#define DIALOG_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A conversation as one job of a batch: a slot among a limited number at once,
 * an output that appears whole or not at all, and a line on how it went.
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
	/* All n slots of the folder are taken; waits for one. */
	void (*waiting)(const char *dir, long n);
	const char *report;	/* a file, or NULL */
	const char *input;	/* for the report; NULL: standard input */
	int64_t start_us;	/* when the program began */
};

/* Whether the output exists already. */
bool job_done(const char *out);

/*
 * Takes a slot, waiting if need be, and opens a temporary output beside the
 * final one.  NULL with an exit code and its reason; CODE_OK if the output
 * exists and need not be made.
 */
struct job *job_begin(const struct job_opts *, int *code, char *why,
    size_t size);

/* The output's descriptor, which the caller closes; -1 without -o. */
int job_output(const struct job *);

/* Takes a record of the session; keeps `error` and `end` for the report. */
void job_record(struct job *, const char *type, const char *head, size_t n);

/*
 * The job ended with this code: puts the output in place or removes it, and
 * writes the line.  Returns the code, or another if that failed, with why.
 */
int job_end(struct job *, int code, char *why, size_t size);

#endif
