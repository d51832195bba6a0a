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

static void
mixes(void)
{
	static const unsigned char pcm[] = "\x10\0\x20\0\x30\0\x50\0";
	struct record r = { .payload = pcm, .payload_len = 8 };
	struct mono_form two = { 16000, 2, 2, 125 }, one = { 16000, 1, 4, 250 };
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
	mixes();
	return tap_done();
}
