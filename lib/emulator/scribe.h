#ifndef EMULATOR_SCRIBE_H
#define EMULATOR_SCRIBE_H

/*
 * A model that only transcribes, with messages in the order recorded from the
 * service: each utterance has a transcript, generationComplete and the end of
 * the activity, and no turn of the model.
 */
struct emulator_conn;
struct heard;

/* The user's turn is over; takes ownership of it. */
void emu_scribe_hears(struct emulator_conn *, struct heard *);
/* Supplies the words of the turn that was heard. */
void emu_scribe_writes(struct emulator_conn *, const char *text);

#endif
