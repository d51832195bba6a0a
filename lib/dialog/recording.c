/*
 * The files of one name are FILE, then FILE with .2, .3 before its extension.
 * A new one begins between turns, so that each can be used alone.
 */
#include "dialog/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/why.h"
#include "stream/stream.h"

struct recording {
	struct loop *loop;
	struct recording_opts o;
	const struct output_ops *ops;
	void *arg;
	struct output *out;
	struct output *old;	/* the previous file, until it is written */
	int number;		/* of the file */
	int64_t bytes, begun;	/* of it */
	struct buf start, line;
	bool lost;		/* something of the files before, or a record
				 * that was too long */
};

int
recording_limit(const char *text, int64_t *bytes, int64_t *ms)
{
	static const struct {
		char unit;
		int64_t bytes, ms;
	} units[] = {
		{ 'k', 1 << 10, 0 }, { 'M', 1 << 20, 0 }, { 'G', 1 << 30, 0 },
		{ 's', 0, 1000 }, { 'm', 0, 60000 }, { 'h', 0, 3600000 }
	};
	int64_t n = 0;
	const char *s;
	size_t i;

	for (s = text; *s >= '0' && *s <= '9' && n < 1000000; s++)
		n = n * 10 + *s - '0';
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (n > 0 && *s == units[i].unit && s[1] == '\0') {
			*bytes = n * units[i].bytes;
			*ms = n * units[i].ms;
			return 0;
		}
	return -1;
}

int
recording_take_max(void *to, const char *text, char *why, size_t size)
{
	struct recording_opts *r = to;

	if (recording_limit(text, &r->max_bytes, &r->max_ms) == 0)
		return CODE_OK;
	return why_say(CODE_USAGE, why, size, "%.60s: neither a size (100M) "
	    "nor a time (1h)", text);
}

int
recording_take_what(void *to, const char *text, char *why, size_t size)
{
	static const struct opt_name words[] = {
		{ "sound", RECORDING_SOUND },
		{ "pictures", RECORDING_PICTURES },
		{ "words", RECORDING_WORDS }, { "tools", RECORDING_TOOLS },
		{ NULL, 0 }
	};
	struct recording_opts *r = to;
	size_t n, i;

	for (r->what = 0; *text != '\0'; text += n + (text[n] == ',')) {
		n = strcspn(text, ",");
		for (i = 0; words[i].name != NULL && (strlen(words[i].name) !=
		    n || strncmp(words[i].name, text, n) != 0); i++)
			;
		if (words[i].name == NULL)
			return why_say(CODE_USAGE, why, size, "%.*s: not one "
			    "of sound, pictures, words, tools", n < 60 ? (int)n
			    : 60, text);
		r->what |= words[i].value;
	}
	return CODE_OK;
}

/* The name of the n-th file. */
static char *
name_of(const char *path, int n)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	int front;

	if (n == 1)
		return mem_str(path);
	if (dot == NULL || dot == name)
		return mem_printf("%s.%d", path, n);
	front = (int)(dot - path);
	return mem_printf("%.*s.%d%s", front, path, n, dot);
}

/* Where the last complete record of a file ends; -1 if it is not a stream. */
static int64_t
whole(int fd)
{
	struct stream_reader *s = stream_reader_new();
	enum stream_status st = STREAM_MORE;
	struct record rec;
	int64_t end = 0;
	ssize_t got = 1;
	size_t n;
	void *p;

	while (got > 0 && st != STREAM_BAD) {
		p = stream_window(s, &n);
		got = fd_read(fd, p, n);
		if (got > 0)
			stream_filled(s, (size_t)got);
		while ((st = stream_next(s, &rec)) == STREAM_RECORD)
			end = rec.offset + (int64_t)rec.line_len +
			    (int64_t)rec.payload_len;
	}
	if (got == 0 && st == STREAM_MORE && stream_end(s) == -1)
		st = STREAM_MORE;
	stream_reader_free(s);
	return got < 0 || st == STREAM_BAD ? -1 : end;
}

/* Opens a file at its end; the descriptor, or -1 with why. */
static int
open_file(const char *path, int64_t *bytes, int64_t *cut, char *why,
    size_t size)
{
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	const char *bad = NULL;
	struct stat st;

	*bytes = *cut = 0;
	if (fd == -1 || fstat(fd, &st) == -1)
		bad = log_reason(errno);
	else if (fcntl(fd, F_SETLK, &lock) == -1)
		bad = "another session records there";
	else if (!S_ISREG(st.st_mode))
		bad = "not a file that can be appended to";
	else if (st.st_size > 0 && ((*bytes = whole(fd)) <= 0 ||
	    (*bytes < st.st_size && ftruncate(fd, *bytes) == -1)))
		bad = "not a stream that can be appended to; name another file";
	if (bad == NULL) {
		*cut = st.st_size - *bytes;
		return fd;
	}
	snprintf(why, size, "%s: %s", path, bad);
	if (fd != -1)
		close(fd);
	return -1;
}

