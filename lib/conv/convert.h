#ifndef CONV_CONVERT_H
#define CONV_CONVERT_H

#include <stdbool.h>

#include "conv/view.h"
#include "conv/voices.h"
#include "stream/render.h"

/*
 * Streams read from files, one after another, and written in another form: the
 * one poll loop of gl-conv.  What it makes is the matter of render, voices and
 * view; here is when, and what is said of input that is broken.
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
	char **files;		/* none: standard input */
	int nfiles;
	/* what is said of the input: log_error and its kin */
	void (*error)(const char *fmt, ...);
	void (*warn)(const char *fmt, ...);
	void (*info)(int level, const char *fmt, ...);
};

/* Reads and writes it all; the exit code. */
int convert_run(const struct convert_opts *);

#endif
