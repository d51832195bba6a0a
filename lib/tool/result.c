/* What a program printed, and how it ended, as an answer for the model. */
#include "tool/result.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "loop/run.h"
#include "base/utf8.h"

struct json *
result_error(const char *text)
{
	struct json *j = json_object();

	json_set(j, "error", json_stringn(text, strlen(text)));
	return j;
}

size_t
result_trim(const char *s, size_t n)
{
	while (n > 0 && s[n - 1] != '\0' && strchr(" \t\r\n", s[n - 1]))
		n--;
	return n;
}

struct json *
result_printed(const char *s, size_t n)
{
	struct json *j;
	char why[128], text[256];
	size_t i = strspn(s, " \t\r\n");

	n = result_trim(s, n);
	if (!utf8_valid(s, n))
		return result_error("the tool printed invalid UTF-8");
	if (i < n && s[i] == '{') {
		j = json_parse(s, n, why, sizeof(why));
		if (j != NULL)
			return j;
		snprintf(text, sizeof(text), "the tool printed something "
		    "that begins as a JSON object and is none: %s", why);
		return result_error(text);
	}
	j = json_object();
	json_set(j, "result", json_stringn(s, n));
	return j;
}

struct json *
result_run(const struct run_end *e, int64_t timeout_ms, size_t out_max)
{
	char text[RESULT_ERR_MAX + 256];
	size_t n = result_trim(e->err, e->err_len);
	int at = 0;

	switch (e->how) {
	case RUN_EXITED:
		if (e->code == 0)
			return result_printed(e->out, e->out_len);
		at = snprintf(text, sizeof(text), "exit status %d", e->code);
		break;
	case RUN_KILLED:
		at = snprintf(text, sizeof(text), "killed by signal %d",
		    e->code);
		break;
	case RUN_TIMEOUT:
		at = snprintf(text, sizeof(text), "no answer within %g s",
		    (double)timeout_ms / 1000);
		break;
	case RUN_FLOOD:
		at = snprintf(text, sizeof(text), "more than %zu bytes of "
		    "output", out_max);
		break;
	case RUN_CANCELLED:
		at = snprintf(text, sizeof(text), "cancelled");
		break;
	}
	if (n > RESULT_ERR_MAX)
		n = utf8_cut(e->err, RESULT_ERR_MAX);
	if (n > 0)
		snprintf(text + at, sizeof(text) - (size_t)at, ": %.*s",
		    (int)n, e->err);
	return result_error(text);
}
