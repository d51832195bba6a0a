#ifndef DIALOG_NOTICE_H
#define DIALOG_NOTICE_H

#include "proto/family.h"
#include "session/session.h"

/*
 * What a conversation is with and where its secret comes from (SESSION_INFO);
 * a model that is or will be shut down, and what was left out of the tools'
 * schemas (SESSION_WARN).  A sentence a call.
 */
struct plan;

typedef void notice_tell(enum session_level, const char *text);

void notice_plan(const struct plan *, enum backend, notice_tell *);

#endif
