/*
 * The causes of a connection's end.  The table has words that were seen in
 * close reasons; a row matches if its words are in the reason and its code
 * fits.  Rows go from the particular to the general.
 */
#include <ctype.h>
#include <string.h>

#include "session/classify.h"
#include "base/log.h"

struct cause {
	int code;		/* 0: any */
	const char *words;	/* in lower case */
	enum failure_class class;
};

static const struct cause rows[] = {
	{ 0, "api key", FAILURE_CREDENTIAL },
	{ 0, "api_key", FAILURE_CREDENTIAL },
	{ 0, "unauthenticated", FAILURE_CREDENTIAL },
	{ 0, "authentication credential", FAILURE_CREDENTIAL },
	{ 0, "access token", FAILURE_CREDENTIAL },
	{ 0, "auth_token", FAILURE_CREDENTIAL },
	{ 0, "token has expired", FAILURE_CREDENTIAL },
	{ 0, "token expired", FAILURE_CREDENTIAL },
	{ 0, "token-based requests", FAILURE_CREDENTIAL },
	{ 0, "user location is not supported", FAILURE_REGION },
	{ 0, "permission", FAILURE_PERMISSION },
	{ 0, "has not been used in project", FAILURE_PERMISSION },
	{ 0, "quota", FAILURE_QUOTA },
	{ 0, "resource_exhausted", FAILURE_QUOTA },
	{ 0, "resource exhausted", FAILURE_QUOTA },
	{ 0, "resource has been exhausted", FAILURE_QUOTA },
	{ 0, "rate limit", FAILURE_QUOTA },
	{ 0, "too many requests", FAILURE_QUOTA },
	{ 0, "not supported for bidigeneratecontent", FAILURE_MODEL },
	{ 1008, "is not found for api version", FAILURE_MODEL },
	{ 1008, "models/", FAILURE_MODEL },
	{ 0, "session is already", FAILURE_HOLDER },
	{ 0, "already in use", FAILURE_HOLDER },
	{ 0, "another connection", FAILURE_HOLDER },
	{ 0, "entity was not found", FAILURE_HANDLE },
	{ 0, "session not found", FAILURE_HANDLE },
	{ 0, "session expired", FAILURE_HANDLE },
	{ 0, "invalid session handle", FAILURE_HANDLE },
	{ 0, "resumption", FAILURE_HANDLE },
	{ 0, "operation is not implemented", FAILURE_FEATURE },
	{ 0, "deadline expired", FAILURE_AGE },
	{ 0, "operation was aborted", FAILURE_AGE },
	{ 0, "session timed out", FAILURE_AGE },
	{ 0, "goaway", FAILURE_AGE },
	{ 0, "unavailable", FAILURE_OVERLOAD },
	{ 0, "overloaded", FAILURE_OVERLOAD },
	{ 1011, "internal error", FAILURE_SERVER },
};

static const struct {
	const char *name;
	enum remedy remedy;
	int code;
	const char *advice;
} classes[FAILURE_COUNT] = {
	[FAILURE_NORMAL] = { "normal", REMEDY_RETRY, CODE_TEMPFAIL,
	    "the service ended the session" },
	[FAILURE_NETWORK] = { "network", REMEDY_RETRY, CODE_TEMPFAIL,
	    "the connection was lost; check the network or the proxy" },
	[FAILURE_AGE] = { "age", REMEDY_NOW, CODE_TEMPFAIL,
	    "the connection's time was up" },
	[FAILURE_SERVER] = { "server", REMEDY_RETRY, CODE_TEMPFAIL,
	    "a fault of the service; try again later" },
	[FAILURE_OVERLOAD] = { "overload", REMEDY_RETRY, CODE_TEMPFAIL,
	    "the service is overloaded; try again later" },
	[FAILURE_QUOTA] = { "quota", REMEDY_LATER, CODE_TEMPFAIL,
	    "the quota is used up; wait, run fewer sessions at once, or ask "
	    "for more" },
	[FAILURE_HOLDER] = { "holder", REMEDY_RETRY, CODE_TEMPFAIL,
	    "another connection still holds this session" },
	[FAILURE_HANDLE] = { "handle", REMEDY_FRESH, CODE_TEMPFAIL,
	    "the service no longer knows the session; a new one is needed" },
	[FAILURE_FEATURE] = { "feature", REMEDY_ONCE, CODE_TEMPFAIL,
	    "the service refused an operation, as it does now and then around "
	    "tools; try again, or another model" },
	[FAILURE_MODEL] = { "model", REMEDY_STOP, CODE_CONFIG,
	    "no such Live model here; check -m, the backend (-b) and the API "
	    "version" },
	[FAILURE_SETUP] = { "setup", REMEDY_STOP, CODE_CONFIG,
	    "the configuration was refused; gl-session --check tells what is "
	    "known to be" },
	[FAILURE_MESSAGE] = { "message", REMEDY_STOP, CODE_DATA,
	    "the service refused something that was sent to it" },
	[FAILURE_CREDENTIAL] = { "credential", REMEDY_STOP, CODE_REFUSED,
	    "the key or token was refused; check it with gl-auth" },
	[FAILURE_TOKEN] = { "token", REMEDY_RETRY, CODE_TEMPFAIL,
	    "no token to connect with" },
	[FAILURE_PERMISSION] = { "permission", REMEDY_STOP, CODE_REFUSED,
	    "no permission; check the project, the API and the roles of the "
	    "identity" },
	[FAILURE_REGION] = { "region", REMEDY_STOP, CODE_REFUSED,
	    "the service is not offered at this place" },
	[FAILURE_ADDRESS] = { "address", REMEDY_STOP, CODE_CONFIG,
	    "no Live API at this address; check the URL, location and API "
	    "version" },
	[FAILURE_PROTOCOL] = { "protocol", REMEDY_ONCE, CODE_PROTOCOL,
	    "the peer does not speak WebSocket as it should; a proxy in "
	    "between?" },
};

