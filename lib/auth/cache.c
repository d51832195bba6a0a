/*
 * Tokens in files.  There is one lock file for each first digit of the digest,
 * so never more than sixteen; token files are replaced as a whole.
 */
#include "auth/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/reply.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"

enum { OLD = 86400 };		/* s, after which a token file is deleted */

void
auth_cache_key(char key[AUTH_KEY], const char *const *parts)
{
	unsigned char digest[32];
	struct buf b;
	size_t i;

	buf_init(&b, 1 << 20);
	for (; *parts; parts++)
		buf_printf(&b, "%zu:%s,", strlen(*parts), *parts);
	crypt_sha256(digest, b.data ? b.data : "", b.len);
	buf_wipe(&b);
	for (i = 0; i < sizeof digest; i++)
		snprintf(key + 2 * i, 3, "%02x", digest[i]);
}

int
auth_cache_decode(struct auth_grant *g, const char *p, size_t n,
    const char *key)
{
	char why[80];
	struct json *j = json_parse(p, n, why, sizeof why);
	const char *token = json_get_str(j, "token", "");
	const char *s;
	int rc = -1;

	memset(g, 0, sizeof *g);
	for (s = token; *s > ' ' && *s < 0x7f; s++)
		;
	if (s > token && *s == '\0' &&
	    strcmp(json_get_str(j, "key", ""), key) == 0 &&
	    json_int(json_get(j, "expiry"), &g->expiry) == 0) {
		g->token = mem_str(token);
		rc = 0;
	}
	json_wipe(j);
	return rc;
}

/* Whether only we can read and write the open file. */
static bool
ours(int fd, const char *path, mode_t type, char *why, size_t size)
{
	struct stat st;

	if (fstat(fd, &st) == -1 || (st.st_mode & S_IFMT) != type)
		return false;
	if (st.st_uid != geteuid()) {
		snprintf(why, size, "%s belongs to another user, so it is not "
		    "used", path);
		return false;
	}
	if (st.st_mode & 077) {
		snprintf(why, size, "%s has mode %04o, so it is not used; "
		    "chmod %s", path, (unsigned)(st.st_mode & 07777),
		    type == S_IFDIR ? "700" : "600");
		return false;
	}
	return true;
}

/* Whether the folder can be trusted; it need not exist. */
static bool
safe_dir(const char *dir, char *why, size_t size)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool yes;

	if (fd == -1)
		return false;
	yes = ours(fd, dir, S_IFDIR, why, size);
	close(fd);
	return yes;
}

static char *
token_path(const char *dir, const char *key)
{
	return mem_printf("%s/token-%s.json", dir, key);
}

/* The whole file into b; false if it cannot be used. */
static bool
read_file(struct buf *b, const char *path, char *why, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n = -1;
	char *room;

	if (fd == -1)
		return false;
	if (ours(fd, path, S_IFREG, why, size)) {
		while ((room = buf_room(b, 4096)) &&
		    (n = fd_read(fd, room, 4096)) > 0)
			buf_added(b, (size_t)n);
	}
	close(fd);
	return n == IO_END && !b->failed;
}

int
auth_cache_load(struct auth_grant *g, const char *dir, const char *key,
    char *why, size_t size)
{
	char *path = token_path(dir, key);
	struct buf b;
	int rc = -1;

	memset(g, 0, sizeof *g);
	*why = '\0';
	buf_init(&b, AUTH_CACHE_FILE);
	if (safe_dir(dir, why, size) && read_file(&b, path, why, size))
		rc = auth_cache_decode(g, b.data, b.len, key);
	buf_wipe(&b);
	free(path);
	return rc;
}

/* Token files not written to for a day hold nothing that is still valid. */
static void
sweep(const char *dir, int64_t now)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	struct stat st;

	while (d && (e = readdir(d))) {
		if (strncmp(e->d_name, "token-", 6) != 0)
			continue;
		if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
		    0 && S_ISREG(st.st_mode) && now - st.st_mtime > OLD)
			unlinkat(dirfd(d), e->d_name, 0);
	}
	if (d)
		closedir(d);
}

int
auth_cache_store(const struct auth_grant *g, const char *dir,
    const char *key, int64_t now, char *why, size_t size)
{
	char *path = token_path(dir, key);
	struct json *j = json_object();
	struct buf b;
	int rc = -1;

	*why = '\0';
	json_set(j, "gl", json_integer(1));
	json_set(j, "key", json_string(key));
	json_set(j, "expiry", json_integer(g->expiry));
	json_set(j, "token", json_string(g->token));
	buf_init(&b, AUTH_CACHE_FILE);
	json_print(j, &b);
	buf_byte(&b, '\n');
	json_wipe(j);
	if (path_make(dir) == -1)
		snprintf(why, size, "cannot make %s: %s", dir,
		    strerror(errno));
	else if (safe_dir(dir, why, size)) {
		sweep(dir, now);
		rc = b.failed ? -1 : fd_replace(path, b.data, b.len, 0600);
		if (rc == -1)
			snprintf(why, size, "cannot write %s: %s", path,
			    strerror(errno));
	}
	buf_wipe(&b);
	free(path);
	return rc;
}

int
auth_cache_lock(const char *dir, const char *key)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char *path, why[1];
	int fd;

	errno = 0;
	if (path_make(dir) == -1 || !safe_dir(dir, why, 0)) {
		errno = errno == EAGAIN || errno == 0 ? ENOENT : errno;
		return -1;
	}
	path = mem_printf("%s/lock.%c", dir, key[0]);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	free(path);
	if (fd != -1 && fcntl(fd, F_SETLK, &lock) == -1) {
		if (errno == EACCES)
			errno = EAGAIN;
		close(fd);
		fd = -1;
	}
	return fd;
}
