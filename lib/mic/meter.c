/*
 * The bar is peak level from -60 dB to full scale, as meters of recorders are;
 * three samples at full scale in a row are clipping.
 */
#include "mic/meter.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS = 40, FLOOR_DB = 60, HOLD_S = 2, FULL = 32767, RUN = 3 };

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
column(double db)
{
	int c = (int)((db + FLOOR_DB) * COLUMNS / FLOOR_DB + 0.5);

	return c < 0 ? 0 : c > COLUMNS ? COLUMNS : c;
}

void
meter_line(struct meter *m, char *text, size_t size)
{
	double db = pcm_level_peak(&m->now);
	char bar[COLUMNS + 1];
	const char *word = "";
	int hold;

	if (db >= m->peak || m->peak_age > (int64_t)m->rate * HOLD_S) {
		m->peak = db;
		m->peak_age = 0;
	}
	memset(bar, ' ', COLUMNS);
	memset(bar, '#', (size_t)column(db));
	hold = column(m->peak);
	if (hold > 0)
		bar[hold - 1] = '|';
	bar[COLUMNS] = '\0';
	if (m->clip_age < (int64_t)m->rate * HOLD_S)
		word = " CLIPPING";
	else if (m->zeros >= m->rate)
		word = " NO SIGNAL (muted?)";
	else if (m->peak < -50)
		word = " very quiet";
	snprintf(text, size, "[%s] %4.0f dB%-20s", bar, db < -99 ? -99 : db,
	    word);
	memset(&m->now, 0, sizeof(m->now));
}
