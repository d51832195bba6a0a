#ifndef CONV_LAY_H
#define CONV_LAY_H

#include <stdint.h>

/*
 * Places the words of a timeline's items on its clock, and tells how much of
 * them was heard.  Pure.
 */
struct timeline;
struct timeline_item;
struct timeline_span;

/* The newest span of a turn; NULL if it has no sound. */
struct timeline_span *lay_span(const struct timeline *, int64_t turn);

/* Sets the times of the words of one of the model's turns, once. */
void lay_model(struct timeline *, struct timeline_item *);

/* Places the user's words: by their position in the input, by the sound before
 * they came (not before ms `least`), or by when they came. */
void lay_user(struct timeline *, struct timeline_item *, int64_t least);

/* Sets how much of an interrupted turn was heard. */
void lay_heard(const struct timeline *, struct timeline_item *);

#endif
