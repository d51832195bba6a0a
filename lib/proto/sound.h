#ifndef PROTO_SOUND_H
#define PROTO_SOUND_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The message that comes dozens of times a second: one piece of sound and
 * nothing else, in the very order in which the service writes it.  It is
 * recognised by comparing bytes, without building a tree.  Pure.
 */
enum { PROTOSOUND_RATE = 24000 };
extern const char proto_sound_mime[];

/*
 * Whether it is such a message; then *data and *len are its base64 in place,
 * as json_parse_media() would give it.  Any other message must still be read
 * as JSON, whether it is sound or not.
 */
bool proto_sound_find(const char *message, size_t n, const char **data,
    size_t *len);

#endif
