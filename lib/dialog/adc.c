/* Application default credentials, in the order in which gl-auth looks. */
#include "dialog/adc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/path.h"

enum { ADC_MAX = 1 << 20, CONFIG_MAX = 65536, PRODUCT_MAX = 200 };

/* The path of a file of gcloud's, freed by the caller; NULL without a HOME. */
static char *
gcloud(const char *name)
{
	const char *dir = opt_env("CLOUDSDK_CONFIG"), *home = opt_env("HOME");

	if (dir)
		return path_join(dir, name);
	return home ? mem_printf("%s/.config/gcloud/%s", home, name) : NULL;
}

/* The file that gcloud's login leaves, freed by the caller; or NULL. */
static char *
login_file(void)
{
	char *path = gcloud("application_default_credentials.json");

	if (path && access(path, F_OK) == 0)
		return path;
	free(path);
	return NULL;
}

/* Whether gcloud's active configuration names a project. */
static bool
configured_project(void)
{
	char *at = gcloud("active_config"), *text = NULL, *name = NULL;
	bool yes;

	if (at)
		name = fd_slurp(at, 256, NULL);
	if (name)
		name[strcspn(name, " \t\r\n/")] = '\0';
	free(at);
	at = gcloud("configurations/config_");
	if (at) {
		char *whole = mem_printf("%s%s", at, name && *name ? name :
		    "default");

		text = fd_slurp(whole, CONFIG_MAX, NULL);
		free(whole);
	}
	yes = text && strstr(text, "\nproject");
	free(at);
	free(name);
	free(text);
	return yes;
}

/* Whether the firmware, or a container's environment, says that this machine is
 * Google's. */
static bool
at_google(void)
{
	static const char at[] = "/sys/class/dmi/id/product_name";
	char name[PRODUCT_MAX] = "";
	FILE *f;

	if (opt_env("GCE_METADATA_HOST") || opt_env("K_SERVICE"))
		return true;
	f = fopen(at, "re");
	if (!f)
		return false;
	if (!fgets(name, sizeof(name), f))
		*name = '\0';
	fclose(f);
	return strncmp(name, "Google", 6) == 0;
}

/* Whether a file's credentials name the project that they belong to. */
static bool
names_project(const char *text)
{
	struct json *o = json_parse(text, strlen(text), NULL, 0);
	bool yes = json_get_str(o, "project_id", NULL);

	json_free(o);
	return yes;
}

static bool
read_file(const char *path, bool want_project, char *why, size_t size)
{
	char *text = fd_slurp(path, ADC_MAX, NULL);
	bool good;

	if (!text) {
		snprintf(why, size, "%s: %s", path, log_reason(errno));
		return false;
	}
	good = !want_project || names_project(text) ||
	    configured_project();
	mem_wipe(text, strlen(text));
	free(text);
	if (!good)
		snprintf(why, size, "no project: --project or "
		    "GOOGLE_CLOUD_PROJECT (%s names none)", path);
	return good;
}

bool
adc_found(bool want_project, char *why, size_t size)
{
	const char *named = opt_env("GOOGLE_APPLICATION_CREDENTIALS");
	char *login;
	bool good;

	if (named)
		return read_file(named, want_project, why, size);
	login = login_file();
	if (login) {
		good = read_file(login, want_project, why, size);
		free(login);
		return good;
	}
	if (at_google())
		return true;
	snprintf(why, size, "no credentials found: run gcloud auth "
	    "application-default login, or set "
	    "GOOGLE_APPLICATION_CREDENTIALS to a key file");
	return false;
}
