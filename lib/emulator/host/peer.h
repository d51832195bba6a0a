#ifndef EMULATOR_HOST_PEER_H
#define EMULATOR_HOST_PEER_H

#include "net/io.h"

#include <stdint.h>

/*
 * One client of the emulator: HTTP first, then WebSocket into the core; or a
 * connection on which nothing is ever said again.
 */
struct emulator;
struct emupeer;
struct emuweb;
struct loop;

/* What its peers share, embedded by the owner. */
struct emupeer_host {
	struct loop *loop;
	struct emulator *core;
	struct emuweb *web;
	double speed;		/* of the core's time */
	struct emupeer *peers;	/* all of them */
	/* The core's time. */
	int64_t (*now)(struct emupeer_host *);
	/* Something happened in the core: its deadline may be another. */
	void (*stirred)(struct emupeer_host *);
};

/* Takes over an accepted connection; frees itself at its end. */
void emupeer_open(struct emupeer_host *, struct io);
/* Closes all in order (1001), which takes its time. */
void emupeer_close_all(struct emupeer_host *);
/* Ends all at once. */
void emupeer_drop_all(struct emupeer_host *);

#endif
