#ifndef EMULATOR_HOST_HOST_H
#define EMULATOR_HOST_HOST_H

#include "emulator/emulator.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The emulator on sockets: listens, upgrades, moves messages, produces the
 * faults that need a socket, keeps the clock.
 */
struct emuhost;
struct loop;

struct host_opts {
	struct emulator_options emulator;
	const char *host;	/* numeric; NULL: 127.0.0.1 */
	int port;		/* 0: the kernel's choice */
	const char *cert, *key;	/* PEM; NULL: no TLS */
	/* pages of these origins may connect, besides this machine's;
	 * NULL-terminated */
	const char *const *origins;
	double speed;		/* of the emulator's time; 0: 1 */
	const char *brain;	/* command of EMULATOR_PROGRAM */
	const char *log;	/* path, NULL: none */
	const char *audio_dir;	/* where to keep what was heard; or NULL */
	const char *image_dir;	/* likewise for pictures */
	bool qr;		/* read and log codes in pictures */
	const char *auth;	/* settings of signin.h; with them only issued
				 * tokens are valid */
	size_t auth_len;

	/* A failure while it runs: an exit code with a sentence, CODE_OK if it
	 * is not its own failure.  Files are reported once. */
	void (*trouble)(void *arg, int code, const char *text);
	void *arg;
};

/* NULL with an exit code and a sentence; one about auth names no file.  The
 * caller must keep the options until host_free(). */
struct emuhost *host_open(struct loop *, const struct host_opts *,
    int *code, char *why, size_t size);

/* The core, for adding scenarios. */
struct emulator *host_core(struct emuhost *);
int host_port(const struct emuhost *);

/* Stops listening and closes all connections with 1001; calls done() once they
 * are gone and the log is written, after a second at the latest. */
void host_stop(struct emuhost *, void (*done)(void *arg), void *arg);
void host_free(struct emuhost *);

#endif
