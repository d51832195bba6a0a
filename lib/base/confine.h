#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

/*
 * What a process gives up for good, with all that it starts from then on:
 * privileges, system calls (seccomp), files (Landlock).  Each answers 0, or -1
 * with errno where this kernel or container has no such thing; nothing is
 * confined then.  In a program built with a sanitizer confine_calls() answers
 * ENOTSUP, since sanitizers open and trace at will.
 */

/* Nothing that is run can have more rights than its parent: set-user-ID is
 * without effect. */
int confine_gains(void);

enum confine_calls {
	/* No socket of any kind, but pairs; no tracing, no mounts, no keys. */
	CONFINE_NET,
	/* Nor is any program run. */
	CONFINE_RUN,
	/* Sockets are there, but no program is run, and the rest as above. */
	CONFINE_EXEC,
	/* Nothing but what is open is read and written, and memory used. */
	CONFINE_PURE
};

/* A call that is refused fails with EPERM. */
int confine_calls(enum confine_calls);

/* Files below these folders (or these files) can be read and run, and those of
 * the second list written too.  Each list ends with NULL; what is not there is
 * left out.  Devices such as /dev/null can always be written.  ENOTSUP where
 * the kernel cannot keep a file from being truncated (before Linux 6.2). */
int confine_files(const char *const *readable, const char *const *writable);

/* Both for the program itself, as far as there is either; files only where
 * readable is not NULL.  0, or -1 with errno where something was missing, as it
 * all is with a sanitizer. */
int confine_self(enum confine_calls, const char *const *readable,
    const char *const *writable);

/* Whether confine_files() and confine_calls() would work: 0, or -1 with
 * errno. */
int confine_able(void);

#endif
