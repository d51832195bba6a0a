#ifndef EMULATOR_RULES_H
#define EMULATOR_RULES_H

struct emulator_conn;

/* Carries out what the scenario's rules put on a connection's list and is due
 * by now. */
void emu_rules_run(struct emulator_conn *);

#endif
