#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* The XDG cache folder of gl: $XDG_CACHE_HOME/gl, else ~/.cache/gl.  The
 * caller frees it; NULL if neither the variable nor HOME is set.  Nothing is
 * created. */
char *path_cache(void);

/* The same for $XDG_CONFIG_HOME/gl, else ~/.config/gl. */
char *path_config(void);

/* Where temporary files go: $TMPDIR, else /tmp. */
const char *path_tmp(void);

/* Makes the folder and its missing parents, mode 0700; 0, or -1 with errno. */
int path_make(const char *dir);

/* "dir/name" in memory that the caller frees. */
char *path_join(const char *dir, const char *name);

/* The path made absolute by the working folder; the caller frees it. */
char *path_absolute(const char *path);

/* The mode of a regular file that users other than its owner can access; 0 if
 * there is none or it is private. */
unsigned path_shared(const char *path);

/* Whether another user could change the file or folder: it is neither ours nor
 * root's, or everyone or a group other than our own can write it. */
bool path_foreign(const char *path);

/* What follows the last dot of a file's name, in the path; NULL if there is
 * none, or nothing before it (".bashrc") or after it. */
const char *path_ending(const char *path);

/* The ending of a path that names a sound or film format which gl does not
 * write, or NULL. */
const char *path_media(const char *path);

/* Whether the folder can be entered: 0, or -1 with errno. */
int path_folder(const char *dir);

/*
 * Checks the path of a FIFO at which two programs are to meet: ends the program
 * with CODE_NOINPUT and the remedy if a regular file or nothing is there.
 * file_too: a non-empty regular file will do as well.  What the user opened
 * (/dev/fd/3) is left to the user.
 */
void path_need_fifo(const char *path, bool file_too);

/* Whether there is a program of this name, which is looked for in PATH if it
 * has no slash: 0, or -1 with errno (EACCES: it is no executable file). */
int path_runs(const char *name);

/* The program `name` beside the running one, else the bare name for PATH; the
 * caller frees.  This is how gl-session finds gl-auth before installation. */
char *path_program(const char *name);

#endif
