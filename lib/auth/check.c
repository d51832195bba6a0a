/*
 * Vertex is asked to count tokens, which needs aiplatform.endpoints.predict as
 * a conversation does; the Developer API to list a model.  A conversational
 * model that cannot count tokens is not a failure: a caller who gets that
 * answer has been let in.
 */
#include "auth/check.h"

#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "auth/net.h"
#include "auth/text.h"
#include "base/buf.h"
#include "proto/endpoint.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/url.h"

#define MODELS "https://generativelanguage.googleapis.com/v1beta/models" \
	"?pageSize=1"

static int
ask(struct auth *a, const char *url, const char *line, const char *body,
    enum auth_place place, struct auth_refusal *r)
{
	const char *quota = auth_quota_project(a, NULL);
	char *project = quota && place == AUTH_AT_SERVICE ?
	    mem_printf("x-goog-user-project: %s", quota) : NULL;
	const char *const headers[] = { "Content-Type: application/json", line,
		project, NULL };
	const char *const secrets[] = { auth_token(a), NULL };
	struct auth_ask q = {
		.http = { .url = url, .headers = headers, .body = body,
		    .body_len = body ? strlen(body) : 0 },
		.question = { .place = place, .identity = auth_identity(a),
		    .project = auth_project(a, NULL), .secrets = secrets },
	};
	struct auth_body answer;
	int rc = auth_net_ask(auth_net(a), &q, &answer, r);

	if (rc == 0)
		auth_net_body_done(&answer);
	free(project);
	return rc;
}

static int
by_key(struct auth *a, struct buf *report, struct auth_refusal *r)
{
	char *line, *url;
	int rc;

	if (strncmp(auth_token(a), "auth_tokens/", 12) == 0)
		return auth_net_refuse(r, CODE_CONFIG, "an ephemeral token can "
		    "only be used, not checked; gl-session says whether it "
		    "is accepted");
	line = mem_printf("x-goog-api-key: %s", auth_token(a));
	url = auth_net_url(auth_net(a), MODELS);
	rc = ask(a, url, line, NULL, AUTH_AT_KEY, r);
	if (rc == 0) {
		auth_text_line(report, "service: Gemini Developer API");
		auth_text_line(report, "accepted: %s", auth_origin(a));
	}
	mem_wipe(line, strlen(line));
	free(line);
	free(url);
	return rc;
}

/* The URL for counting a model's tokens; NULL with why. */
static char *
count_url(struct auth *a, const char *model, const char *location,
    struct endpoint *where, char *why, size_t size)
{
	struct endpoint_wish wish = {
		.backend = BACKEND_VERTEX, .credential = CREDENTIAL_BEARER,
		.model = model ? model :
		    endpoint_default_model(BACKEND_VERTEX),
		.project = auth_project(a, NULL), .location = location,
	};
	struct url url;
	char *full, *made;

	if (endpoint_init(where, &wish, why, size) == -1)
		return NULL;
	if (url_parse(&url, where->url, why, size) == -1) {
		endpoint_done(where);
		return NULL;
	}
	full = mem_printf("https://%s/v1beta1/%s:countTokens", url.host,
	    where->model);
	made = auth_net_url(auth_net(a), full);
	url_done(&url);
	free(full);
	return made;
}

static int
by_token(struct auth *a, const char *model, const char *location,
    struct buf *report, struct auth_refusal *r)
{
	static const char body[] = "{\"contents\":[{\"role\":\"user\","
	    "\"parts\":[{\"text\":\"x\"}]}]}";
	struct endpoint where;
	char why[200], *url, *line;
	int rc;

	if (!auth_project(a, NULL))
		return auth_net_refuse(r, CODE_CONFIG,
		    "no project is known; give "
		    "--project, set GOOGLE_CLOUD_PROJECT, or gcloud config set "
		    "project PROJECT");
	url = count_url(a, model, location, &where, why, sizeof why);
	if (!url)
		return auth_net_refuse(r, CODE_CONFIG, "%s", why);
	line = mem_printf("Authorization: Bearer %s", auth_token(a));
	auth_text_line(report, "identity: %s", auth_identity(a));
	auth_text_line(report, "project: %s", auth_project(a, NULL));
	auth_text_line(report, "model: %s", where.model);
	rc = ask(a, url, line, body, AUTH_AT_SERVICE, r);
	mem_wipe(line, strlen(line));
	free(line);
	free(url);
	endpoint_done(&where);
	if (rc != 0 && (r->status == 404 || r->status == 400) &&
	    !r->reasoned) {
		auth_net_note(auth_net(a), 0, "the service lets %s in, but "
		    "says of the model: %s", auth_identity(a), r->why);
		rc = 0;
	}
	if (rc == 0)
		buf_printf(report, "accepted: Vertex AI answers to this "
		    "identity\n");
	return rc;
}

int
auth_check(struct auth *a, const char *model, const char *location,
    struct buf *report, struct auth_refusal *r)
{
	if (auth_kind(a) == AUTH_API_KEY)
		return by_key(a, report, r);
	if (auth_kind(a) == AUTH_EMULATOR) {
		buf_str(report, "accepted: the emulator lets everybody in\n");
		return 0;
	}
	return by_token(a, model, location, report, r);
}
