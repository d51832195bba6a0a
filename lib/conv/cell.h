#ifndef CONV_CELL_H
#define CONV_CELL_H

/*
 * A program that reads files from anywhere needs only these: once they are
 * known, it can open no others, make no socket and run no program.
 */

/* files: the n still to be read; out, audio: to be written, or NULL.  0, or -1
 * with errno if the kernel lacks some of this. */
int cell_shut(char *const *files, int n, const char *out, const char *audio);

#endif
