/*
 * Reads heads byte by byte into one growing text in which each piece ends with
 * a zero; pieces are addressed by offset, since the text moves as it grows.
 * None of the leniency that RFC 9112 allows recipients is used: both ends of
 * our connections are programs.
 */
#include "net/httphead.h"
#include "base/buf.h"
#include "base/mem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct header_field {
	size_t name;
	size_t value;
};

struct httphead {
	enum httphead_kind kind;
	enum httphead_status status;
	const char *why;
	struct buf text;
	size_t line;		/* offset of the line being read */
	size_t total;		/* bytes so far */
	bool cr;		/* the last byte was CR */
	bool started;		/* the start line has been read */
	size_t first, second;	/* method and target, or reason in second */
	int code;
	int minor;
	struct header_field fields[HTTPHEAD_FIELDS_MAX];
	size_t count;
};

struct httphead *
httphead_new(enum httphead_kind kind)
{
	struct httphead *h = mem_alloc(sizeof(*h));

	h->kind = kind;
	h->why = "";
	/* each line loses CR LF and gains at most two zeros */
	buf_init(&h->text, HTTPHEAD_MAX + 2);
	return h;
}

void
httphead_free(struct httphead *h)
{
	if (!h)
		return;
	buf_wipe(&h->text);
	free(h);
}

static enum httphead_status
bad(struct httphead *h, const char *why)
{
	h->why = why;
	h->status = HTTPHEAD_BAD;
	return HTTPHEAD_BAD;
}

