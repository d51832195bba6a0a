#ifndef AUTH_ENV_H
#define AUTH_ENV_H

#include <stdbool.h>

/*
 * What the environment says about signing in.  Strings point into it; NULL if
 * unset or empty.
 */
struct auth_env {
	const char *file;		/* GOOGLE_APPLICATION_CREDENTIALS */
	const char *project;		/* GOOGLE_CLOUD_, GCLOUD_PROJECT */
	const char *project_name;	/* which of them */
	const char *quota_project;	/* GOOGLE_CLOUD_QUOTA_PROJECT */
	const char *key;		/* GOOGLE_API_KEY, GEMINI_API_KEY */
	const char *key_name;
	const char *emulator;		/* GL_EMULATOR_HOST */
	const char *endpoint;		/* GL_AUTH_ENDPOINT */
	const char *metadata_host;	/* GCE_METADATA_HOST, _ROOT */
	const char *metadata_ip;	/* GCE_METADATA_IP */
	int metadata_timeout_ms;	/* GCE_METADATA_TIMEOUT; 3000 */
	int metadata_tries;		/* GCE_METADATA_DETECT_RETRIES; 3 */
	bool no_gce;			/* NO_GCE_CHECK */
	bool programs;			/* GOOGLE_EXTERNAL_ACCOUNT_ALLOW_... */
	const char *hosts;		/* ..._HOSTS */
	const char *aws_region;		/* AWS_REGION, AWS_DEFAULT_REGION */
	const char *aws_id;
	const char *aws_secret;
	const char *aws_session;
	const char *cafile;		/* SSL_CERT_FILE */
	const char *cadir;		/* SSL_CERT_DIR */
	char *gcloud;			/* gcloud's folder, owned; or NULL */
};

void auth_env_read(struct auth_env *);
void auth_env_done(struct auth_env *);

/*
 * Which project the work belongs to, and which one is charged.
 */
struct auth_cred;

struct auth_project {
	char *id;			/* owned; NULL if unknown */
	const char *from;		/* where it comes from */
	char *quota;
	const char *quota_from;
};

/* From the options (NULL if not given), else the environment, the credentials,
 * gcloud's configuration. */
void auth_env_project(struct auth_project *, const struct auth_env *,
    const struct auth_cred *, const char *id, const char *quota);
void auth_env_project_done(struct auth_project *);

#endif
