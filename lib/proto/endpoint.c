/*
 * URLs, hosts, model names and headers of both backends.  Secrets go into
 * headers only, never into a URL.
 */
#include "proto/endpoint.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/url.h"
#include "base/why.h"

#define GEMINI_HOST "generativelanguage.googleapis.com"
#define GEMINI_PATH "/ws/google.ai.generativelanguage."
#define GEMINI_METHOD ".GenerativeService.BidiGenerateContent"
#define VERTEX_PATH "/ws/google.cloud.aiplatform."
#define VERTEX_METHOD ".LlmBidiService/BidiGenerateContent"

/* Served by most Live models, which "global" may not be. */
#define VERTEX_LOCATION "us-central1"

static bool
starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static bool
set(const char *s)
{
	return s != NULL && *s != '\0';
}

/* Whether it has only letters, digits and the given others, so may be in a host
 * or path. */
static bool
clean(const char *s, const char *others)
{
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && !strchr(others, *s))
			return false;
	return true;
}

const char *
endpoint_default_model(enum backend backend)
{
	(void)backend;
	return "gemini-3.8-live";
}

bool
endpoint_is_ephemeral(const char *key)
{
	return starts(key, "auth_tokens/");
}

static int
check_model(const char *m, char *why, size_t size)
{
	const char *p;

	if (!set(m))
		return why_say(-1, why, size, "no model is named");
	if (strstr(m, "..") != NULL || strpbrk(m, "?&") != NULL)
		return why_say(-1, why, size, "model name '%.80s' holds "
		    "\"..\", \"?\" or \"&\"", m);
	for (p = m; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f)
			return why_say(-1, why, size, "model name holds a "
			    "space or a byte that is not ASCII");
	return 0;
}

static char *
gemini_model(const char *m)
{
	if (starts(m, "models/") || starts(m, "tunedModels/"))
		return mem_str(m);
	return mem_printf("models/%s", m);
}

/* The location to dial: with a key and none named, the service's default. */
static const char *
location(const struct endpoint_wish *w)
{
	if (set(w->location))
		return w->location;
	return w->credential == CREDENTIAL_KEY ? NULL : VERTEX_LOCATION;
}

static char *
vertex_model(const struct endpoint_wish *w)
{
	const char *m = w->model, *slash = strchr(m, '/');
	char *name, *full;

	if (starts(m, "projects/") || starts(m, "models/"))
		return mem_str(m);
	if (starts(m, "publishers/"))
		name = mem_str(m);
	else if (slash != NULL)
		name = mem_printf("publishers/%.*s/models/%s",
		    (int)(slash - m), m, slash + 1);
	else
		name = mem_printf("publishers/google/models/%s", m);
	if (!set(w->project) || location(w) == NULL)
		return name;
	full = mem_printf("projects/%s/locations/%s/%s", w->project,
	    location(w), name);
	free(name);
	return full;
}

static char *
vertex_host(const struct endpoint_wish *w)
{
	const char *where = location(w);

	if (where == NULL || strcmp(where, "global") == 0)
		return mem_str("aiplatform.googleapis.com");
	if (strcmp(where, "us") == 0 || strcmp(where, "eu") == 0)
		return mem_printf("aiplatform.%s.rep.googleapis.com", where);
	return mem_printf("%s-aiplatform.googleapis.com", where);
}

static char *
path(const struct endpoint_wish *w, const char *version)
{
	if (w->backend == BACKEND_VERTEX)
		return mem_printf(VERTEX_PATH "%s" VERTEX_METHOD, version);
	return mem_printf(GEMINI_PATH "%s" GEMINI_METHOD "%s", version,
	    w->credential == CREDENTIAL_EPHEMERAL ? "Constrained" : "");
}

/* ws:// or wss://, whatever the scheme was; the rest is kept. */
static char *
websocket(const char *url, bool tls)
{
	return mem_printf("%s%s", tls ? "wss" : "ws", strstr(url, "://"));
}

bool
endpoint_is_loopback(const char *text)
{
	struct url u;
	char why[128];
	bool yes;

	yes = url_parse(&u, text, why, sizeof(why)) == 0 &&
	    url_loopback(u.host);
	url_done(&u);
	return yes;
}

/* A URL as given, in ws form; NULL and why if it is not one, or would be
 * unencrypted on the network. */
static char *
checked(const char *text, char *why, size_t size)
{
	struct url u;
	char *made = NULL;

	if (url_parse(&u, text, why, size) == 0) {
		if (!u.tls && !url_loopback(u.host))
			snprintf(why, size, "%s://%s would send everything "
			    "in clear: use wss://", u.scheme, u.host);
		else
			made = websocket(text, u.tls);
	}
	url_done(&u);
	return made;
}

/* Scheme and host followed by the service's path, with a single slash between
 * them. */
static char *
joined(const char *base, const char *tail, char *why, size_t size)
{
	size_t n = strlen(base);
	char *text, *url;

	while (n > 0 && base[n - 1] == '/')
		n--;
	text = mem_printf("%s%.*s%s", strstr(base, "://") ? "" : "ws://",
	    (int)n, base, tail);
	url = checked(text, why, size);
	free(text);
	return url;
}

