/*
 * Projects: what the user says goes before the environment, that before the
 * credentials file, that before gcloud's configuration.
 */
#include "auth/project.h"

#include <stdlib.h>
#include <string.h>

#include "auth/cred.h"
#include "auth/env.h"
#include "auth/text.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

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
auth_project_find(struct auth_project *p, const struct auth_env *env,
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
auth_project_done(struct auth_project *p)
{
	free(p->id);
	free(p->quota);
	memset(p, 0, sizeof *p);
}
