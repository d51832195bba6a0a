/*
 * The environment variables of Google's and Amazon's tools, and our own.
 */
#include "auth/env.h"

#include <stdlib.h>
#include <string.h>

#include "base/opt.h"
#include "base/mem.h"
#include "base/path.h"
#include "auth/cred.h"
#include "auth/text.h"
#include "base/fd.h"

/* The value of the first that is set, whose name goes into *name. */
static const char *
first(const char *a, const char *b, const char **name)
{
	const char *v = opt_env(a);

	*name = v ? a : b;
	return v ? v : opt_env(b);
}

/* A number within bounds, else the default: these variables belong to other
 * tools, which fall back to the default too. */
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
	e->hosts = opt_env("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_HOSTS");
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

/*
 * The project, in order of precedence: what the user says, the environment,
 * the credentials file, gcloud's configuration.
 */

/* The project of gcloud's active configuration. */
static char *
gcloud_project(const struct auth_env *env)
{
	char *path, *p, *name, *value = NULL;
	size_t n;

	if (!env->gcloud)
		return NULL;
	path = path_join(env->gcloud, "active_config");
	name = fd_slurp(path, 256, &n);
	free(path);
	if (name)
		name[strcspn(name, " \t\r\n/")] = '\0';
	path = mem_printf("%s/configurations/config_%s", env->gcloud,
	    name && *name ? name : "default");
	p = fd_slurp(path, 65536, &n);
	if (p)
		value = auth_text_ini(p, n, "core", "project");
	free(p);
	free(path);
	free(name);
	return value;
}

void
auth_env_project(struct auth_project *p, const struct auth_env *env,
    const struct auth_cred *c, const char *id, const char *quota)
{
	memset(p, 0, sizeof *p);
	p->from = "--project";
	if (!id) {
		id = env->project;
		p->from = env->project_name;
	}
	if (!id) {
		id = c->project;
		p->from = "the credentials file";
	}
	p->id = mem_str(id);
	if (!p->id) {
		p->id = gcloud_project(env);
		p->from = "gcloud's configuration";
	}
	p->quota_from = "--quota-project";
	if (!quota) {
		quota = env->quota_project;
		p->quota_from = "GOOGLE_CLOUD_QUOTA_PROJECT";
	}
	if (!quota) {
		quota = c->quota_project;
		p->quota_from = "the credentials file";
	}
	p->quota = mem_str(quota);
}

void
auth_env_project_done(struct auth_project *p)
{
	free(p->id);
	free(p->quota);
	memset(p, 0, sizeof *p);
}