struct recording *
recording_open(struct loop *loop, const struct recording_opts *o,
    const struct output_ops *ops, void *arg, int64_t now, int64_t *cut,
    char *why, size_t size)
{
	struct recording *r = mem_alloc(sizeof(*r));
	struct stat st;
	bool there = true;
	char *path;
	int fd;

	r->o = *o;
	r->loop = loop;
	r->ops = ops;
	r->arg = arg;
	r->begun = now;
	r->number = 1;
	while (there && r->number < RECORDING_FILES_MAX) {
		path = name_of(o->path, r->number + 1);
		there = stat(path, &st) == 0;
		r->number += there;
		free(path);
	}
	path = name_of(o->path, r->number);
	fd = open_file(path, &r->bytes, cut, why, size);
	free(path);
	if (fd == -1) {
		free(r);
		return NULL;
	}
	r->out = output_fd(loop, fd, RECORDING_QUEUE_MAX, ops, arg);
	buf_init(&r->start, STREAM_HEAD_MAX);
	buf_init(&r->line, 2 * STREAM_HEAD_MAX);
	return r;
}

void
recording_close(struct recording *r)
{
	if (r == NULL)
		return;
	output_close(r->out);
	output_close(r->old);
	buf_done(&r->start);
	buf_done(&r->line);
	free(r);
}

static void
add(struct recording *r, const void *head, size_t hn, const void *body,
    size_t bn)
{
	if (output_add(r->out, head, hn, body, bn) == 0)
		r->bytes += (int64_t)(hn + bn);
}

/* Begins the next file if this one is full and the previous one is written. */
static void
turn_over(struct recording *r, int64_t now)
{
	char *path, why[200];
	struct output_fate old;
	int64_t cut, bytes;
	int fd;

	if ((r->o.max_bytes == 0 || r->bytes < r->o.max_bytes) &&
	    (r->o.max_ms == 0 || now - r->begun < r->o.max_ms))
		return;
	old = output_fate(r->old);
	if (r->number == RECORDING_FILES_MAX || !old.idle || old.error != 0 ||
	    output_fate(r->out).error != 0)
		return;
	path = name_of(r->o.path, r->number + 1);
	fd = open_file(path, &bytes, &cut, why, sizeof(why));
	free(path);
	if (fd == -1)
		return;		/* this one continues */
	r->lost |= old.lost;
	output_close(r->old);
	r->old = r->out;
	r->out = output_fd(r->loop, fd, RECORDING_QUEUE_MAX, r->ops, r->arg);
	r->number++;
	r->bytes = bytes;
	r->begun = now;
	add(r, r->start.data, r->start.len, NULL, 0);
}

void
recording_start(struct recording *r, const char *head, size_t n)
{
	buf_add(&r->start, head, n);
	add(r, head, n, NULL, 0);
}

/* Whether records of this type are left out. */
static bool
left_out(const struct recording *r, const char *type)
{
	static const struct {
		const char *type;
		int what;
	} types[] = {
		{ "audio", RECORDING_SOUND }, { "image", RECORDING_PICTURES },
		{ "blob", RECORDING_PICTURES }, { "text", RECORDING_WORDS },
		{ "turn", RECORDING_WORDS }, { "transcript", RECORDING_WORDS },
		{ "context", RECORDING_WORDS }, { "content", RECORDING_WORDS },
		{ "grounding", RECORDING_WORDS },
		{ "url_context", RECORDING_WORDS },
		{ "tool_call", RECORDING_TOOLS },
		{ "tool_response", RECORDING_TOOLS },
		{ "raw", RECORDING_ALL }	/* it may hold anything */
	};
	size_t i;

	/* whoever has its handle can continue the conversation */
	if (strcmp(type, "resumption") == 0)
		return true;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(type, types[i].type) == 0)
			return (r->o.what & types[i].what) != types[i].what;
	return false;
}

void
recording_user(struct recording *r, const struct record *rec, int64_t t,
    int64_t at_ms)
{
	struct json *head;

	if (r == NULL || left_out(r, rec->type) || rec->head == NULL)
		return;
	head = json_copy(rec->head);
	json_set(head, "bytes", NULL);
	json_set(head, "side", json_string("user"));
	json_set(head, "t", json_integer(t));
	json_set(head, "at_ms", json_integer(at_ms));
	if (rec->payload_len > 0)
		json_set(head, "bytes", json_integer((int64_t)
		    rec->payload_len));
	buf_clear(&r->line);
	json_print(head, &r->line);
	buf_byte(&r->line, '\n');
	json_free(head);
	if (r->line.failed)
		r->lost = true;
	else
		add(r, r->line.data, r->line.len, rec->payload,
		    rec->payload_len);
}

void
recording_sound(struct recording *r, const void *pcm, size_t n, int rate,
    int64_t t, int64_t at_ms)
{
	if (r == NULL || n == 0 || !(r->o.what & RECORDING_SOUND))
		return;
	buf_clear(&r->line);
	stream_head(&r->line, "audio");
	stream_str(&r->line, "side", "user");
	stream_int(&r->line, "t", t);
	stream_int(&r->line, "at_ms", at_ms);
	stream_int(&r->line, "rate", rate);
	stream_tail(&r->line, n);
	add(r, r->line.data, r->line.len, pcm, n);
}

void
recording_record(struct recording *r, const char *type, const char *head,
    size_t head_len, const void *body, size_t body_len, int64_t now)
{
	if (r == NULL || left_out(r, type))
		return;
	add(r, head, head_len, body, body_len);
	if (strcmp(type, "turn_complete") == 0)
		turn_over(r, now);
}

struct output_fate
recording_fate(const struct recording *r)
{
	struct output_fate f = output_fate(r != NULL ? r->out : NULL), old;

	if (r == NULL)
		return f;
	old = output_fate(r->old);
	f.error = old.error != 0 ? old.error : f.error;
	f.lost |= old.lost || r->lost;
	f.idle = f.idle && old.idle;
	return f;
}
