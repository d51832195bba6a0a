#ifndef FRAMES_ALBUM_H
#define FRAMES_ALBUM_H

#include <stddef.h>
#include <stdint.h>

/* A folder that keeps pictures exactly as they were sent, as
 * NUMBER-MILLISECONDS.jpg (or png). */
struct album;

/* Numbers continue after those already in the folder.  NULL with errno. */
struct album *album_open(const char *folder);
void album_close(struct album *);

/* Adds a picture; 0, or -1 with errno: then nothing of it is left. t in ms. */
int album_add(struct album *, const char *mime, const void *p, size_t n,
    int64_t t);

/* The file last written, or that could not be. */
const char *album_path(const struct album *);

#endif
