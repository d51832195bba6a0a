/*
 * The order matters: the model's family decides about the setup, the setup
 * about the API version, the version is part of the URL, and the URL's kind
 * decides how the model is spelled in the setup.
 */
#include "dialog/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/why.h"
#include "dialog/adc.h"
#include "proto/schema.h"
#include "proto/toolschema.h"

enum { LAXER_MAX = 64 << 10 };

/* The setup in a file, which may be under a key "setup". */
static const struct json *
base_setup(const struct json *base)
{
	const struct json *inner = json_get(base, "setup");

	return inner ? inner : base;
}

static const char *
base_model(const struct json *base)
{
	return json_get_str(base_setup(base), "model", NULL);
}

static int
plan_family(struct plan *p, const struct plan_wish *w, const char *model,
    char *why, size_t size)
{
	char bad[200];
	size_t i;

	family_init(&p->family, model, w->backend);
	for (i = 0; i < w->nquirks; i++)
		if (family_override(&p->family, w->quirks[i], bad,
		    sizeof(bad)) < 0)
			return why_say(CODE_USAGE, why, size, "--quirk %.60s: "
			    "%s", w->quirks[i], bad);
	return CODE_OK;
}

static int
plan_setup(struct plan *p, const struct plan_wish *w, const char *model,
    char *why, size_t size)
{
	struct setup_flags f = w->setup;
	struct json *tools = NULL;
	char bad[200];

	f.model = model;
	/* from an unknown model, sound is the safer thing to request: its
	 * transcript is text too */
	if (!f.modality && w->text_only && p->family.text_modality &&
	    p->family.id != FAMILY_UNKNOWN)
		f.modality = "TEXT";
	if (w->tools) {
		f.tools = tools = setup_tools(w->tools, bad, sizeof(bad));
		if (!tools)
			return why_say(CODE_DATA, why, size, "%s: %s",
			    w->tools_name, bad);
	}
	/* the user's words are all that such a model outputs */
	if (p->family.id == FAMILY_TRANSCRIBE && !f.modality &&
	    !json_path(base_setup(f.base), "generationConfig."
	    "responseModalities"))
		f.modality = "TEXT";
	p->setup = setup_build(&f, why, size);
	json_free(tools);
	if (p->setup && w->question && f.vad == SETUP_VAD_UNSAID &&
	    p->family.id != FAMILY_TRANSCRIBE &&
	    p->family.id != FAMILY_TRANSLATE &&
	    !json_get(p->setup, "realtimeInputConfig"))
		json_set_path(p->setup, "realtimeInputConfig."
		    "automaticActivityDetection.disabled", json_bool(true));
	if (p->setup && p->family.id == FAMILY_TRANSCRIBE &&
	    !json_get(p->setup, "inputAudioTranscription"))
		json_set(p->setup, "inputAudioTranscription", json_object());
	if (p->setup && p->family.id == FAMILY_TRANSCRIBE &&
	    f.transcripts == SETUP_UNSAID)
		json_set(p->setup, "outputAudioTranscription", NULL);
	return p->setup ? CODE_OK : CODE_USAGE;
}

/* Whether it is one word, apart from surrounding white space, as when it is
 * read later. */
static bool
one_word(const char *s)
{
	size_t n;

	s += strspn(s, " \t\r\n");
	n = strcspn(s, " \t\r\n");
	return n > 0 && s[n + strspn(s + n, " \t\r\n")] == '\0';
}

/* Where the secret comes from, and what kind it is. */
static int
plan_secret(struct plan *p, const struct plan_wish *w, enum credential *c,
    char *why, size_t size)
{
	bool vertex = w->backend == BACKEND_VERTEX;
	bool given = w->key_file || w->token_cmd || w->token_fd != -1;

	p->token.fd = w->token_fd;
	p->token.file = w->key_file;
	p->token.command = w->token_cmd;
	if (!!w->key_file + !!w->token_cmd + (w->token_fd != -1) > 1)
		return why_say(CODE_USAGE, why, size, "--key-file, --token-cmd "
		    "and --token-fd exclude each other");
	*c = CREDENTIAL_KEY;
	if (given) {
		/* a gateway's token is hardly ever a Google key */
		if ((vertex || w->url) && !w->key_file)
			*c = CREDENTIAL_BEARER;
	} else if (w->emulator || w->url || w->no_secret) {
		*c = CREDENTIAL_NONE;
	} else if (vertex && (w->project || !w->env_key)) {
		*c = CREDENTIAL_BEARER;
		p->gl_auth = true;
	} else if (!w->env_key) {
		return why_say(CODE_CONFIG, why, size, "no API key: set "
		    "GEMINI_API_KEY, or use --key-file or --token-cmd (or, to "
		    "try things, gl-emulator and GL_EMULATOR_HOST)");
	} else if (!one_word(w->env_key)) {
		return why_say(CODE_CONFIG, why, size, "GEMINI_API_KEY or "
		    "GOOGLE_API_KEY holds no key, which is one word");
	} else {
		p->token.key = w->env_key;
		if (endpoint_is_ephemeral(w->env_key))
			*c = CREDENTIAL_EPHEMERAL;
	}
	return CODE_OK;
}

