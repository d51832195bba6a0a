/* Reads the setup, with its keys in either spelling. */
#include "dialog/about.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/crypt.h"
#include "base/json.h"
#include "stream/stream.h"

enum { SETUP_MAX = 64 << 20, TIME_LEN = 25 };

/* Milliseconds since 1970 as RFC 3339, in UTC. */
static void
write_time(char text[TIME_LEN], int64_t ms)
{
	time_t s = (time_t)(ms / 1000);
	struct tm tm;

	if (gmtime_r(&s, &tm) == NULL || tm.tm_year > 8099)
		s = 0, gmtime_r(&s, &tm);
	strftime(text, TIME_LEN, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + 19, TIME_LEN - 19, ".%03uZ",
	    (unsigned)(ms % 1000) % 1000);
}

static const struct json *
either(const struct json *o, const char *camel, const char *snake)
{
	const struct json *v = json_get(o, camel);

	return v != NULL ? v : json_get(o, snake);
}

static void
member(struct buf *head, const char *key, const char *value)
{
	if (value != NULL && *value != '\0')
		stream_str(head, key, value);
}

/* A hash, the same for setups with the same instruction and tools. */
static void
hash(struct buf *head, const struct json *setup)
{
	const struct json *words = either(setup, "systemInstruction",
	    "system_instruction"), *tools = json_get(setup, "tools");
	unsigned char sum[32];
	char text[8 + 2 * sizeof(sum)] = "sha256:";
	struct buf b;
	size_t i;

	if (words == NULL && tools == NULL)
		return;
	buf_init(&b, SETUP_MAX);
	if (words != NULL)
		json_print(words, &b);
	buf_byte(&b, '\n');
	if (tools != NULL)
		json_print(tools, &b);
	if (!b.failed) {
		crypt_sha256(sum, b.data, b.len);
		for (i = 0; i < sizeof(sum); i++)
			snprintf(text + 7 + 2 * i, 3, "%02x", sum[i]);
		stream_str(head, "setup", text);
	}
	buf_done(&b);
}

void
about_members(struct buf *head, const struct json *setup, const char *backend,
    int64_t wall_ms)
{
	const struct json *speech = either(either(setup, "generationConfig",
	    "generation_config"), "speechConfig", "speech_config");
	const struct json *voice = either(either(speech, "voiceConfig",
	    "voice_config"), "prebuiltVoiceConfig", "prebuilt_voice_config");
	const char *model = json_get_str(setup, "model", NULL), *slash;
	char text[TIME_LEN];

	write_time(text, wall_ms);
	stream_str(head, "time", text);
	if (model != NULL && (slash = strrchr(model, '/')) != NULL)
		model = slash + 1;
	member(head, "model", model);
	member(head, "backend", backend);
	member(head, "voice", json_str(either(voice, "voiceName",
	    "voice_name")));
	member(head, "language", json_str(either(speech, "languageCode",
	    "language_code")));
	hash(head, setup);
}

void
about_splice(struct buf *out, const char *head, size_t n, const char *more)
{
	while (n > 0 && head[n - 1] != '}')
		n--;
	if (n == 0)
		return;
	buf_add(out, head, n - 1);
	buf_str(out, more);
	buf_str(out, "}\n");
}
