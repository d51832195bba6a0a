/* gl-conv: reads a stream, writes it as text, JSON lines, sound, subtitles, a
 * page, a drawing, or figures. */
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/path.h"
#include "conv/convert.h"
#include "sound/pcm.h"
#include "stream/prices.h"

struct conv {
	struct convert_opts o;
	const char *prices_path;
	struct json *prices;
};

static const struct opt_name types[] = {
	{ "text", CONVERT_TEXT }, { "json", CONVERT_JSON },
	{ "wav", CONVERT_WAV }, { "pcm", CONVERT_PCM },
	{ "html", CONVERT_HTML }, { "svg", CONVERT_SVG },
	{ "srt", CONVERT_SRT }, { "vtt", CONVERT_VTT },
	{ "summary", CONVERT_SUMMARY }, { "table", CONVERT_TABLE },
	{ NULL, 0 }
};

/* The type that a file name's extension asks for. */
static const struct opt_name endings[] = {
	{ "txt", CONVERT_TEXT }, { "text", CONVERT_TEXT },
	{ "json", CONVERT_JSON }, { "jsonl", CONVERT_JSON },
	{ "ndjson", CONVERT_JSON }, { "wav", CONVERT_WAV },
	{ "pcm", CONVERT_PCM }, { "raw", CONVERT_PCM },
	{ "s16", CONVERT_PCM }, { "html", CONVERT_HTML },
	{ "htm", CONVERT_HTML }, { "svg", CONVERT_SVG },
	{ "srt", CONVERT_SRT }, { "vtt", CONVERT_VTT }, { NULL, 0 }
};

/* The type that the output's name asks for; text if it has no extension or is
 * not the name of a file. */
static enum convert_type
guess(const char *path)
{
	const char *ending = path != NULL ? path_ending(path) : NULL;
	int i;

	if (ending == NULL)
		return CONVERT_TEXT;
	for (i = 0; endings[i].name != NULL; i++)
		if (strcasecmp(ending, endings[i].name) == 0)
			return (enum convert_type)endings[i].value;
	if (path_media(path) != NULL)
		log_die(CODE_USAGE, "%s: gl-conv does not write %s; gl-conv "
		    "-t wav | ffmpeg -i - %s", path, ending, path);
	log_die(CODE_USAGE, "%s: unknown ending .%s; name a format with "
	    "-t", path, ending);
}

static void
read_prices(struct conv *c)
{
	char why[4096 + 400];
	int code;

	if (c->prices_path == NULL)
		return;
	c->prices = prices_read(c->prices_path, &code, why, sizeof(why));
	if (c->prices == NULL)
		log_die(code, "%s", why);
	c->o.prices = c->prices;
}

#define AT(member) OPT_AT(struct conv, member)

static const struct opt options[] = {
	OPT_GROUP("Output"),
	{ "type", 't', OPT_WORD(types), AT(o.type), NULL,
	    "what to make (by the output's ending, or text)" },
	{ "output", 'o', OPT_FILE, AT(o.out_path), "file", "write there" },
	{ "no-payload", 0, OPT_SET(0), AT(o.text.data), NULL,
	    "JSON without the sound and the pictures" },
	{ "audio", 0, OPT_STR, AT(o.audio), "inside|none|file",
	    "the page's sound (inside, up to five minutes)" },
	{ "prices", 0, OPT_FILE, AT(prices_path), "file",
	    "a table of prices for tokens" },
	{ "progress", 0, OPT_FLAG, AT(o.progress), NULL,
	    "how far the input is read, as lines of JSON" },
	OPT_GROUP("Sound"),
	{ "rate", 'R', OPT_INT(PCM_RATE_MIN, PCM_RATE_MAX), AT(o.sound.rate),
	    "rate", "samples a second (as the stream has)" },
	{ "channel", 0, OPT_CALL(pcm_channel), AT(o.sound.pick), "n|mix",
	    "left, right or the nth of several (mix)" },
	{ "heard", 0, OPT_FLAG, AT(o.sound.heard), NULL,
	    "only what was heard before an interruption" },
	OPT_GROUP("Whose words or sound"),
	{ "model", 0, OPT_SET(CONVERT_MODEL), AT(o.side), NULL, "the model's" },
	{ "user", 0, OPT_SET(CONVERT_USER), AT(o.side), NULL, "the user's" },
	{ "both", 0, OPT_SET(CONVERT_BOTH), AT(o.side), NULL,
	    "both; as sound, on two channels" },
	OPT_END
};

static void
read_options(struct conv *c, int argc, char *argv[])
{
	int at = opt_read(options, "[file...]", c, argc, argv, 1);

	opt_operands(argc, argv, at, INT_MAX);
	if (argc - at > 1 && c->o.type != CONVERT_SUMMARY &&
	    c->o.type != CONVERT_TABLE)
		log_die(CODE_USAGE, "'%s': one file too many: -o names the "
		    "output, cat joins the parts of a recording, and only -t "
		    "table and summary take several", argv[at + 1]);
	c->o.files = argv + at;
	c->o.nfiles = argc - at;
	if (c->o.out_path != NULL && strcmp(c->o.out_path, "-") == 0)
		c->o.out_path = NULL;
	if (c->o.side != CONVERT_ANY)
		c->o.sound.who = c->o.side == CONVERT_MODEL ? VOICES_MODEL :
		    c->o.side == CONVERT_USER ? VOICES_USER : VOICES_BOTH;
}

int
main(int argc, char *argv[])
{
	struct conv c = { .o = { .text.data = true, .error = log_error,
	    .warn = log_warn, .info = log_info } };
	int code;

	log_init("gl-conv");
	read_options(&c, argc, argv);
	if (c.o.type == CONVERT_NONE)
		c.o.type = guess(c.o.out_path);
	if ((c.o.type == CONVERT_WAV || c.o.type == CONVERT_PCM) &&
	    c.o.out_path == NULL && isatty(1))
		log_die(CODE_USAGE, "no sound to a terminal; use -o or a pipe");
	if ((c.o.nfiles == 0 || strcmp(c.o.files[0], "-") == 0) && isatty(0))
		log_info(0, "reading a stream from the terminal");
	read_prices(&c);
	code = convert_run(&c.o);
	json_free(c.prices);
	return code;
}
