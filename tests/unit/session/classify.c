/* Every close code and reason that was seen, and what it means. */
#include "../../tap.h"
#include "session/classify.h"
#include "base/log.h"

struct row {
	int code;
	const char *reason;
	enum phase phase;
	bool resumed, served;
	const char *class;
	enum remedy remedy;
	int exit;
};

static const struct row rows[] = {
	{ 1000, "", PHASE_IDLE, false, true, "normal", REMEDY_RETRY, 75 },
	{ 1006, "", PHASE_TURN, false, true, "network", REMEDY_RETRY, 75 },
	{ 1007, "Request contains an invalid argument.", PHASE_SETUP, false,
	    false, "setup", REMEDY_STOP, 78 },
	{ 1007, "Request contains an invalid argument.", PHASE_SETUP, true,
	    false, "handle", REMEDY_FRESH, 75 },
	{ 1007, "Request contains an invalid argument.", PHASE_IDLE, false,
	    false, "setup", REMEDY_STOP, 78 },
	{ 1007, "Request contains an invalid argument.", PHASE_TURN, false,
	    true, "message", REMEDY_ONCE, 65 },
	{ 1007, "Invalid JSON payload received. Unknown name \"x\" at 'setup':"
	    " Cannot find field.", PHASE_SETUP, false, false, "setup",
	    REMEDY_STOP, 78 },
	{ 1007, "Invalid value at 'tool_response.function_responses[0]."
	    "scheduling' (type.googleapis.com", PHASE_TOOL, false, false,
	    "message", REMEDY_STOP, 65 },
	{ 1007, "API key not valid. Please pass a valid API key.", PHASE_SETUP,
	    false, false, "credential", REMEDY_STOP, 77 },
	{ 1007, "API key expired. Please renew the API key.", PHASE_TURN,
	    false, true, "credential", REMEDY_STOP, 77 },
	{ 1007, "User location is not supported for the API use.", PHASE_SETUP,
	    false, false, "region", REMEDY_STOP, 77 },
	{ 1007, "token-based requests cannot use project-scoped features such "
	    "as tuned models", PHASE_SETUP, false, false, "credential",
	    REMEDY_STOP, 77 },
	{ 1008, "models/X is not found for API version v1beta, or is not "
	    "supported for bidiGenerateContent. Call ModelServ", PHASE_SETUP,
	    false, false, "model", REMEDY_STOP, 78 },
	{ 1008, "Requested entity was not found.", PHASE_SETUP, true, true,
	    "handle", REMEDY_FRESH, 75 },
	{ 1008, "Requested entity was not found.", PHASE_SETUP, false, false,
	    "setup", REMEDY_STOP, 78 },
	{ 1008, "Requested entity was not found.", PHASE_TOOL, false, true,
	    "handle", REMEDY_FRESH, 75 },
	{ 1008, "Operation is not implemented, or supported, or enabled.",
	    PHASE_TOOL, false, true, "feature", REMEDY_ONCE, 75 },
	{ 1008, "", PHASE_AWAY, false, true, "age", REMEDY_NOW, 75 },
	{ 1011, "Internal error encountered.", PHASE_TURN, false, true,
	    "server", REMEDY_RETRY, 75 },
	{ 1011, "Internal error occurred.", PHASE_SETUP, false, false,
	    "server", REMEDY_RETRY, 75 },
	{ 1011, "The service is currently unavailable.", PHASE_SETUP, false,
	    false, "overload", REMEDY_RETRY, 75 },
	{ 1011, "Deadline expired before operation could complete.",
	    PHASE_IDLE, false, true, "age", REMEDY_NOW, 75 },
	{ 1011, "You exceeded your current quota, please check your plan",
	    PHASE_SETUP, false, false, "quota", REMEDY_LATER, 75 },
	{ 1011, "Quota exceeded for aiplatform.googleapis.com", PHASE_IDLE,
	    false, true, "quota", REMEDY_LATER, 75 },
	{ 1011, "RESOURCE_EXHAUSTED", PHASE_IDLE, false, true, "quota",
	    REMEDY_LATER, 75 },
	{ 1011, "", PHASE_AWAY, false, true, "age", REMEDY_NOW, 75 },
	{ 1002, "", PHASE_TURN, false, true, "protocol", REMEDY_ONCE, 76 },
	{ 1013, "", PHASE_IDLE, false, true, "overload", REMEDY_RETRY, 75 },
	{ 4321, "gateway", PHASE_IDLE, false, true, "server", REMEDY_RETRY,
	    75 },
};

static void
test_close(void)
{
	struct failure f;
	const struct row *r;
	char what[200];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		r = &rows[i];
		classify_close(&f, r->code, r->reason, NULL, r->phase,
		    r->resumed, r->served);
		snprintf(what, sizeof(what), "%d %.40s in %s%s: %s %d",
		    r->code, r->reason, classify_phase(r->phase),
		    r->resumed ? ", resumed" : "", r->class, r->exit);
		if (!ok(strcmp(classify_name(f.class), r->class) == 0 &&
		    f.remedy == r->remedy && f.code == r->exit, what))
			printf("# %s %d %d\n", classify_name(f.class),
			    f.remedy, f.code);
		if (f.silent != (r->code == 1007))
			ok(false, "only after a 1007 nothing is sent again");
	}
}

static void
http(int status, const char *body, const char *class, int code)
{
	struct failure f;
	char what[100];

	classify_http(&f, status, body, strlen(body));
	snprintf(what, sizeof(what), "HTTP %d %.30s: %s", status, body, class);
	if (!ok(strcmp(classify_name(f.class), class) == 0 && f.code == code,
	    what))
		printf("# %s %d\n", classify_name(f.class), f.code);
}

/* A reason cut anywhere is no reason to crash, or to hammer. */
static void
test_cut(void)
{
	struct failure f;
	char text[200];
	size_t i, n;
	bool sane = true;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (n = 0; n < strlen(rows[i].reason); n++) {
			memcpy(text, rows[i].reason, n);
			text[n] = '\0';
			classify_close(&f, rows[i].code, text, NULL,
			    rows[i].phase, rows[i].resumed, rows[i].served);
			if (f.advice == NULL || f.class >= FAILURE_COUNT)
				sane = false;
		}
	ok(sane, "reasons cut at every byte");
}

int
main(void)
{
	struct failure f;

	test_close();
	http(401, "", "credential", CODE_REFUSED);
	http(403, "{\"error\":{\"message\":\"Cloud API has not been used in "
	    "project 1 before or it is disabled\"}}", "permission",
	    CODE_REFUSED);
	http(403, "User location is not supported", "region", CODE_REFUSED);
	http(404, "<html>", "address", CODE_CONFIG);
	http(404, "{\"error\":{\"message\":\"Publisher Model p/x was not "
	    "found\"}}", "model", CODE_CONFIG);
	http(429, "", "quota", CODE_TEMPFAIL);
	http(500, "", "server", CODE_TEMPFAIL);
	http(503, "", "overload", CODE_TEMPFAIL);
	http(407, "", "credential", CODE_REFUSED);
	http(400, "API key not valid", "credential", CODE_REFUSED);
	http(302, "", "address", CODE_CONFIG);
	classify_dial(&f, CODE_UNAVAILABLE);
	is_int(f.code, CODE_UNAVAILABLE, "no route: 69");
	classify_dial(&f, CODE_REFUSED);
	is_int(f.remedy, REMEDY_STOP, "no token: not again");
	test_cut();
	return tap_done();
}
