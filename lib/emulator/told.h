#ifndef EMULATOR_TOLD_H
#define EMULATOR_TOLD_H

struct emulator_conn;
struct record;

/* A record from the brain program; NULL: it ended. */
void emu_told_record(struct emulator_conn *, const struct record *);

#endif
