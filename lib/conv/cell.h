#ifndef CONV_CELL_H
#define CONV_CELL_H

/*
 * A reader of files from anywhere needs nothing but these: once they are
 * known, no other can be opened, no socket made, no program run.
 */

/* files: the n that are still to be read; out, audio: what is written, or NULL.
 * 0, or -1 with errno where the kernel lacks some of it. */
int cell_shut(char *const *files, int n, const char *out, const char *audio);

#endif
