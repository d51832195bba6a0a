#ifndef DIALOG_NOTICE_H
#define DIALOG_NOTICE_H

#include "proto/family.h"
#include "session/session.h"

/*
 * Tells what a conversation talks to and where its secret comes from
 * (SESSION_INFO), and of a model that is or will be shut down and of what was
 * left out of the tools' schemas (SESSION_WARN).  One sentence per call.
 */
struct plan;

typedef void notice_tell(enum session_level, const char *text);

void notice_plan(const struct plan *, enum backend, notice_tell *);

#endif