static bool
is_token_char(int c)
{
	return isalnum(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool
is_token(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (!is_token_char((unsigned char)*s))
			return false;
	return true;
}

/* "HTTP/1.x" at s, followed by end; -1 or x. */
static int
take_version(const char *s, char end)
{
	if (strncmp(s, "HTTP/1.", 7) != 0 || !isdigit((unsigned char)s[7]) ||
	    s[8] != end)
		return -1;
	return s[7] - '0';
}

static enum httphead_status
take_request_line(struct httphead *h, char *s)
{
	char *target, *version;

	target = strchr(s, ' ');
	version = target ? strchr(target + 1, ' ') : NULL;
	if (!version)
		return bad(h, "the request line does not have three words");
	*target++ = '\0';
	*version++ = '\0';
	h->minor = take_version(version, '\0');
	if (h->minor == -1)
		return bad(h, "the request is not HTTP/1.1");
	if (!is_token(s) || !*target)
		return bad(h, "the request line is malformed");
	for (; *target; target++)
		if ((unsigned char)*target >= 0x7f || *target == '\t')
			return bad(h, "the request target holds a raw byte");
	h->first = h->line;
	h->second = h->line + strlen(s) + 1;
	return HTTPHEAD_MORE;
}

static enum httphead_status
take_status_line(struct httphead *h, const char *s)
{
	h->minor = take_version(s, ' ');
	if (h->minor == -1)
		return bad(h, "the answer is not HTTP/1.1");
	s += 9;
	if (!isdigit((unsigned char)s[0]) || !isdigit((unsigned char)s[1]) ||
	    !isdigit((unsigned char)s[2]) || (s[3] && s[3] != ' ') ||
	    s[0] == '0')
		return bad(h, "the status is not a number of three digits");
	h->code = (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
	h->second = h->line + 9 + (s[3] ? 4 : 3);
	return HTTPHEAD_MORE;
}

static enum httphead_status
take_field(struct httphead *h, char *s)
{
	char *colon = strchr(s, ':'), *value, *end;

	if (*s == ' ' || *s == '\t')
		return bad(h, "a header field is folded");
	if (!colon)
		return bad(h, "a header field has no colon");
	*colon = '\0';
	if (!is_token(s))
		return bad(h, "a header field's name is malformed");
	if (h->count == HTTPHEAD_FIELDS_MAX)
		return bad(h, "there are more than 100 header fields");
	value = colon + 1 + strspn(colon + 1, " \t");
	end = value + strlen(value);
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		*--end = '\0';
	h->fields[h->count].name = h->line;
	h->fields[h->count].value = (size_t)(value - h->text.data);
	h->count++;
	return HTTPHEAD_MORE;
}

/* The line is whole. */
static enum httphead_status
take_line(struct httphead *h)
{
	enum httphead_status status;
	char *s;

	if (buf_byte(&h->text, '\0') == -1)
		return bad(h, "the head is longer than 65536 bytes");
	s = h->text.data + h->line;
	if (!*s && h->started) {
		h->status = HTTPHEAD_DONE;
		return HTTPHEAD_DONE;
	}
	if (h->started)
		status = take_field(h, s);
	else if (h->kind == HTTPHEAD_REQUEST)
		status = take_request_line(h, s);
	else
		status = take_status_line(h, s);
	h->started = true;
	h->line = h->text.len;
	return status;
}

static enum httphead_status
take_byte(struct httphead *h, unsigned char c)
{
	if (++h->total > HTTPHEAD_MAX)
		return bad(h, "the head is longer than 65536 bytes");
	if (h->cr) {
		h->cr = false;
		if (c != '\n')
			return bad(h, "a carriage return without a line feed");
		return take_line(h);
	}
	if (c == '\r') {
		h->cr = true;
		return HTTPHEAD_MORE;
	}
	if (c == '\n')
		return bad(h, "a line ends without carriage return");
	if ((c < ' ' && c != '\t') || c == 0x7f)
		return bad(h, "the head holds a control character");
	if (h->text.len - h->line >= HTTPHEAD_LINE_MAX)
		return bad(h, "a line of the head is longer than 16384 bytes");
	buf_byte(&h->text, c);
	return HTTPHEAD_MORE;
}

enum httphead_status
httphead_feed(struct httphead *h, const void *p, size_t n, size_t *used)
{
	const unsigned char *s = p;
	size_t i = 0;

	while (i < n && h->status == HTTPHEAD_MORE)
		take_byte(h, s[i++]);
	*used = i;
	return h->status;
}

const char *
httphead_why(const struct httphead *h)
{
	return h->why;
}

const char *
httphead_method(const struct httphead *h)
{
	return h->text.data + h->first;
}

const char *
httphead_target(const struct httphead *h)
{
	return h->text.data + h->second;
}

int
httphead_code(const struct httphead *h)
{
	return h->code;
}

const char *
httphead_reason(const struct httphead *h)
{
	return h->text.data + h->second;
}

int
httphead_minor(const struct httphead *h)
{
	return h->minor;
}

const char *
httphead_field(const struct httphead *h, size_t i, const char **value)
{
	if (i >= h->count)
		return NULL;
	*value = h->text.data + h->fields[i].value;
	return h->text.data + h->fields[i].name;
}

const char *
httphead_get(const struct httphead *h, const char *name)
{
	const char *field, *value;
	size_t i;

	for (i = 0; (field = httphead_field(h, i, &value)); i++)
		if (strcasecmp(field, name) == 0)
			return value;
	return NULL;
}

size_t
httphead_count(const struct httphead *h, const char *name)
{
	const char *field, *value;
	size_t i, n = 0;

	for (i = 0; (field = httphead_field(h, i, &value)); i++)
		n += strcasecmp(field, name) == 0;
	return n;
}

static bool
list_has(const char *list, const char *token)
{
	size_t n;

	while (*list) {
		list += strspn(list, ", \t");
		n = strcspn(list, ", \t");
		if (n == strlen(token) && strncasecmp(list, token, n) == 0)
			return true;
		list += n;
	}
	return false;
}

bool
httphead_token(const struct httphead *h, const char *name, const char *token)
{
	const char *field, *value;
	size_t i;

	for (i = 0; (field = httphead_field(h, i, &value)); i++)
		if (strcasecmp(field, name) == 0 && list_has(value, token))
			return true;
	return false;
}

const char *
httphead_phrase(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} table[] = {
		{ 101, "Switching Protocols" }, { 200, "OK" },
		{ 201, "Created" }, { 204, "No Content" }, { 302, "Found" },
		{ 400, "Bad Request" }, { 401, "Unauthorized" },
		{ 403, "Forbidden" }, { 404, "Not Found" },
		{ 405, "Method Not Allowed" }, { 408, "Request Timeout" },
		{ 409, "Conflict" }, { 413, "Content Too Large" },
		{ 426, "Upgrade Required" }, { 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" }, { 502, "Bad Gateway" },
		{ 503, "Service Unavailable" }, { 504, "Gateway Timeout" }
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].status == status)
			return table[i].phrase;
	return "Status";
}
