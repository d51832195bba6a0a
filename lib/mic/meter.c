/*
 * The bar is the peak level from -60 dB to full scale, as on recorders; three
 * consecutive samples at full scale are clipping.
 */
#include "mic/meter.h"

#include <stdio.h>
#include <string.h>

enum {
	COLUMNS = 40,		/* of the bar, at most */
	COLUMNS_MIN = 4,
	BESIDE = 29,		/* columns beside the bar */
	FLOOR_DB = 60, HOLD_S = 2, FULL = 32767, RUN = 3
};

void
meter_init(struct meter *m, int rate)
{
	memset(m, 0, sizeof(*m));
	m->rate = rate;
	m->peak = -120;
	m->clip_age = INT64_MAX / 2;
}

void
meter_add(struct meter *m, const int16_t *p, int n)
{
	int i;

	pcm_level_add(&m->now, p, (size_t)n);
	m->peak_age += n;
	m->clip_age += n;
	for (i = 0; i < n; i++) {
		m->zeros = p[i] == 0 ? m->zeros + 1 : 0;
		m->run = p[i] >= FULL || p[i] <= -FULL ? m->run + 1 : 0;
		if (m->run == RUN) {
			m->clips++;
			m->clip_age = 0;
		}
	}
}

static int
column(double db, int columns)
{
	int c = (int)((db + FLOOR_DB) * columns / FLOOR_DB + 0.5);

	return c < 0 ? 0 : c > columns ? columns : c;
}

void
meter_line(struct meter *m, int room, char *text, size_t size)
{
	double db = pcm_level_peak(&m->now);
	char bar[COLUMNS + 1];
	const char *word = "";
	int hold, columns = room - BESIDE;

	columns = columns > COLUMNS ? COLUMNS : columns;
	columns = columns < COLUMNS_MIN ? COLUMNS_MIN : columns;
	if (db >= m->peak || m->peak_age > (int64_t)m->rate * HOLD_S) {
		m->peak = db;
		m->peak_age = 0;
	}
	memset(bar, ' ', (size_t)columns);
	memset(bar, '#', (size_t)column(db, columns));
	hold = column(m->peak, columns);
	if (hold > 0)
		bar[hold - 1] = '|';
	bar[columns] = '\0';
	if (m->clip_age < (int64_t)m->rate * HOLD_S)
		word = " CLIPPING";
	else if (m->zeros >= m->rate)
		word = " NO SIGNAL (muted?)";
	else if (m->peak < -50)
		word = " very quiet";
	snprintf(text, size, "[%s] %4.0f dB%s", bar, db < -99 ? -99 : db, word);
	memset(&m->now, 0, sizeof(m->now));
}
