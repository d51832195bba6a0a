#ifndef EMULATOR_BRAIN_H
#define EMULATOR_BRAIN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What a brain program is told, as records of gl-stream(5): the sound as it
 * comes, what the ear makes of it, texts, pictures, answers to calls.  Does
 * nothing if the brain is not a program.
 */
struct client_event;
struct emulator_conn;
struct json;

void emu_brain_audio(struct emulator_conn *, int rate, const void *pcm,
    size_t n);
void emu_brain_activity(struct emulator_conn *, bool start);
void emu_brain_text(struct emulator_conn *, const char *text, size_t n);
void emu_brain_image(struct emulator_conn *, const char *mime, const void *p,
    size_t n);
void emu_brain_response(struct emulator_conn *, const struct client_event *,
    const struct json *response);
void emu_brain_interrupted(struct emulator_conn *);

#endif
