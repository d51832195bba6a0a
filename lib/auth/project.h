#ifndef AUTH_PROJECT_H
#define AUTH_PROJECT_H

/*
 * Which project the work belongs to, and which one is charged.
 */
struct auth_cred;
struct auth_env;

struct auth_project {
	char *id;			/* owned; NULL where not known */
	const char *from;		/* by what it is known */
	char *quota;
	const char *quota_from;
};

/* From the options (NULL where not given), the environment, the credentials,
 * gcloud's configuration. */
void auth_project_find(struct auth_project *, const struct auth_env *,
    const struct auth_cred *, const char *id, const char *quota);
void auth_project_done(struct auth_project *);

#endif
