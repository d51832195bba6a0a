#ifndef CONV_LAY_H
#define CONV_LAY_H

#include <stdint.h>

/*
 * Where the words of a timeline's items lie on its clock, and how much of them
 * was heard.  Pure.
 */
struct timeline;
struct timeline_item;
struct timeline_span;

/* The newest span of a turn; NULL where it has no sound. */
struct timeline_span *lay_span(const struct timeline *, int64_t turn);

/* The words of a turn of the model's get their times, once. */
void lay_model(struct timeline *, struct timeline_item *);

/* The user's words: by their position in the input, by the sound before they
 * came, or by when they came; that sound is not before ms `least`. */
void lay_user(struct timeline *, struct timeline_item *, int64_t least);

/* How much of a turn that was cut off was heard. */
void lay_heard(const struct timeline *, struct timeline_item *);

#endif
