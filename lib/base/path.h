#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* The XDG cache and state folders of gl ($XDG_CACHE_HOME/gl, else
 * ~/.cache/gl; $XDG_STATE_HOME/gl, else ~/.local/state/gl).  The caller frees;
 * NULL where neither variable nor HOME is set.  Nothing is created. */
char *path_cache(void);

/* The same for $XDG_CONFIG_HOME/gl, else ~/.config/gl. */
char *path_config(void);

/* Where files go that nobody keeps: $TMPDIR, else /tmp. */
const char *path_tmp(void);

/* Makes the folder and its parents, the last with mode 0700; 0 or -1. */
int path_make(const char *dir);

/* "dir/name" in memory that the caller frees. */
char *path_join(const char *dir, const char *name);

/* From the root on, by the working folder; in memory that the caller frees. */
char *path_absolute(const char *path);

/* The mode of a regular file that others than its owner can read or write; 0
 * where there is none, or it is private. */
unsigned path_shared(const char *path);

/* Whether another user could change the file or folder: it is neither ours nor
 * root's, all can write it, or a group that is not our own can. */
bool path_foreign(const char *path);

/* Whether one can work in the folder: 0, or -1 with errno. */
int path_folder(const char *dir);

/*
 * A name by which one program is to meet another, at a FIFO: NULL, or a
 * sentence in why with the remedy, where a regular file or nothing is there.
 * file_too: a regular file that holds something will do as well.  What the user
 * opened (/dev/fd/3) is left to the user.
 */
const char *path_no_fifo(const char *path, bool file_too, char *why,
    size_t size);

/* The program `name` beside the running one, else the bare name for PATH; the
 * caller frees.  This is how gl-session finds gl-auth before installation. */
char *path_program(const char *name);

#endif
