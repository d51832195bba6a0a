/*
 * Only accepts what the parser would read in just the same way: all tokens are
 * fixed, white space is only between them, and the media string ends by the
 * parser's own rule.
 */
#include "proto/sound.h"

#include "base/json.h"

#define MIME "audio/pcm;rate=24000"

const char proto_sound_mime[] = MIME;

/* Takes the tokens in `want`; returns what follows them, or NULL. */
static const char *
tokens(const char *s, const char *end, const char *want)
{
	bool quoted = false;

	for (; *want != '\0'; want++, s++) {
		if (!quoted && s < end && *s != *want)
			s = json_space(s, end);
		if (s == end || *s != *want)
			return NULL;
		quoted ^= *want == '"';
	}
	return s;
}

bool
proto_sound_find(const char *message, size_t n, const char **data, size_t *len)
{
	const char *end = message + n, *s, *close;

	s = tokens(message, end, "{\"serverContent\":{\"modelTurn\":{\"parts\":"
	    "[{\"inlineData\":{\"mimeType\":\"" MIME "\",\"data\":\"");
	if (s == NULL || (close = json_media_end(s, end)) == NULL)
		return false;
	*data = s;
	*len = (size_t)(close - s);
	s = tokens(close + 1, end, "}}]}}}");
	return s != NULL && json_space(s, end) == end;
}
