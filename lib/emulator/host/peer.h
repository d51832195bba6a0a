#ifndef EMULATOR_HOST_PEER_H
#define EMULATOR_HOST_PEER_H

#include "emulator/host/guest.h"
#include "net/io.h"

#include <stdint.h>

/*
 * One client of the emulator: first HTTP, then WebSocket into the core; or a
 * connection that stays silent for ever.
 */
struct emulator;
struct emupeer;
struct emuweb;
struct loop;

/* What peers share, embedded by the owner. */
struct peer_host {
	struct loop *loop;
	struct emulator *core;
	struct emuweb *web;
	struct guest_rules guest;
	double speed;		/* of the core's time */
	struct emupeer *peers;	/* all of them */
	/* The core's time. */
	int64_t (*now)(struct peer_host *);
	/* Something happened in the core: its deadline may have changed. */
	void (*stirred)(struct peer_host *);
};

/* Takes over an accepted connection; frees itself when it ends. */
void peer_open(struct peer_host *, struct io);
/* Closes all properly (1001), which takes some time. */
void peer_close_all(struct peer_host *);
/* Ends all at once. */
void peer_drop_all(struct peer_host *);

#endif
