#ifndef EMULATOR_HOST_HOST_H
#define EMULATOR_HOST_HOST_H

#include "emulator/emulator.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The emulator on sockets: listens, upgrades, moves messages, makes the faults
 * that need a socket, keeps the clock.
 */
struct emuhost;
struct loop;

struct host_opts {
	struct emulator_options emulator;
	const char *host;	/* numeric; NULL: 127.0.0.1 */
	int port;		/* 0: the kernel's choice */
	const char *cert, *key;	/* PEM; NULL: no TLS */
	/* pages of these origins may connect, besides those of this machine;
	 * ended by NULL */
	const char *const *origins;
	double speed;		/* of the emulator's time; 0: 1 */
	const char *brain;	/* command of EMULATOR_PROGRAM */
	const char *log;	/* path, NULL: none */
	const char *audio_dir;	/* where what was heard is kept; NULL */
	const char *image_dir;	/* the same of pictures */
	bool qr;		/* codes in pictures are read and logged */
	const char *auth;	/* settings of emuauth.h, n bytes; with them
				 * only tokens given out are good */
	size_t auth_len;

	/* What failed while it runs, as an exit code with a sentence; CODE_OK
	 * where that is not its own failure.  Files are reported once. */
	void (*trouble)(void *arg, int code, const char *text);
	void *arg;
};

/* NULL with an exit code and a sentence; one on auth names no file.  The
 * options stay with the caller until host_free(). */
struct emuhost *host_open(struct loop *, const struct host_opts *,
    int *code, char *why, size_t size);

/* The core, for its scenarios. */
struct emulator *host_core(struct emuhost *);
int host_port(const struct emuhost *);

/* Listens no more and closes all connections with 1001; done() is called once
 * they are gone and the log is written, at the latest after a second. */
void host_stop(struct emuhost *, void (*done)(void *arg), void *arg);
void host_free(struct emuhost *);

#endif