static const char *const phases[] = {
	[PHASE_DIAL] = "dial",
	[PHASE_SETUP] = "setup",
	[PHASE_IDLE] = "idle",
	[PHASE_TURN] = "turn",
	[PHASE_TOOL] = "tool",
	[PHASE_AWAY] = "away",
};

/* Whether the text contains the words (lower case), in any case. */
static bool
says(const char *text, size_t n, const char *words)
{
	size_t i, k, w = strlen(words);

	for (i = 0; i + w <= n; i++) {
		for (k = 0; k < w; k++)
			if (tolower((unsigned char)text[i + k]) != words[k])
				break;
		if (k == w)
			return true;
	}
	return false;
}

static void
fill(struct failure *f, enum failure_class class)
{
	f->class = class;
	f->remedy = classes[class].remedy;
	f->silent = false;
	f->code = classes[class].code;
	f->advice = classes[class].advice;
}

static bool
by_words(struct failure *f, int code, const char *text, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if ((rows[i].code == 0 || rows[i].code == code) &&
		    says(text, n, rows[i].words)) {
			fill(f, rows[i].class);
			return true;
		}
	return false;
}

/* A refusal after the setup was acknowledged may still be about the setup. */
static void
late_setup(struct failure *f, enum phase phase)
{
	fill(f, FAILURE_SETUP);
	if (phase != PHASE_SETUP)
		f->advice = "the service refused what was sent first, or "
		    "something in the setup, as it does with some only then; "
		    "gl-session --check looks at the setup, -v shows what was "
		    "sent";
}

/* A 1007 without a reason: judged by the moment. */
static void
invalid(struct failure *f, const char *reason, enum phase phase, bool resumed,
    bool served)
{
	bool named = says(reason, strlen(reason), "invalid json payload") ||
	    says(reason, strlen(reason), "invalid value at");

	if (phase == PHASE_SETUP && resumed && !named)
		fill(f, FAILURE_HANDLE);	/* an unusable handle says so */
	else if (phase == PHASE_SETUP || (!served && !named))
		/* that the model lacks a feature may show only at the first
		 * content */
		late_setup(f, phase);
	else {
		fill(f, FAILURE_MESSAGE);
		if (served)
			f->remedy = REMEDY_ONCE;
	}
}

static void
by_code(struct failure *f, int code, const char *reason, const char *why,
    enum phase phase, bool resumed, bool served)
{
	switch (code) {
	case 1000:
		fill(f, FAILURE_NORMAL);
		return;
	case 1002: case 1003: case 1009:
		fill(f, FAILURE_PROTOCOL);
		return;
	case 1007:
		invalid(f, reason, phase, resumed, served);
		return;
	case 1008:
		fill(f, phase == PHASE_SETUP ? FAILURE_SETUP :
		    FAILURE_FEATURE);
		return;
	case 1011: case 1012:
		fill(f, FAILURE_SERVER);
		return;
	case 1013:
		fill(f, FAILURE_OVERLOAD);
		return;
	default:
		fill(f, why != NULL || code < 3000 ? FAILURE_NETWORK :
		    FAILURE_SERVER);
	}
}

