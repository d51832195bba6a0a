#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

/*
 * What a process and all it starts from then on give up for good: privileges,
 * system calls (seccomp), files (Landlock).  Each call returns 0, or -1 with
 * errno if this kernel or container lacks it; nothing is confined then.  In a
 * program built with a sanitizer confine_calls() fails with ENOTSUP, since
 * sanitizers open files and trace at will.  No confined process can type into
 * a terminal (TIOCSTI) or change attributes of files (chattr).
 */

/* Keeps programs from gaining more rights than their parent: set-user-ID has
 * no effect. */
int confine_gains(void);

enum confine_calls {
	/* No sockets except pairs; no tracing, mounts or keys, and no memory or
	 * messages shared by System V's or POSIX's names. */
	CONFINE_NET,
	/* Nor can modes, owners, times or attributes of files be changed, which
	 * confine_files() does not prevent. */
	CONFINE_MODES,
	/* Nor can the process group be left: who kills it ends all of them. */
	CONFINE_GROUP,
	/* The modes, and no program can be run. */
	CONFINE_RUN,
	/* Sockets are there, but no program can be run; the rest as the
	 * first. */
	CONFINE_EXEC,
	/* Only reading and writing what is open, and using memory. */
	CONFINE_PURE
};

/* Refused calls fail with EPERM. */
int confine_calls(enum confine_calls);

/* Lets only files in these folders (or these files) be read and run, and those
 * of the second list be written too.  Each list ends with NULL; missing paths
 * are skipped.  Devices such as /dev/null can always be written.  Other devices
 * take no ioctl(2) from Linux 6.10 on unless they are writable or named
 * themselves, and from 6.12 on no process outside gets signals.  ENOTSUP if the
 * kernel cannot prevent truncation (before Linux 6.2). */
int confine_files(const char *const *readable, const char *const *writable);

/* Confines the program itself in both ways, as far as supported; files only if
 * readable is not NULL.  0, or -1 with errno if something was missing, as
 * everything is with a sanitizer. */
int confine_self(enum confine_calls, const char *const *readable,
    const char *const *writable);

/* Whether confine_files() and confine_calls() would work: 0, or -1 with
 * errno. */
int confine_able(void);

#endif
