#ifndef PROTO_FINDINGS_H
#define PROTO_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

/* A problem found in a setup: where (snake_case path as the service names it),
 * what the service does about it, what to do. */
struct finding {
	char *path;
	char *text;
	char *remedy;		/* may be NULL */
	bool fatal;		/* known to be refused; else doubtful */
};

enum { FINDINGS_MAX = 64 };

struct findings {
	struct finding v[FINDINGS_MAX];
	size_t n;		/* those beyond the ceiling are only counted */
	size_t more;
};

void findings_init(struct findings *);
void findings_done(struct findings *);
/* Copies its strings; text is a printf format for the sentence. */
void findings_add(struct findings *, bool fatal, const char *path,
    const char *remedy, const char *text, ...)
    __attribute__((format(printf, 5, 6)));
/* How many are fatal. */
size_t findings_fatal(const struct findings *);

#endif
