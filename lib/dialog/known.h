#ifndef DIALOG_KNOWN_H
#define DIALOG_KNOWN_H

/*
 * What this version knows about the service, as text for people, cut(1) and
 * completions: one line each, with columns separated by tabs.  Pure.
 */
struct buf;
struct json;

enum known_what { KNOWN_NOTHING, KNOWN_MODELS, KNOWN_VOICES, KNOWN_LANGUAGES };

/* served lists the models that the service has, for the last column, or is
 * NULL if it was not asked. */
void known_list(enum known_what, const struct json *served, struct buf *);

#endif
