/* Turns an `audio` record into mono sound. */
#include "stream/mono.h"

#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "sound/wav.h"
#include "stream/stream.h"

/* Whether the payload is a whole file, or names itself something else than bare
 * samples: a chunk in the middle may begin with any few bytes. */
static bool
is_file(const struct record *r)
{
	static const char *const begin[] = { "ID3\3", "ID3\4", "fLaC\0\0\0",
	    "OggS\0\2" };
	static const size_t len[] = { 4, 4, 7, 6 };
	const char *mime = json_get_str(r->head, "mime", "audio/pcm");
	const char *p = (const char *)r->payload;
	size_t i;

	for (i = 0; i < sizeof(len) / sizeof(*len); i++)
		if (r->payload_len >= len[i] && memcmp(p, begin[i],
		    len[i]) == 0)
			return true;
	return (r->payload_len >= 12 && wav_begins(p, 4) &&
	    memcmp(p + 8, "WAVE", 4) == 0) ||
	    (strncasecmp(mime, "audio/pcm", 9) != 0 &&
	    strncasecmp(mime, "audio/l16", 9) != 0);
}

const char *
mono_bare(struct mono_form *f, const struct record *r, int rate)
{
	int64_t hz = json_get_int(r->head, "rate", rate);
	int64_t channels = json_get_int(r->head, "channels", 1);

	memset(f, 0, sizeof(*f));
	if (hz < PCM_RATE_MIN || hz > PCM_RATE_MAX || channels < 1 ||
	    channels > PCM_CHANNELS_MAX)
		return "no such rate or channels";
	f->rate = (int)hz;
	f->channels = (int)channels;
	f->frames = r->payload_len / 2 / (size_t)channels;
	f->us = (int64_t)f->frames * 1000000 / hz;
	return r->payload_len % (2 * (size_t)channels) != 0 ?
	    "half a sample at its end" : NULL;
}

const char *
mono_form(struct mono_form *f, const struct record *r, int rate)
{
	const char *why = mono_bare(f, r, rate);

	if (f->rate == 0 || r->payload == NULL || !is_file(r))
		return why;
	memset(f, 0, sizeof(*f));
	f->file = true;
	return "a file or a coding, not bare samples (s16le); gl-mic FILE "
	    "makes a stream of a WAV file";
}

void
mono_init(struct mono *m, int pick)
{
	memset(m, 0, sizeof(*m));
	m->pick = pick;
	buf_init(&m->mixed, STREAM_PAYLOAD_MAX);
}

void
mono_done(struct mono *m)
{
	buf_done(&m->mixed);
}

const void *
mono_mix(struct mono *m, const struct mono_form *f, const struct record *r)
{
	if (f->channels == 1)
		return r->payload;
	if (m->in.channels != f->channels) {
		pcm_in_init(&m->in, PCM_S16, f->channels);
		m->in.pick = m->pick;
	}
	m->in.have = 0;
	buf_clear(&m->mixed);
	if (pcm_in_add(&m->in, r->payload, f->frames * 2 *
	    (size_t)f->channels, &m->mixed) == -1)
		return NULL;
	return m->mixed.data;
}
