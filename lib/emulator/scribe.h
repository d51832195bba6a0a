#ifndef EMULATOR_SCRIBE_H
#define EMULATOR_SCRIBE_H

/*
 * A model that only transcribes, in the order of messages that was recorded: an
 * utterance has a transcript, generationComplete, and the end of the activity,
 * and no turn of the model.
 */
struct emulator_conn;
struct heard;

/* The user's turn is over; takes it over. */
void emu_scribe_hears(struct emulator_conn *, struct heard *);
/* These are the words of the turn that was heard. */
void emu_scribe_writes(struct emulator_conn *, const char *text);

#endif