static char *
service_url(const struct endpoint_wish *w, const char *version, char *why,
    size_t size)
{
	char *tail = path(w, version), *host, *url, cause[200];

	if (set(w->emulator) && strchr(strchr(w->emulator, ']') != NULL ?
	    strchr(w->emulator, ']') : w->emulator, ':') == NULL) {
		snprintf(why, size, "GL_EMULATOR_HOST: %.100s has no port: "
		    "HOST:PORT wanted, as gl-emulator prints it", w->emulator);
		url = NULL;
	} else if (set(w->emulator)) {
		url = joined(w->emulator, tail, cause, sizeof(cause));
		if (url == NULL)
			snprintf(why, size, "GL_EMULATOR_HOST: %s", cause);
	} else {
		host = set(w->host) ? mem_str(w->host) :
		    w->backend == BACKEND_VERTEX ? vertex_host(w) :
		    mem_str(GEMINI_HOST);
		url = mem_printf("wss://%s%s", host, tail);
		free(host);
	}
	free(tail);
	return url;
}

static int
check_wish(const struct endpoint_wish *w, char *why, size_t size)
{
	bool google = !set(w->emulator) && !set(w->url);

	if (check_model(w->model, why, size) < 0)
		return -1;
	if (set(w->version) && (!clean(w->version, "") ||
	    strlen(w->version) > 15))
		return why_say(-1, why, size, "'%.40s' is not an API version",
		    w->version);
	if (set(w->location) && !clean(w->location, "-"))
		return why_say(-1, why, size, "'%.40s' is not a location",
		    w->location);
	if (set(w->project) && !clean(w->project, "-.:_"))
		return why_say(-1, why, size, "'%.40s' is not a project",
		    w->project);
	if (set(w->host) && !clean(w->host, "-.:[]"))
		return why_say(-1, why, size, "'%.40s' is not a host", w->host);
	if (w->backend == BACKEND_VERTEX && google && !set(w->project) &&
	    w->credential == CREDENTIAL_BEARER && !starts(w->model,
	    "projects/"))
		return why_say(-1, why, size, "Vertex AI needs a project: "
		    "--project or GOOGLE_CLOUD_PROJECT");
	if (w->backend == BACKEND_VERTEX && google &&
	    w->credential == CREDENTIAL_EPHEMERAL)
		return why_say(-1, why, size, "ephemeral tokens are for the "
		    "Gemini Developer API only");
	return 0;
}

int
endpoint_init(struct endpoint *e, const struct endpoint_wish *w, char *why,
    size_t size)
{
	const char *version = set(w->version) ? w->version :
	    w->backend == BACKEND_VERTEX ? "v1beta1" : "v1beta";
	bool gateway = set(w->url) && !set(w->emulator);

	memset(e, 0, sizeof(*e));
	if (check_wish(w, why, size) < 0)
		return -1;
	e->credential = w->credential;
	e->url = gateway ? checked(w->url, why, size) :
	    service_url(w, version, why, size);
	if (e->url == NULL)
		return -1;
	if (!gateway)
		e->version = mem_str(version);
	/* a gateway without credentials has model names of its own */
	if (gateway && w->credential == CREDENTIAL_NONE)
		e->model = mem_str(w->model);
	else
		e->model = w->backend == BACKEND_VERTEX ? vertex_model(w) :
		    gemini_model(w->model);
	return 0;
}

void
endpoint_done(struct endpoint *e)
{
	free(e->url);
	free(e->model);
	free(e->version);
	memset(e, 0, sizeof(*e));
}

/* A header's value: printable ASCII, not empty. */
static bool
printable(const char *s)
{
	if (!set(s))
		return false;
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s > '~')
			return false;
	return true;
}

static const char *const header[] = {
	[CREDENTIAL_KEY] = "x-goog-api-key: ",
	[CREDENTIAL_EPHEMERAL] = "Authorization: Token ",
	[CREDENTIAL_BEARER] = "Authorization: Bearer "
};

int
endpoint_headers(enum credential c, const char *secret, const char *quota,
    struct buf *b)
{
	if (c == CREDENTIAL_NONE)
		return 0;
	if (!printable(secret) || (set(quota) && !printable(quota)))
		return -1;
	buf_str(b, header[c]);
	buf_str(b, secret);
	buf_str(b, "\r\n");
	if (set(quota)) {
		buf_str(b, "x-goog-user-project: ");
		buf_str(b, quota);
		buf_str(b, "\r\n");
	}
	return b->failed ? -1 : 0;
}

void
endpoint_tidy(const char *in, char *out, size_t size)
{
	size_t n = 0;

	for (; *in != '\0' && *in != '?' && n + 1 < size; in++)
		if (*in != '/' || n == 0 || out[n - 1] != '/')
			out[n++] = *in;
	out[n] = '\0';
}

/* Finds the version between prefix and method; returns what follows the method,
 * or NULL. */
static const char *
between(const char *text, const char *prefix, const char *method, char *out,
    size_t size)
{
	const char *at, *end;
	size_t n;

	if (!starts(text, prefix))
		return NULL;
	at = text + strlen(prefix);
	end = strstr(at, method);
	n = end ? (size_t)(end - at) : size;
	if (n == 0 || n >= size)
		return NULL;
	memcpy(out, at, n);
	out[n] = '\0';
	return clean(out, "") ? end + strlen(method) : NULL;
}

int
endpoint_match(const char *target, struct endpoint_path *p)
{
	char text[256];
	const char *rest;

	memset(p, 0, sizeof(*p));
	endpoint_tidy(target, text, sizeof(text));
	rest = between(text, VERTEX_PATH, VERTEX_METHOD, p->version,
	    sizeof(p->version));
	if (rest != NULL) {
		p->backend = BACKEND_VERTEX;
		return *rest == '\0' ? 0 : -1;
	}
	rest = between(text, GEMINI_PATH, GEMINI_METHOD, p->version,
	    sizeof(p->version));
	if (rest == NULL)
		return -1;
	p->backend = BACKEND_GEMINI;
	p->constrained = strcmp(rest, "Constrained") == 0;
	return *rest == '\0' || p->constrained ? 0 : -1;
}
