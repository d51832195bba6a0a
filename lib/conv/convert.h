#ifndef CONV_CONVERT_H
#define CONV_CONVERT_H

#include <stdbool.h>

#include "conv/view.h"
#include "conv/voices.h"
#include "stream/render.h"

/*
 * Reads streams from files, one after another, and writes them in another
 * form: gl-conv's only poll loop.  What to write is up to render, voices and
 * view; when to write, and what to say about broken input, is decided here.
 */
struct json;

enum convert_type {
	CONVERT_NONE, CONVERT_TEXT, CONVERT_JSON, CONVERT_WAV, CONVERT_PCM,
	CONVERT_HTML, CONVERT_SVG, CONVERT_SRT, CONVERT_VTT, CONVERT_SUMMARY,
	CONVERT_TABLE
};

enum convert_side {
	CONVERT_ANY, CONVERT_MODEL, CONVERT_USER, CONVERT_BOTH
};

struct convert_opts {
	enum convert_type type;
	enum convert_side side;
	const char *out_path;	/* NULL: standard output */
	struct render_opts text;
	struct voices_opts sound;
	const struct json *prices;	/* or NULL */
	const char *audio;	/* --audio, or NULL */
	bool progress;
	char **files;		/* if none: standard input */
	int nfiles;
	/* report on the input: log_error and its kin */
	void (*error)(const char *fmt, ...);
	void (*warn)(const char *fmt, ...);
	void (*info)(int level, const char *fmt, ...);
};

/* Reads and writes everything; returns the exit code. */
int convert_run(const struct convert_opts *);

#endif
