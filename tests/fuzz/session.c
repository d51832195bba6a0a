/*
 * A whole session with two connections, all by lines: what the service and the
 * user say, what becomes of connections, what time it is.  Nothing may happen
 * out of order (desk.h says what), and in the end it is over.  The first byte
 * is the model.  Lines:
 *
 *	0{...} or 1{...}	the service says it on that connection
 *	{...}			a record of the user's, without a payload
 *	aN	N ms of sound	tN	N ms pass
 *	o, s	the service accepts what is asked; what is expected of it
 *	cN CODE	it closes	rN STATUS	it refuses
 *	e	the end of the user's input	h, H	the output is held; goes on
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../desk.h"

enum { LINE_MAX = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const char *const models[] = {
	"models/gemini-3.8-live", "models/gemini-3.1-flash-live-preview",
	"models/gemini-2.5-flash-native-audio-latest",
	"models/gemini-live-2.5-flash-preview"
};

static void
user(struct desk *d, const char *line)
{
	size_t n = strlen(line);
	struct stream_reader *r = stream_reader_new();
	struct record rec;

	stream_feed(r, line, n);
	stream_feed(r, "\n", 1);
	if (stream_next(r, &rec) == STREAM_RECORD && session_hungry(d->s))
		session_record(d->s, d->now, &rec, SESSION_TURNS);
	stream_reader_free(r);
}

static void
closes(struct desk *d, int conn, int code)
{
	if (d->held[conn] && !d->calling[conn])
		desk_closes(d, conn, code, "for a reason");
}

static void
refuses(struct desk *d, int conn, int status)
{
	if (!d->calling[conn])
		return;
	d->held[conn] = d->calling[conn] = false;
	session_refused(d->s, d->now, conn, status, "{}", 2, CODE_UNAVAILABLE,
	    "refused");
}

static void
step(struct desk *d, char *line)
{
	int conn = line[0] & 1, number = atoi(line[0] != '\0' ? line + 1 :
	    line), i;
	char *second = strchr(line, ' ');

	switch (line[0]) {
	case '0':
	case '1':
		if (d->held[conn] && !d->calling[conn])
			desk_says(d, conn, line + 1);
		break;
	case '{': user(d, line); break;
	case 'a': desk_sound(d, number & 1023, 3000, SESSION_LIVE); break;
	case 't': desk_wait(d, number & 0xfffff); break;
	case 'o':
		for (i = 0; i < 2; i++)
			if (d->calling[i])
				desk_open(d, i);
		break;
	case 's': desk_serve(d); break;
	case 'c':
		closes(d, number & 1, second != NULL ? atoi(second) : 1006);
		break;
	case 'r':
		refuses(d, number & 1, second != NULL ? atoi(second) : 503);
		break;
	case 'e': session_input_end(d->s, d->now); break;
	case 'h': session_hold(d->s, d->now, true); break;
	case 'H': session_hold(d->s, d->now, false); break;
	default: break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char line[LINE_MAX];
	struct desk d;
	size_t k, len;

	(void)tap_done;		/* of tap.h, which is a test's */
	if (n == 0)
		return 0;
	desk_init(&d, models[p[0] & 3], p[0] & 4 ? BACKEND_VERTEX :
	    BACKEND_GEMINI);
	d.quiet = true;
	d.cfg.resume = p[0] & 8;
	d.cfg.transparent = (p[0] & 20) == 20;
	if (p[0] & 32)
		desk_keep(&d, NULL);
	desk_begin(&d);
	for (p++, n--; n > 0 && d.done == -1; p += k, n -= k) {
		const uint8_t *nl = memchr(p, '\n', n);

		k = nl != NULL ? (size_t)(nl - p) + 1 : n;
		len = nl != NULL ? k - 1 : k;
		if (len >= sizeof(line))
			continue;
		memcpy(line, p, len);
		line[len] = '\0';
		step(&d, line);
	}
	desk_leave(&d);
	assert(d.done != -1);
	assert(!desk_has(&d, "BROKEN"));
	desk_end(&d);
	return 0;
}
