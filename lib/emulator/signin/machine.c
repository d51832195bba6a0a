/*
 * What a program asks the machine it runs on: the metadata servers of Google
 * and Amazon, and a provider of subject tokens.
 */
#include "emulator/signin/ask.h"

#include <stdio.h>
#include <string.h>

#include "emulator/signin/token.h"
#include "net/httphead.h"
#include "base/json.h"

static const char *
get(const struct json *j, const char *key)
{
	return json_get_str(j, key, "");
}

static void
metadata_token(struct emuask *q, const char *email)
{
	const char *s = strstr(q->target, "scopes=");
	char scopes[512];
	struct json *j;

	snprintf(scopes, sizeof scopes, "%s", s ? s + 7 : SIGNIN_SCOPE);
	j = json_object();
	json_set(j, "access_token", json_string(signin_token_issue(q->tokens,
	    EMUTOKEN_ACCESS, email, scopes, q->now + ask_life(q))));
	json_set(j, "expires_in", json_integer(ask_life(q) - 1));
	json_set(j, "token_type", json_string("Bearer"));
	ask_json(q, 200, j);
}

/* Google's metadata server; it never answers what came through a proxy. */
void
machine_google(struct emuask *q)
{
	const struct json *m = json_get(q->settings, "machine");
	const char *flavor = httphead_get(q->head, "Metadata-Flavor");
	const char *p = q->path, *email = get(m, "email");

	ask_line(q, "Metadata-Flavor: Google");
	ask_line(q, "Server: Metadata Server for VM");
	if (strcmp(p, "/") == 0) {
		ask_text(q, 200, "application/text", "computeMetadata/\n");
		return;
	}
	if (!flavor || strcmp(flavor, "Google") != 0 ||
	    httphead_get(q->head, "X-Forwarded-For")) {
		ask_text(q, 403, "text/html", "<html>Missing "
		    "Metadata-Flavor:Google header.</html>\n");
		return;
	}
	p += strlen("/computeMetadata/v1/");
	if (strcmp(p, "project/project-id") == 0 && *get(m, "project"))
		ask_text(q, 200, "application/text", get(m, "project"));
	else if (strcmp(p, "instance/service-accounts/default/email") == 0 &&
	    *email)
		ask_text(q, 200, "application/text", email);
	else if (strcmp(p, "instance/service-accounts/default/token") == 0 &&
	    *email)
		metadata_token(q, email);
	else
		ask_text(q, 404, "text/html", "<html>Not Found</html>\n");
}

/* Amazon's metadata server, version 2: a session first. */
void
machine_amazon(struct emuask *q)
{
	const struct json *k = json_at(json_get(q->settings, "aws"), 0);
	const char *session = httphead_get(q->head,
	    "X-aws-ec2-metadata-token");
	const char *p = q->path;
	struct json *j;

	if (strcmp(p, "/latest/api/token") == 0) {
		if (strcmp(q->method, "PUT") != 0 || !httphead_get(q->head,
		    "X-aws-ec2-metadata-token-ttl-seconds"))
			ask_text(q, 400, "text/plain", "bad request\n");
		else
			ask_text(q, 200, "text/plain",
			    "imds-session-secret");
	} else if (!session || strcmp(session, "imds-session-secret") != 0)
		ask_text(q, 401, "text/html", "<html>Unauthorized</html>\n");
	else if (strcmp(p, "/latest/meta-data/placement/availability-zone") ==
	    0)
		ask_text(q, 200, "text/plain", "eu-central-1b\n");
	else if (strcmp(p, "/latest/meta-data/iam/security-credentials") == 0)
		ask_text(q, 200, "text/plain", "the-role\n");
	else if (strcmp(p, "/latest/meta-data/iam/security-credentials/"
	    "the-role") == 0 && k) {
		j = json_object();
		json_set(j, "Code", json_string("Success"));
		json_set(j, "AccessKeyId", json_string(get(k, "id")));
		json_set(j, "SecretAccessKey", json_string(get(k, "secret")));
		json_set(j, "Token", json_string(get(k, "session")));
		ask_json(q, 200, j);
	} else
		ask_text(q, 404, "text/html", "<html>Not Found</html>\n");
}

/* An identity provider: the first subject token as text or JSON, for whoever
 * sends the header Metadata: True. */
void
machine_provider(struct emuask *q)
{
	const struct json *s = json_at(json_get(q->settings, "subjects"),
	    0);
	const char *header = httphead_get(q->head, "Metadata");
	struct json *j;

	if (!header || strcmp(header, "True") != 0 || !json_str(s)) {
		ask_text(q, 403, "text/plain", "forbidden\n");
		return;
	}
	if (strcmp(q->path, "/subject/text") == 0) {
		ask_text(q, 200, "text/plain", json_str(s));
		return;
	}
	j = json_object();
	json_set(j, "access_token", json_copy(s));
	ask_json(q, 200, j);
}