void
classify_close(struct failure *f, int code, const char *reason,
    const char *why, enum phase phase, bool resumed, bool served)
{
	if (reason == NULL)
		reason = "";
	if (!by_words(f, code, reason, strlen(reason)))
		by_code(f, code, reason, why, phase, resumed, served);
	if (f->class == FAILURE_HANDLE && phase == PHASE_SETUP && !resumed)
		fill(f, FAILURE_SETUP);
	/* After goAway any end is the announced one, unless it says that
	 * nothing will help. */
	if (phase == PHASE_AWAY && (f->remedy != REMEDY_STOP || code == 1008)
	    && f->class != FAILURE_QUOTA && f->class != FAILURE_HANDLE)
		fill(f, FAILURE_AGE);
	f->silent = code == 1007;
}

void
classify_http(struct failure *f, int status, const char *body, size_t n)
{
	if (status == 429)
		fill(f, FAILURE_QUOTA);
	else if (status == 401)
		fill(f, FAILURE_CREDENTIAL);
	else if (status == 403) {
		if (!by_words(f, 0, body, n) || (f->class != FAILURE_REGION &&
		    f->class != FAILURE_CREDENTIAL &&
		    f->class != FAILURE_QUOTA))
			fill(f, FAILURE_PERMISSION);
	} else if (status == 407)
		fill(f, FAILURE_CREDENTIAL);
	else if (status == 408 || status >= 500)
		fill(f, status == 503 ? FAILURE_OVERLOAD : FAILURE_SERVER);
	else if (status == 404 && says(body, n, "model"))
		fill(f, FAILURE_MODEL);
	else if (status == 400 && by_words(f, 0, body, n) &&
	    f->remedy == REMEDY_STOP)
		;
	else
		fill(f, FAILURE_ADDRESS);
	if (f->class == FAILURE_SERVER || f->class == FAILURE_OVERLOAD)
		f->code = CODE_TEMPFAIL;
}

static const struct {
	const char *rpc;
	int status;
	enum failure_class class;
} told[] = {
	{ "INVALID_ARGUMENT", 400, FAILURE_MESSAGE },
	{ "FAILED_PRECONDITION", 400, FAILURE_MESSAGE },
	{ "OUT_OF_RANGE", 400, FAILURE_MESSAGE },
	{ "UNAUTHENTICATED", 401, FAILURE_CREDENTIAL },
	{ "PERMISSION_DENIED", 403, FAILURE_PERMISSION },
	{ "NOT_FOUND", 404, FAILURE_HANDLE },
	{ "ABORTED", 409, FAILURE_SERVER },
	{ "RESOURCE_EXHAUSTED", 429, FAILURE_QUOTA },
	{ "CANCELLED", 499, FAILURE_SERVER },
	{ "INTERNAL", 500, FAILURE_SERVER },
	{ "UNKNOWN", 500, FAILURE_SERVER },
	{ "UNIMPLEMENTED", 501, FAILURE_FEATURE },
	{ "UNAVAILABLE", 503, FAILURE_OVERLOAD },
	{ "DEADLINE_EXCEEDED", 504, FAILURE_SERVER },
};

void
classify_said(struct failure *f, int status, const char *rpc,
    const char *text, enum phase phase, bool resumed, bool served)
{
	size_t i, n = sizeof(told) / sizeof(told[0]);

	if (!by_words(f, 0, text, strlen(text))) {
		for (i = 0; i < n && strcmp(rpc, told[i].rpc) != 0; i++)
			;
		if (i == n)
			for (i = 0; i < n && status != told[i].status; i++)
				;
		if (i == n)
			return;
		fill(f, told[i].class);
	}
	if (f->class == FAILURE_MESSAGE)
		invalid(f, text, phase, resumed, served);
	if (f->class == FAILURE_HANDLE && phase == PHASE_SETUP && !resumed)
		fill(f, FAILURE_MODEL);
	f->silent = f->class == FAILURE_MESSAGE || f->class == FAILURE_SETUP;
}

void
classify_dial(struct failure *f, int code)
{
	fill(f, FAILURE_NETWORK);
	f->code = code;
	f->advice = "no connection to the service";
	if (code == CODE_REFUSED) {
		fill(f, FAILURE_CREDENTIAL);
		f->advice = "no token to connect with";
	} else if (code == CODE_PROTOCOL)
		fill(f, FAILURE_PROTOCOL);
	else if (code == CODE_TEMPFAIL)	/* only a token's source says so */
		fill(f, FAILURE_TOKEN);
	else if (code != CODE_UNAVAILABLE) {
		fill(f, FAILURE_ADDRESS);
		f->advice = "the connection could not be set up";
		f->code = code;
	}
}

const char *
classify_name(enum failure_class class)
{
	return classes[class].name;
}

const char *
classify_phase(enum phase phase)
{
	return phases[phase];
}
