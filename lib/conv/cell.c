/* A file that does not exist yet needs its folder. */
#include "conv/cell.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/mem.h"
#include "base/row.h"

enum {
	FILES = 4096,		/* with more, reading is not restricted */
	SETTINGS = 3
};

/* OpenSSL reads its settings when it is first used. */
static const char *const settings[SETTINGS] = { "/etc/ssl/openssl.cnf",
	"/usr/lib/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf" };

/* What has to be writable for a file; freed by the caller. */
static char *
place(const char *path)
{
	const char *slash;

	if (path == NULL || access(path, F_OK) == 0)
		return mem_str(path);
	slash = strrchr(path, '/');
	if (slash == NULL)
		return mem_str(".");
	return mem_copy(path, slash == path ? 1 : (size_t)(slash - path));
}

int
cell_shut(char *const *files, int n, const char *out, const char *audio)
{
	const char **readable = mem_resize(NULL, FILES + SETTINGS + 2,
	    sizeof(*readable));
	char *places[] = { place(out), place(audio) };
	const char *writable[3] = { NULL };
	int i, k, r, at = 0;

	for (i = 0; n <= FILES && i < n; i++)
		readable[i] = files[i];
	if (n > FILES)
		readable[i++] = "/";
	for (k = 0; k < SETTINGS; k++)
		readable[i++] = settings[k];
	readable[i] = NULL;
	row_early(STDERR_FILENO);
	row_early(STDOUT_FILENO);
	for (i = 0; i < 2; i++)
		if (places[i] != NULL)
			writable[at++] = places[i];
	r = confine_self(CONFINE_RUN, readable, writable);
	for (i = 0; i < 2; i++)
		free(places[i]);
	free(readable);
	return r;
}
