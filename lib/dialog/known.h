#ifndef DIALOG_KNOWN_H
#define DIALOG_KNOWN_H

/*
 * What this version knows of the service, as text for people, cut(1) and
 * completions: a line each, the columns separated by tabs.  Pure.
 */
struct buf;
struct json;

enum known_what { KNOWN_NOTHING, KNOWN_MODELS, KNOWN_VOICES, KNOWN_LANGUAGES };

/* served is a list of the names of models that the service has, for the last
 * column, or NULL where it was not asked. */
void known_list(enum known_what, const struct json *served, struct buf *);

#endif
