/* mono: what an audio record says of its sound, and how it becomes one
 * channel. */
#include <stdio.h>
#include <string.h>

#include "../../tap.h"
#include "base/json.h"
#include "stream/mono.h"
#include "stream/stream.h"

/* The form of a record with that header and so many bytes. */
static const char *
form(struct mono_form *f, const char *head, size_t n)
{
	static const unsigned char zeros[64];
	struct record r = { .payload = zeros, .payload_len = n };
	struct json *j = json_parse(head, strlen(head), NULL, 0);
	const char *why;

	r.head = j;
	why = mono_form(f, &r, 16000);
	json_free(j);
	return why != NULL ? why : "";
}

static void
forms(void)
{
	static const char *const none[] = {
		"{\"rate\":999}", "{\"rate\":384001}", "{\"channels\":0}",
		"{\"channels\":9}", "{\"rate\":-1}",
		"{\"rate\":9223372036854775807}"
	};
	struct mono_form f;
	size_t i;

	is_str(form(&f, "{}", 32), "", "the usual");
	ok(f.rate == 16000 && f.channels == 1 && f.frames == 16 && f.us == 1000,
	    "what it is");
	is_str(form(&f, "{\"rate\":8000,\"channels\":8}", 48), "", "eight");
	ok(f.rate == 8000 && f.channels == 8 && f.frames == 3 && f.us == 375,
	    "what that is");
	is_str(form(&f, "{\"rate\":1000}", 0), "", "empty");
	for (i = 0; i < sizeof(none) / sizeof(*none); i++) {
		is_str(form(&f, none[i], 32), "no such rate or channels",
		    none[i]);
		is_int(f.rate, 0, "is none");
	}
	is_str(form(&f, "{}", 33), "half a sample at its end", "odd");
	is_int((int)f.frames, 16, "the whole ones can be used");
	is_str(form(&f, "{\"channels\":3}", 16), "half a sample at its end",
	    "no whole frames");
	is_int((int)f.frames, 2, "two are");
}

/* Whether a payload that begins so is taken for sound. */
static bool
sound(const char *head, const void *begin, size_t n)
{
	unsigned char payload[64] = { 0 };
	struct record r = { .payload = payload, .payload_len = 64 };
	struct json *j = json_parse(head, strlen(head), NULL, 0);
	struct mono_form f;
	bool good;

	memcpy(payload, begin, n);
	r.head = j;
	good = mono_form(&f, &r, 16000) == NULL;
	is_int(f.rate, good ? 16000 : 0, "its rate");
	json_free(j);
	return good;
}

static void
files(void)
{
	ok(sound("{}", "RIFF", 4), "four bytes may be samples");
	ok(!sound("{}", "RIFF\0\0\0\0WAVEfmt ", 16), "a WAV file");
	ok(!sound("{}", "RF64\xff\xff\xff\xffWAVEds64", 16), "RF64");
	ok(!sound("{}", "ID3\3", 4), "an MP3 file");
	ok(!sound("{}", "OggS\0\2", 6), "an Ogg file");
	ok(!sound("{}", "fLaC\0\0\0\x22", 8), "a FLAC file");
	ok(!sound("{\"mime\":\"audio/mpeg\"}", "", 0), "MP3 by its type");
	ok(!sound("{\"mime\":\"audio/wav\"}", "", 0), "WAV by its type");
	ok(sound("{\"mime\":\"audio/pcm;rate=16000\"}", "", 0), "PCM");
	ok(sound("{\"mime\":\"audio/L16\"}", "", 0), "L16");
}

static void
mixes(void)
{
	static const unsigned char pcm[] = "\x10\0\x20\0\x30\0\x50\0";
	struct record r = { .payload = pcm, .payload_len = 8 };
	struct mono_form two = { 16000, 2, 2, 125, false },
	    one = { 16000, 1, 4, 250, false };
	struct mono m;

	mono_init(&m, PCM_MIX);
	ok(mono_mix(&m, &one, &r) == pcm, "one channel is as it came");
	ok(memcmp(mono_mix(&m, &two, &r), "\x18\0\x40", 4) == 0, "the mean");
	mono_done(&m);
	mono_init(&m, PCM_RIGHT);
	ok(memcmp(mono_mix(&m, &two, &r), "\x20\0\x50", 4) == 0, "the right");
	mono_done(&m);
}

int
main(void)
{
	forms();
	files();
	mixes();
	return tap_done();
}
