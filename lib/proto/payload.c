/* Checks the bytes of blobs against their type, as the service would. */
#include "proto/payload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/mem.h"
#include "picture/intact.h"
#include "proto/schema.h"

/* Whether a type is one of ours, whatever its parameters. */
static bool
names(const char *mime, const char *type)
{
	size_t n = strcspn(mime, "; ");

	return strncasecmp(mime, type, n) == 0 && type[n] == '\0';
}

/* The bytes must be of the stated type.  A type that we do not know may be one
 * of the service's own. */
static const char *
untrue(const char *mime, const char *type)
{
	static const char *const known[][2] = {
		{ "image/jpeg", "image/jpeg" }, { "image/jpg", "image/jpeg" },
		{ "image/pjpeg", "image/jpeg" }, { "image/png", "image/png" },
		{ "image/webp", "image/webp" }, { "image/gif", "image/gif" },
		{ "image/heic", "image/heic" }, { "image/heif", "image/heic" },
		{ "image/avif", "image/avif" }
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (names(mime, known[i][0]))
			return type != NULL && strcmp(type, known[i][1]) == 0 ?
			    NULL : type != NULL ? type : "not a picture of "
			    "that kind";
	return NULL;
}

bool
payload_picture(const char *mime, const void *p, size_t n, char *why,
    size_t size)
{
	const char *fault = untrue(mime, intact_type(p, n));

	if (fault != NULL) {
		snprintf(why, size, "its \"mime\" is %.40s, its bytes are %s",
		    mime, fault);
		return false;
	}
	if ((fault = intact_fault(p, n)) == NULL)
		return true;
	snprintf(why, size, "%s, which ends a session; gl-frames FILE sends "
	    "whole ones", fault);
	return false;
}

const char *
payload_kind(const void *p, size_t n, char *why, size_t size)
{
	const char *mime = intact_type(p, n);

	if (mime != NULL && strncmp(mime, "image/", 6) == 0)
		return payload_picture(mime, p, n, why, size) ? mime : NULL;
	snprintf(why, size, "no picture that a model takes; gl-frames makes "
	    "one of many kinds");
	return NULL;
}

/* One blob. */
static bool
blob(const char *mime, const char *data, size_t n, char *why, size_t size)
{
	unsigned char *bytes = mem_resize(NULL, n / 4 * 3 + 3, 1);
	ssize_t len = base64_decode(bytes, data, n);
	bool fine = true;

	if (len == -1) {
		snprintf(why, size, "the \"data\" of its %.40s is not base64",
		    mime);
		fine = false;
	} else if (names(mime, "audio/pcm") && len % 2 != 0) {
		snprintf(why, size, "its %.40s ends in half a sample", mime);
		fine = false;
	} else if (strncasecmp(mime, "image/", 6) == 0) {
		fine = payload_picture(mime, bytes, (size_t)len, why, size);
	}
	free(bytes);
	return fine;
}

bool
payload_inline(const struct json *j, char *why, size_t size)
{
	const char *mime = json_str(schema_get(j, "mimeType")), *data, *key;
	const struct json *m;
	size_t n;

	if (json_type(j) != JSON_OBJECT && json_type(j) != JSON_ARRAY)
		return true;
	data = json_strn(json_get(j, "data"), &n);
	if (mime != NULL && data != NULL)
		return blob(mime, data, n, why, size);
	for (m = json_first(j); m != NULL; m = json_next(m)) {
		key = json_type(j) == JSON_OBJECT ? json_key(m) : "";
		if (strcmp(key, "response") != 0 && strcmp(key, "args") != 0 &&
		    !payload_inline(m, why, size))
			return false;
	}
	return true;
}
