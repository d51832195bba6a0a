/*
 * The environment variables of Google's and Amazon's tools and our own.
 */
#include "auth/env.h"

#include <stdlib.h>
#include <string.h>

#include "base/opt.h"
#include "base/mem.h"
#include "base/path.h"

/* The first that is set; which of them comes back in *name. */
static const char *
first(const char *a, const char *b, const char **name)
{
	const char *v = opt_env(a);

	*name = v ? a : b;
	return v ? v : opt_env(b);
}

/* A number within bounds, else the default: these are other tools'
 * variables, and they too go on with the default. */
static int
number(const char *name, int min, int max, int def)
{
	const char *s = opt_env(name);
	char *end;
	long v;

	if (!s)
		return def;
	v = strtol(s, &end, 10);
	return *end == '\0' && v >= min && v <= max ? (int)v : def;
}

void
auth_env_read(struct auth_env *e)
{
	const char *name, *home = opt_env("HOME");
	const char *dir = opt_env("CLOUDSDK_CONFIG");

	memset(e, 0, sizeof *e);
	e->file = opt_env("GOOGLE_APPLICATION_CREDENTIALS");
	e->project = first("GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT",
	    &e->project_name);
	e->quota_project = opt_env("GOOGLE_CLOUD_QUOTA_PROJECT");
	e->key = first("GOOGLE_API_KEY", "GEMINI_API_KEY", &e->key_name);
	e->emulator = opt_env("GL_EMULATOR_HOST");
	e->endpoint = opt_env("GL_AUTH_ENDPOINT");
	e->metadata_host = first("GCE_METADATA_HOST", "GCE_METADATA_ROOT",
	    &name);
	e->metadata_ip = opt_env("GCE_METADATA_IP");
	e->metadata_timeout_ms = 1000 * number("GCE_METADATA_TIMEOUT", 1, 60,
	    3);
	e->metadata_tries = number("GCE_METADATA_DETECT_RETRIES", 1, 10, 3);
	e->no_gce = opt_env_true("NO_GCE_CHECK");
	e->programs = number("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", 0, 1,
	    0) == 1;
	e->aws_region = first("AWS_REGION", "AWS_DEFAULT_REGION", &name);
	e->aws_id = opt_env("AWS_ACCESS_KEY_ID");
	e->aws_secret = opt_env("AWS_SECRET_ACCESS_KEY");
	e->aws_session = opt_env("AWS_SESSION_TOKEN");
	e->cafile = opt_env("SSL_CERT_FILE");
	e->cadir = opt_env("SSL_CERT_DIR");
	if (dir)
		e->gcloud = mem_str(dir);
	else if (home)
		e->gcloud = path_join(home, ".config/gcloud");
}

void
auth_env_done(struct auth_env *e)
{
	free(e->gcloud);
	memset(e, 0, sizeof *e);
}
