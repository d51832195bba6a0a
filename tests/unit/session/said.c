/* What the service itself said of a failure, in a body, a message or a reason,
 * and the waits that it asks for. */
#include "../../desk.h"
#include "../../messages.h"
#include "../../tap.h"


static const char *const model38 = "models/gemini-3.8-live";

#define PROJECT "Gemini API has not been used in project 123 before or it is " \
	"disabled. Enable it by visiting https://console.example.com/apis"

static void
refuses(struct desk *d, int status, const char *body)
{
	d->held[0] = d->calling[0] = false;
	session_refused(d->s, d->now, 0, status, body, strlen(body), 0,
	    "HTTP status");
}

/* What the service itself said reaches the sentence, the error and the end. */
static void
test_said(void)
{
	static const char *const bodies[] = {
		"{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\","
		    "\"message\":\"" PROJECT "\"}}",
		"[{\"error\":{\"code\":403,\"message\":\"" PROJECT "\"}}]",
		"{\"message\":\"" PROJECT "\"}", PROJECT
	};
	struct desk d;
	char body[9000];
	size_t i;

	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		desk_init(&d, model38, BACKEND_GEMINI);
		desk_begin(&d);
		refuses(&d, 403, bodies[i]);
		is_int(d.done, 77, "a refused upgrade");
		ok(desk_has(&d, "(HTTP status: " PROJECT ", in phase dial)"),
		    "the sentence has its body's words");
		is_int(desk_count(&d, "\"message\":\"" PROJECT "\""), 2,
		    "as have the error and the end");
		desk_clean(&d);
	}

	desk_init(&d, model38, BACKEND_GEMINI);
	desk_begin(&d);
	memset(body, 'x', sizeof(body));
	memcpy(body, "one\r\ntwo \033[2J three ", 20);
	for (i = 30; i < sizeof(body); i += 13)
		body[i] = ' ';
	body[sizeof(body) - 1] = '\0';
	refuses(&d, 403, body);
	ok(desk_has(&d, "HTTP status: one two [2J three xxxxxxxxxx xxxxxxxxxxxx"),
	    "control characters are left out");
	ok(desk_has(&d, "xxxxxxxxxxxx..., in phase"), "a long one is cut");
	desk_clean(&d);

	desk_talks(&d, model38);
	desk_gives(&d, TEXT("one"));
	desk_closes(&d, 0, 1011, "You exceeded your current quota, please check "
	    "your plan and billing details. For more information on this error,"
	    " head to: https://ai.go");
	ok(desk_has(&d, "https://ai.go... (turn)"),
	    "what the service has cut looks so");
	desk_clean(&d);
}

/* An error that comes as a message, then a drop without a word. */
static void
test_fault(void)
{
	static const struct {
		const char *error, *class;
		int code;
	} rows[] = {
		{ "{\"code\":403,\"message\":\"no\",\"status\":"
		    "\"PERMISSION_DENIED\"}", "permission", 77 },
		{ "{\"code\":401,\"message\":\"no\"}", "credential", 77 },
		{ "{\"message\":\"API key not valid\"}", "credential", 77 },
		{ "\"User location is not supported\"", "region", 77 },
		{ "{\"code\":400,\"message\":\"no\",\"status\":"
		    "\"INVALID_ARGUMENT\"}", "setup", 78 },
		{ "{\"code\":404,\"message\":\"no\"}", "model", 78 },
	};
	struct desk d;
	char text[300];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		desk_init(&d, model38, BACKEND_GEMINI);
		desk_begin(&d);
		desk_open(&d, 0);
		snprintf(text, sizeof(text), "{\"error\":%s}", rows[i].error);
		desk_says(&d, 0, text);
		desk_closes(&d, 0, 1006, "");
		is_int(d.done, rows[i].code, rows[i].error);
		snprintf(text, sizeof(text), "\"reason\":\"%s\",\"exit\":%d,"
		    "\"message\"", rows[i].class, rows[i].code);
		ok(desk_has(&d, text), rows[i].class);
		desk_clean(&d);
	}

	desk_talks(&d, model38);
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, "{\"error\":{\"code\":403,\"message\":\"no\"}}");
	desk_says(&d, 0, AUDIO);
	desk_closes(&d, 0, 1006, "");
	is_int(d.done, -1, "one after which the model spoke was not the end");
	desk_clean(&d);
}

/* Waits that the service asks for. */
static void
test_waits(void)
{
	struct desk d;
	int64_t at;

	desk_init(&d, model38, BACKEND_GEMINI);
	d.cfg.wait_ms = 60000;
	desk_begin(&d);
	session_retry_after(d.s, 7000);
	refuses(&d, 429, "");
	is_int(d.done, -1, "--retry waits for a quota");
	desk_wait(&d, 6900);
	is_int(d.dials, 1, "not less than was asked for");
	desk_wait(&d, 2000);
	is_int(d.dials, 2, "and not much more");
	refuses(&d, 429, "{\"error\":{\"code\":429,\"message\":\"slow\","
	    "\"details\":[{\"@type\":\"x\"},{\"retryDelay\":\"9s\"}]}}");
	desk_wait(&d, 8900);
	is_int(d.dials, 2, "the body may ask for it, too");
	desk_wait(&d, 3000);
	is_int(d.dials, 3, "as well as a header");
	refuses(&d, 503, "");
	at = d.now;
	while (d.dials == 3 && d.now < at + 31000)
		desk_wait(&d, 100);
	ok(d.dials == 4 && d.now - at >= 500, "else it is ours to choose");
	session_retry_after(d.s, 50000);
	refuses(&d, 429, "");
	is_int(d.done, 75, "a wait that is longer than what is left is none");
	ok(desk_has(&d, "\"tries\":4"), "the end has the tries");
	desk_clean(&d);

	desk_init(&d, model38, BACKEND_GEMINI);
	d.cfg.wait_ms = 60000;
	desk_begin(&d);
	refuses(&d, 403, "");
	is_int(d.done, 77, "nothing but quota and overload is waited out");
	desk_clean(&d);

	/* in the midst of a conversation */
	desk_talks(&d, model38);
	desk_gives(&d, TEXT("one"));
	desk_closes(&d, 0, 1006, "");
	session_retry_after(d.s, 40000);
	refuses(&d, 503, "");
	desk_wait(&d, 39900);
	is_int(d.dials, 2, "a reconnection waits as well");
	desk_wait(&d, 11000);
	is_int(d.dials, 3, "and then goes on");
	desk_clean(&d);
}

int
main(void)
{
	test_said();
	test_fault();
	test_waits();
	return tap_done();
}