static int
plan_endpoint(struct plan *p, const struct plan_wish *w, char *why,
    size_t size)
{
	struct endpoint_wish e = {
		.backend = w->backend, .url = w->url,
		.emulator = w->url ? NULL : w->emulator,
		.version = w->version, .project = w->project,
		.location = w->location
	};
	int code;

	code = plan_secret(p, w, &e.credential, why, size);
	if (code)
		return code;
	e.model = json_get_str(p->setup, "model", NULL);
	if (!e.version)
		e.version = proto_check_version(&p->family, p->setup);
	if (endpoint_init(&p->where, &e, why, size) < 0)
		return CODE_CONFIG;
	json_set(p->setup, "model", json_string(p->where.model));
	return CODE_OK;
}

static void
convert_tools(struct plan *p)
{
	struct buf lost;
	size_t n;

	buf_init(&lost, LAXER_MAX);
	toolschema_convert(json_get(p->setup, "tools"), &lost);
	if (lost.len > 0)
		p->laxer = buf_take(&lost, &n);
	buf_done(&lost);
}

int
plan_make(struct plan *p, const struct plan_wish *w, char *why, size_t size)
{
	const char *model = w->setup.model;
	int code;

	memset(p, 0, sizeof(*p));
	if (!model)
		model = base_model(w->setup.base);
	if (!model)
		model = w->usual ? w->usual :
		    endpoint_default_model(w->backend);
	code = plan_family(p, w, model, why, size);
	if (!code)
		code = plan_setup(p, w, model, why, size);
	if (!code && p->family.tool_schema == TOOL_SCHEMA_PARAMETERS)
		convert_tools(p);
	if (!code)
		code = plan_endpoint(p, w, why, size);
	return code;
}

void
plan_done(struct plan *p)
{
	json_free(p->setup);
	free(p->laxer);
	endpoint_done(&p->where);
}

void
plan_print(const struct plan *p, bool resume, struct buf *b)
{
	struct json *o = json_object(), *setup, *r;

	setup = json_set(o, "setup", json_copy(p->setup));
	if (resume) {
		r = json_get(setup, "sessionResumption");
		if (json_type(r) != JSON_OBJECT)
			r = json_set(setup, "sessionResumption",
			    json_object());
		if (p->family.transparent)
			json_set(r, "transparent", json_bool(true));
	}
	json_pretty(o, b);
	buf_byte(b, '\n');
	json_free(o);
}

bool
plan_lacks(const struct plan_wish *w, char *why, size_t size)
{
	struct plan p = { .gl_auth = false };
	struct plan_wish real = *w;
	enum credential c;
	bool project = w->backend == BACKEND_VERTEX && !w->project;

	real.no_secret = false;
	if (plan_secret(&p, &real, &c, why, size))
		return true;
	if (w->emulator || w->url)
		return false;
	return p.gl_auth && !adc_found(project, why, size);
}

bool
plan_verdict(const struct plan *p, enum backend backend, const char *lack,
    struct buf *b)
{
	struct findings f;
	bool fatal;
	size_t i;

	findings_init(&f);
	schema_findings(p->setup, "BidiGenerateContentSetup", "setup", backend,
	    &f);
	proto_check(&p->family, p->setup, p->where.version, &f);
	if (*lack != '\0')
		buf_printf(b, "credentials: missing: %s\n", lack);
	for (i = 0; i < f.n; i++)
		buf_printf(b, "%s: %s: %s%s%s\n", f.v[i].path, f.v[i].fatal ?
		    "refused" : "doubtful", f.v[i].text, f.v[i].remedy ?
		    "; " : "", f.v[i].remedy ? f.v[i].remedy : "");
	if (f.n == 0 && *lack == '\0')
		/* a gateway's query may hold a secret */
		buf_printf(b, "no fault found: %s (%s, family %s) at %.*s\n",
		    p->where.model, family_backend_name(backend),
		    family_name(&p->family), (int)strcspn(p->where.url, "?"),
		    p->where.url);
	fatal = *lack != '\0' || findings_fatal(&f) > 0;
	findings_done(&f);
	return fatal;
}
