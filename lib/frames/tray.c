/*
 * Memory changes hands by swapping, so that no picture is copied.
 */
#include "frames/tray.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void
tray_done(struct tray *t)
{
	free(t->kept.data);
	free(t->newer.data);
	free(t->spare.data);
}

bool
tray_busy(const struct tray *t)
{
	return t->lent && t->waiting;
}

void
tray_put(struct tray *t, const struct picture_data *d, struct pictures *ps)
{
	if (tray_busy(t)) {
		t->newer_data = *d;
		t->newest = true;
		if (ps != NULL)
			pictures_keep(ps, &t->newer);
		return;
	}
	t->data = *d;
	if (ps != NULL)
		pictures_keep(ps, &t->kept);
	t->waiting = true;
}

struct picture_kept *
tray_room(struct tray *t, size_t n)
{
	struct picture_kept *k = tray_busy(t) ? &t->newer : &t->kept;

	if (n > k->cap) {
		k->data = mem_resize(k->data, n, 1);
		k->cap = n;
	}
	return k;
}

static void
swap(struct picture_kept *a, struct picture_kept *b)
{
	struct picture_kept c = *a;

	*a = *b;
	*b = c;
}

bool
tray_next(struct tray *t)
{
	t->waiting = t->newest;
	t->lent = t->newest = false;
	if (t->waiting) {
		swap(&t->kept, &t->newer);
		t->data = t->newer_data;
	}
	return t->waiting;
}

void
tray_spare(struct tray *t, const char *why)
{
	swap(&t->kept, &t->spare);
	t->spare_data = t->data;
	snprintf(t->spare_why, sizeof(t->spare_why), "%s", why);
}

void
tray_offer(struct tray *t)
{
	swap(&t->kept, &t->spare);
	t->data = t->spare_data;
	t->data.last = true;
	t->waiting = true;
}
