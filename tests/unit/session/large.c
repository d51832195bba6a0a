/*
 * Whatever the service says, no record has a header line that the format
 * forbids: long text is split, long values become payloads, long calls are
 * refused, long handles are not taken.
 */
#include "../../desk.h"

enum { LONG = 2 << 20 };

static size_t longest, payload, records, text;

/* Watches the records before the desk does. */
static void
watch(void *arg, const struct session_out *out)
{
	struct json *j = json_parse(out->head, out->head_len, NULL, 0);

	records++;
	text += strlen(json_get_str(j, "text", ""));
	json_free(j);
	if (out->head_len > longest)
		longest = out->head_len;
	if (out->body_len > payload)
		payload = out->body_len;
	desk_record(arg, out);
}

/* One message with LONG letters between its halves. */
static void
says(struct desk *d, const char *before, const char *after, char letter)
{
	char *message = malloc(LONG + strlen(before) + strlen(after) + 1);
	size_t n = strlen(before);

	memcpy(message, before, n + 1);
	memset(message + n, letter, LONG);
	memcpy(message + n + LONG, after, strlen(after) + 1);
	longest = payload = records = text = 0;
	desk_forget(d);
	desk_says(d, 0, message);
	free(message);
}

int
main(void)
{
	struct session_ops ops = desk_ops;
	struct desk d;

	ops.record = watch;
	desk_init(&d, "gemini-2.5-flash-native-audio-preview-12-2025",
	    BACKEND_GEMINI);
	d.s = session_new(&d.cfg, &ops, &d);
	session_start(d.s, d.now);
	desk_live(&d, 0);
	says(&d, "{\"serverContent\":{\"inputTranscription\":{\"text\":\"",
	    "\"}}}", 'x');
	ok(longest <= STREAM_HEAD_MAX && records > 1, "a transcript is split");
	ok(text == LONG, "nothing of it is lost");
	says(&d, "{\"surprise\":\"", "\"}", 'x');
	ok(longest <= STREAM_HEAD_MAX && payload > LONG,
	    "an unknown field is a payload");
	says(&d, "{\"toolCall\":{\"functionCalls\":[{\"id\":\"c1\",\"name\":"
	    "\"write\",\"args\":{\"text\":\"", "\"}}]}}", 'x');
	ok(longest <= STREAM_HEAD_MAX && desk_has(&d, "over 1 MiB"),
	    "a call is answered with an error");
	says(&d, "{\"sessionResumptionUpdate\":{\"resumable\":true,"
	    "\"newHandle\":\"", "\"}}", 'x');
	ok(longest < 1000 && desk_has(&d, "over 64 KiB"),
	    "a handle is not taken");
	desk_end(&d);
	return tap_done();
}
