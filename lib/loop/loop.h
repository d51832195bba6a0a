#ifndef LOOP_LOOP_H
#define LOOP_LOOP_H

#include <poll.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The only place that sleeps.  Each turn: every source says what it wants,
 * poll waits for that or the next deadline, signals and ended children are
 * reported, due timers fire, ready sources are called; these first if a timer
 * is overdue by more than a second, as in a program that was stopped.  One loop
 * per process (it owns the signals); SIGPIPE and SIGXFSZ are ignored from
 * loop_new() on.
 */
struct loop;
struct source;

struct source_ops {
	/* Fills in at most room entries according to the source's state and
	 * returns how many; 0 if it waits for nothing.  Called before each
	 * sleep. */
	int (*want)(void *arg, struct pollfd *pfd, int room);
	/* The same entries with revents; called only if one of them is not 0.
	 * Does a bounded amount of work and returns. */
	void (*ready)(void *arg, const struct pollfd *pfd, int n);
};

/* Embedded by its owner, who zeroes it and sets fire and arg. */
struct timer {
	void (*fire)(void *arg);	/* NULL: only ends the sleep */
	void *arg;
	int64_t at;		/* the loop's: clock_ms() time, while armed */
	struct timer *next;	/* the loop's */
	int armed;		/* the loop's */
};

struct loop *loop_new(void);
void loop_free(struct loop *);

/* The ops and arg must outlive the source.  It may be removed anywhere, even
 * in its own handler. */
struct source *loop_add(struct loop *, const struct source_ops *, void *arg);
void loop_remove(struct loop *, struct source *);

/* Arms (or re-arms) the timer for the clock_ms() time at; it fires once. */
void loop_timer(struct loop *, struct timer *, int64_t at);
void loop_untimer(struct loop *, struct timer *);

/* Skips the next sleep: something that poll cannot see is waiting (bytes
 * already decrypted, a queue not yet empty). */
void loop_soon(struct loop *);

/* Handles a signal in the loop; a NULL function restores the default. */
void loop_signal(struct loop *, int signo, void (*fn)(void *arg, int signo),
    void *arg);

/* Handles INT, TERM and HUP, which end a program; a HUP that was ignored from
 * the start, as by nohup(1), stays so. */
void loop_ends(struct loop *, void (*fn)(void *arg, int signo), void *arg);

/* For a handler: does what the signal did before the handler was set, which for
 * SIGTSTP is to stop; returns if the process goes on. */
void loop_default(struct loop *, int signo);

/* Calls fn once when the child has ended, with the status of waitpid(2).  The
 * child is reaped afterwards: fn may still signal its group. */
void loop_child(struct loop *, pid_t, void (*fn)(void *arg, pid_t pid,
    int status), void *arg);

/* For a process that inherits others' children (proc_adopt()): reaps those
 * that end, too. */
void loop_adopt(struct loop *);

/* Runs until loop_stop(), whose code it returns. */
int loop_run(struct loop *);
void loop_stop(struct loop *, int code);

/* clock_ms() as of this turn. */
int64_t loop_now(const struct loop *);

/* In a child between fork and exec: restores signals and mask, and keeps
 * descriptors above 2 from surviving the exec. */
void loop_forked(void);

#endif
