/* gl-session: reads a stream, WAV, raw PCM or text, holds one conversation with
 * the service, writes a stream, raw PCM, text or JSON lines. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "dialog/budget.h"
#include "dialog/dialog.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/path.h"
#include "dialog/headers.h"
#include "dialog/job.h"
#include "dialog/known.h"
#include "dialog/notice.h"
#include "dialog/plan.h"
#include "dialog/project.h"
#include "dialog/question.h"
#include "dialog/roster.h"
#include "base/textfile.h"
#include "dialog/statefile.h"
#include "dialog/task.h"
#include "dialog/token.h"
#include "dialog/toolset.h"
#include "sound/pcm.h"
#include "net/transport.h"

enum {
	FILE_MAX = 8 << 20,		/* of --setup and -T */
	TEXT_MAX = 1 << 20,		/* of -s @file */
	HEADER_MAX = 64 << 10,		/* of --header @file */
	CA_MAX = 4 << 20,		/* of --cacert */
	CHECK_MAX = 1 << 20,		/* the output of --check */
	UNSAID = -1
};

struct conf {
	/* set by the options */
	const char *model, *url, *system, *state, *setup, *voice;
	const char *language, *greet, *trace, *cacert, *key_file;
	const char *token_cmd, *project, *location, *version;
	const char *vocabulary, *translate, *prices_path;
	double max_cost;
	char *profile;			/* its text */
	const char *lack;		/* what --check finds missing */
	struct opt_list inputs, sets, headers, quirks, hints;
	struct opt_list tools, tool_args;
	int backend, form, modality, transcripts, vad, mode;
	int known;			/* --list-... */
	bool print_setup;
	bool raw, text, check, no_resume, transcribe, progress;
	int64_t rate, token_fd, max_tokens, max_turns;
	int64_t max_us, rotate_us, timeout_us, retry_us, idle_us, chunk_ms;
	struct job_opts job;
	/* derived from them */
	struct plan plan;
	struct token *token;
	struct toolset set;
	char *kept[8 + OPT_LIST_MAX];
	size_t nkept;
	struct json *prices;
	bool no_stdin;			/* closed by our parent */
	struct dialog_opts dialog;
};

static const struct opt_name backends[] = {
	{ "gemini", BACKEND_GEMINI }, { "vertex", BACKEND_VERTEX },
	{ NULL, 0 }
};
static const struct opt_name forms[] = {
	{ "stream", SINK_STREAM }, { "pcm", SINK_PCM }, { "text", SINK_TEXT },
	{ "json", SINK_JSON }, { NULL, 0 }
};
static const struct opt_name modalities[] = {
	{ "audio", 0 }, { "text", 1 }, { "video", 2 }, { NULL, 0 }
};
static const char *const wire_modality[] = { "AUDIO", "TEXT", "VIDEO" };
static const struct opt_name sides[] = {
	{ "both", SETUP_HEAR | SETUP_SAY }, { "in", SETUP_HEAR },
	{ "out", SETUP_SAY }, { "none", 0 }, { NULL, 0 }
};
static const struct opt_name vads[] = {
	{ "auto", SETUP_VAD_AUTO }, { "manual", SETUP_VAD_MANUAL },
	{ NULL, 0 }
};

static const struct opt_name modes[] = {
	{ "verbatim", TASK_VERBATIM }, { "smart", TASK_SMART }, { NULL, 0 }
};

static const struct opt_name paces[] = { { "fast", 0 }, { NULL, 0 } };

static const struct opt_name dones[] = {
	{ "again", 0 }, { "skip", 1 }, { NULL, 0 }
};

#define NO_KEY "a secret does not belong on a command line, where others can " \
	"see it: set GEMINI_API_KEY, or name its file by --key-file"

#define AT(member) OPT_AT(struct conf, member)

static const struct opt options[] = {
	OPT_GROUP("Everyday"),
	{ "model", 'm', OPT_STR, AT(model), "model", "the model" },
	{ "system", 's', OPT_TEXT, AT(system), "text|@file",
	    "the system instruction" },
	{ "text", 't', OPT_FLAG, AT(text), NULL,
	    "standard input is text, a line a turn" },
	{ "format", 'f', OPT_WORD(forms), AT(form), NULL, "of the output" },
	{ "input", 'i', OPT_LIST, AT(inputs), "input",
	    "one more input; may be given again" },
	{ "output", 'o', OPT_FILE, AT(job.out), "file",
	    "the output, put in place once all went well" },
	{ "voice", 0, OPT_STR, AT(voice), "name", "the model's voice" },
	{ "language", 0, OPT_STR, AT(language), "code",
	    "the language of the speech" },
	{ "greet", 0, OPT_STR, AT(greet), "text",
	    "have the model begin by this prompt" },
	{ "state", 0, OPT_FILE, AT(state), "file",
	    "keep the conversation there for a later run" },
	{ "profile", 0, OPT_PROFILE, AT(profile), "name",
	    "options from ~/.config/gl/name.conf" },
	OPT_GROUP("Speech to text, and to another language"),
	{ "transcribe", 0, OPT_FLAG, AT(transcribe), NULL,
	    "write down what is said" },
	{ "translate", 0, OPT_STR, AT(translate), "code",
	    "say it in another language" },
	{ "hints", 0, OPT_LIST, AT(hints), "codes",
	    "the languages that are spoken, as de,fr" },
	{ "vocabulary", 0, OPT_TEXT, AT(vocabulary), "words|@file",
	    "names and terms to expect, by commas or lines" },
	{ "mode", 0, OPT_WORD(modes), AT(mode), NULL,
	    "as it was said, or tidied" },
	OPT_GROUP("Sound and turns"),
	{ "raw", 'r', OPT_FLAG, AT(raw), NULL,
	    "raw PCM in and out: s16le, mono" },
	{ "rate", 'R', OPT_INT(1000, 384000), AT(rate), "rate",
	    "samples a second of raw PCM read (16000)" },
	{ "channel", 0, OPT_CALL(pcm_channel), AT(dialog.feed.pick), "n|mix",
	    "left, right or the nth of several (mix)" },
	{ "require-speech", 0, OPT_FLAG, AT(dialog.require_speech), NULL,
	    "an input that says nothing is an error" },
	{ "modality", 0, OPT_WORD(modalities), AT(modality), NULL,
	    "what the model answers in" },
	{ "transcripts", 0, OPT_WORD(sides), AT(transcripts), NULL,
	    "whose speech also comes as text (both)" },
	{ "vad", 0, OPT_WORD(vads), AT(vad), NULL,
	    "who says when a turn begins and ends" },
	{ "chunk", 0, OPT_TIME(OPT_MS, OPT_MS, 20 * OPT_MS, 200 * OPT_MS),
	    AT(chunk_ms), "time", "live sound in one message (20ms)" },
	{ "pace", 0, OPT_NUM_OR(paces, 0.01, 1000), AT(dialog.feed.pace),
	    "n|fast", "how fast files are sent (1: as spoken)" },
	OPT_GROUP("Tools and the setup"),
	{ "tools", 'T', OPT_LIST, AT(tools), "folder|tools.json",
	    "tools that gl-tool runs, or declarations" },
	{ "tool-args", 0, OPT_LIST, AT(tool_args), "words",
	    "options of gl-tool, as '--confirm reboot'" },
	{ "setup", 0, OPT_FILE, AT(setup), "file",
	    "begin with the setup of a file" },
	{ "set", 0, OPT_LIST, AT(sets), "path=json",
	    "set one field; may be given again" },
	{ "quirk", 0, OPT_LIST, AT(quirks), "name=value",
	    "change what is known about the model" },
	OPT_GROUP("Network and credentials"),
	{ "backend", 'b', OPT_WORD(backends), AT(backend), NULL,
	    "which service" },
	{ "url", 'u', OPT_STR, AT(url), "url", "another server" },
	{ "project", 0, OPT_STR, AT(project), "id",
	    "the project on Vertex AI" },
	{ "location", 0, OPT_STR, AT(location), "place",
	    "the location on Vertex AI" },
	{ "api-version", 0, OPT_STR, AT(version), "version",
	    "of the API" },
	{ "key-file", 0, OPT_SECRET, AT(key_file), "file",
	    "a file with the API key" },
	{ "token-cmd", 0, OPT_STR, AT(token_cmd), "command",
	    "run this for a token" },
	{ "token-fd", 0, OPT_INT(3, 65535), AT(token_fd), "n",
	    "read tokens from this descriptor" },
	OPT_WRONG("image", 0, "gl-frames -i IMAGE puts a picture into the "
	    "stream that gl-session reads"),
	OPT_WRONG("key", 0, NO_KEY),
	OPT_WRONG("api-key", 0, NO_KEY),
	OPT_WRONG("token", 0, NO_KEY),
	{ "cacert", 0, OPT_FILE, AT(cacert), "file",
	    "trust the authorities in this PEM file only" },
	{ "header", 0, OPT_LIST, AT(headers), "field|@file",
	    "one more header field; may be given again" },
	{ "timeout", 0, OPT_TIME(OPT_US, OPT_S, OPT_MS, 600 * OPT_S),
	    AT(timeout_us), "time", "of each step of connecting" },
	{ "rotate", 0, OPT_TIME(OPT_US, OPT_S, OPT_S, 24 * OPT_HOUR),
	    AT(rotate_us), "time", "a new connection after so long" },
	{ "no-resume", 0, OPT_FLAG, AT(no_resume), NULL,
	    "do not resume after a lost connection" },
	OPT_GROUP("Limits"),
	{ "idle", 0, OPT_TIME(OPT_US, OPT_S, OPT_S, 168 * OPT_HOUR),
	    AT(idle_us), "time", "end once nobody has spoken for so long" },
	{ "max-time", 0, OPT_TIME(OPT_US, OPT_S, OPT_MS, 168 * OPT_HOUR),
	    AT(max_us), "time", "end after so long" },
	{ "max-tokens", 0, OPT_INT(1, INT64_C(1) << 40), AT(max_tokens), "n",
	    "end after so many tokens" },
	{ "max-turns", 0, OPT_INT(1, INT64_C(1) << 30), AT(max_turns), "n",
	    "end after so many turns" },
	{ "max-cost", 0, OPT_NUM(1e-9, 1e9), AT(max_cost), "n",
	    "end after so much was spent, by --prices" },
	{ "prices", 0, OPT_FILE, AT(prices_path), "file",
	    "a table of prices for tokens" },
	{ "retry", 0, OPT_TIME(OPT_US, OPT_S, OPT_MS, 168 * OPT_HOUR),
	    AT(retry_us), "time",
	    "wait for quota and an overloaded service so long" },
	{ "slots", 0, OPT_STR, AT(job.slots), "dir:n",
	    "wait until fewer than n others run" },
	OPT_GROUP("Jobs of a batch"),
	{ "keep-partial", 0, OPT_FLAG, AT(job.keep_partial), NULL,
	    "else keep what there is of it in file.part" },
	{ "done", 0, OPT_WORD(dones), AT(job.skip), NULL,
	    "where the output exists already (again)" },
	{ "report", 0, OPT_FILE, AT(job.report), "file",
	    "append a line of JSON there at the end" },
	OPT_GROUP("Keeping the call"),
	{ "record", 0, OPT_FILE, AT(dialog.recording.path), "file",
	    "append both sides of the conversation there" },
	{ "record-max", 0, OPT_CALL(recording_take_max), AT(dialog.recording),
	    "size|time", "then go on in another file (as 100M, 1h)" },
	{ "record-what", 0, OPT_CALL(recording_take_what), AT(dialog.recording),
	    "kinds", "some of sound,pictures,words,tools (all)" },
	OPT_GROUP("Diagnosis"),
	{ "check", 0, OPT_FLAG, AT(check), NULL,
	    "report what would be refused and exit" },
	{ "print-setup", 0, OPT_FLAG, AT(print_setup), NULL,
	    "print the setup message and exit" },
	{ "list-models", 0, OPT_SET(KNOWN_MODELS), AT(known), NULL,
	    "list the models known here and exit" },
	{ "list-voices", 0, OPT_SET(KNOWN_VOICES), AT(known), NULL,
	    "list the voices known here and exit" },
	{ "list-languages", 0, OPT_SET(KNOWN_LANGUAGES), AT(known), NULL,
	    "list the languages known here and exit" },
	{ "progress", 0, OPT_FLAG, AT(progress), NULL,
	    "how far the input is sent, as lines of JSON" },
	{ "stats", 0, OPT_TIME(OPT_MS, OPT_S, 100 * OPT_MS, OPT_HOUR),
	    AT(dialog.stats.every_ms), "time",
	    "live figures so often, as lines of JSON" },
	{ "stats-file", 0, OPT_FILE, AT(dialog.stats.path), "file",
	    "to this file or FIFO" },
	{ "stats-fd", 0, OPT_INT(2, 65535), AT(dialog.stats.fd), "n",
	    "to this descriptor (2)" },
	{ "trace", 0, OPT_FILE, AT(trace), "file",
	    "write every message there" },
	OPT_END
};

static void
how_to_use(void)
{
	log_error("no input: standard input is a terminal");
	fputs("    gl-mic | gl-session | gl-play              # talk\n"
	    "    gl-session -t                              # type\n"
	    "    gl-session <question.wav >answer.gl        # ask by a file\n"
	    "try 'gl-session --help' or 'man gl-session'\n", stderr);
	exit(CODE_USAGE);
}

/* Keeps a string until the program ends. */
static char *
keep(struct conf *c, char *s)
{
	if (c->nkept == sizeof(c->kept) / sizeof(c->kept[0]))
		log_die(CODE_USAGE, "too many files");
	return c->kept[c->nkept++] = s;
}

static char *
slurp(const char *path, size_t max, size_t *n)
{
	char *s = fd_slurp(path, max, n);

	if (!s)
		log_die(errno == EFBIG ? CODE_DATA : CODE_NOINPUT, "%s:",
		    path);
	return s;
}

static struct json *
load_json(const char *path)
{
	char why[300];
	int code;
	struct json *j = textfile_json(path, FILE_MAX, &code, why,
	    sizeof(why));

	if (!j)
		log_die(code, "%s", why);
	return j;
}

/* Reads a text from a file. */
static const char *
read_text(struct conf *c, const char *path)
{
	int bad, code;
	char *s = textfile_read(path, TEXT_MAX, &bad, &code);

	if (!s)
		log_die(code, "%s:", path);
	if (bad > 0)
		log_warn("%s: line %d is not UTF-8: invalid bytes are replaced",
		    path, bad);
	return keep(c, s);
}

/* Settings outside the setup: by flag, else environment, else default. */
static void
read_env(struct conf *c)
{
	const char *use;

	if (!c->project)
		c->project = opt_env("GOOGLE_CLOUD_PROJECT");
	if (!c->location)
		c->location = opt_env("GOOGLE_CLOUD_LOCATION");
	if (c->backend != UNSAID)
		return;
	use = opt_env("GOOGLE_GENAI_USE_ENTERPRISE") ?
	    "GOOGLE_GENAI_USE_ENTERPRISE" : "GOOGLE_GENAI_USE_VERTEXAI";
	c->backend = opt_env_true(use) ? BACKEND_VERTEX : BACKEND_GEMINI;
}

/* Chooses the form of the output, and whether only the model's text is
 * wanted. */
static void
choose_form(struct conf *c)
{
	struct sink_opts *s = &c->dialog.sink;
	bool terminal = !c->job.out && isatty(1);
	bool seen = isatty(2) && log_level() >= 0;

	if (c->form == UNSAID)
		c->form = c->transcribe || c->translate ? SINK_TEXT :
		    c->raw ? SINK_PCM : terminal ? SINK_TEXT : SINK_STREAM;
	if (terminal && (c->form == SINK_PCM || c->form == SINK_STREAM))
		log_die(CODE_USAGE, "sound is not for a terminal: pipe it "
		    "into gl-play, or use -f text");
	s->form = (enum sink_form)c->form;
	s->fd = 1;
	s->live = terminal && c->form == SINK_TEXT;
	s->labels = s->live && !c->text;
	s->model_captions = c->form != SINK_TEXT;
	s->captions = seen && !terminal ? 2 : -1;
	c->dialog.progress_json = c->progress;
	c->dialog.progress = c->progress || (seen && !terminal);
	s->colour = !opt_env("NO_COLOR") && opt_env("TERM") &&
	    strcmp(opt_env("TERM"), "dumb") != 0;
}

static void
check_stats(const struct stats_opts *s)
{
	if ((s->path || s->fd) && !s->every_ms)
		log_die(CODE_USAGE, "--stats-file and --stats-fd want --stats, "
		    "which says how often");
	if (s->path && s->fd)
		log_die(CODE_USAGE, "--stats-file and --stats-fd exclude each "
		    "other");
	if (s->fd && fcntl(s->fd, F_GETFD) < 0)
		log_die(CODE_USAGE, "--stats-fd %d: no such descriptor is "
		    "open; 3>file opens number 3", s->fd);
}

/* A recording is a stream, whatever its name promises. */
static void
check_record(const char *path)
{
	const char *ending = path != NULL ? path_ending(path) : NULL;

	if (ending != NULL && (path_media(path) != NULL ||
	    strcasecmp(ending, "wav") == 0))
		log_die(CODE_USAGE, "--record %s: a recording is a stream; "
		    "--record %.*sgl, then gl-conv -t wav", path,
		    (int)(ending - path), path);
}

/* So is the output, or text or raw PCM. */
static void
check_out(const char *path)
{
	static const char *const made[] = { "wav", "srt", "vtt", "html",
		"htm", "svg" };
	const char *ending = path != NULL ? path_ending(path) : NULL;
	int front = ending != NULL ? (int)(ending - path) : 0;
	size_t i;

	if (path != NULL && path_media(path) != NULL)
		log_die(CODE_USAGE, "-o %s: gl-session does not write %s; -o "
		    "%.*sgl, then gl-conv -t wav", path, ending, front, path);
	for (i = 0; ending != NULL && i < sizeof(made) / sizeof(*made); i++)
		if (strcasecmp(ending, made[i]) == 0)
			log_die(CODE_USAGE, "-o %s: gl-session does not write "
			    "%s; -o %.*sgl, then gl-conv -o %s", path, ending,
			    front, path, path);
}

/* Checks for errors that do not depend on the input and output. */
static void
check_options(struct conf *c)
{
	size_t i;

	for (i = 0; i < c->inputs.n; i++)
		/* two readers would steal each other's bytes */
		if (fd_is_stdin(c->inputs.v[i]))
			log_die(CODE_USAGE, "-i %s: standard input is an "
			    "input in any case", c->inputs.v[i]);
	if (c->raw && c->text)
		log_die(CODE_USAGE, "-r and -t exclude each other");
	if (!c->job.out && (c->job.keep_partial || c->job.skip))
		log_die(CODE_USAGE, "%s needs a named output: -o FILE",
		    c->job.skip ? "--done skip" : "--keep-partial");
	check_record(c->dialog.recording.path);
	check_out(c->job.out);
	check_stats(&c->dialog.stats);
}

/* Text output needs a model that writes, or a transcript. */
static void
check_words(const struct conf *c)
{
	const struct json *setup = c->plan.setup;
	const char *word = json_str(json_first(json_path(setup,
	    "generationConfig.responseModalities")));

	if (c->form == SINK_TEXT && !(word && strcmp(word, "TEXT") == 0) &&
	    !json_get(setup, "outputAudioTranscription") &&
	    !(c->dialog.sink.labels &&
	    json_get(setup, "inputAudioTranscription")))
		log_die(CODE_USAGE, "-f text has nothing to print: the "
		    "transcript of the model's speech is not asked for "
		    "(--transcripts out)");
}

/* Refuses missing inputs, and empty files made by mistake for FIFOs. */
static void
check_inputs(const struct conf *c)
{
	char why[3 * 4096 + 100];
	size_t i;

	for (i = 0; i < c->inputs.n; i++) {
		if (access(c->inputs.v[i], F_OK) == -1 && errno == ENOENT)
			log_die(CODE_NOINPUT, "%s: No such file or "
			    "directory (mkfifo %s, if another program is to "
			    "write there)",
			    c->inputs.v[i], c->inputs.v[i]);
		path_need_fifo(c->inputs.v[i], true);
		if (question_foreign(c->inputs.v[i], why, sizeof(why)))
			log_die(CODE_DATA, "%s: %s", c->inputs.v[i], why);
	}
}

static void
choose_input(struct conf *c)
{
	struct dialog_opts *d = &c->dialog;

	check_inputs(c);
	d->inputs = c->inputs.v;
	d->ninputs = c->inputs.n;
	d->standard = !c->no_stdin && (c->text || !isatty(0));
	d->typed = isatty(0);
	d->person.lines = isatty(2) && log_level() >= 0 &&
	    !(d->standard && question_stored(0));
	d->person.prompt = d->person.lines && d->typed && c->text ? 2 : -1;
	d->feed.unasked = c->greet != NULL;
	d->form = c->text ? INTAKE_TEXT : c->raw ? INTAKE_PCM : INTAKE_GUESS;
	d->feed.said = (int)c->rate;
	d->feed.rate = c->rate ? (int)c->rate : 16000;
	if (!d->standard && !d->ninputs) {
		if (!c->no_stdin)
			how_to_use();
		log_die(CODE_USAGE, "no input: standard input is closed and "
		    "no -i is given");
	}
}

/* Opens a file as standard input, as "<file" does. */
static void
take_operand(struct conf *c, const char *path)
{
	int fd;

	if (strcmp(path, "-") == 0)
		return;
	fd = open(path, O_RDONLY);
	if (fd == -1 && errno == ENOENT && strchr(path, ' ') != NULL)
		log_die(CODE_NOINPUT, "%s: no such file; text is read "
		    "from standard input: echo ... | gl-session -t", path);
	if (fd == -1)
		log_die(CODE_NOINPUT, "%s:", path);
	if (path_folder(path) == 0)
		log_die(CODE_NOINPUT, "%s: a folder, where sound, a stream or "
		    "text is wanted", path);
	if (fd != 0 && (dup2(fd, 0) == -1 || close(fd) == -1))
		log_die(CODE_IO, "%s:", path);
	c->no_stdin = false;
	c->dialog.feed.name = path;
}

/* Whether there will be a conversation, not only information about one. */
static bool
talks(const struct conf *c)
{
	return !c->check && !c->print_setup && c->known == KNOWN_NOTHING;
}

/* Arguments of gl-auth; on Vertex AI these variables are not credentials. */
static const char *const auth_words[] = { "--json", NULL };
static const char *const keys[] = { "GOOGLE_API_KEY", "GEMINI_API_KEY", NULL };

/* Finds the project that the credentials belong to, if none is named. */
static int
find_project(struct conf *c)
{
	struct token_opts o = { .fd = UNSAID, .words = auth_words,
	    .without = keys };
	char *project, why[256];
	int code;

	o.program = keep(c, path_program("gl-auth"));
	code = project_find(&o, &project, why, sizeof(why));
	if (code != CODE_OK)
		log_error("%s", why);
	else if (!project)
		log_die(CODE_CONFIG, "no project: --project or "
		    "GOOGLE_CLOUD_PROJECT");
	else
		c->project = keep(c, project);
	return code;
}

/* Whether there are credentials with which to ask the service. */
static bool
has_secret(const struct conf *c)
{
	return c->key_file || c->token_cmd || c->token_fd != UNSAID ||
	    opt_env_either(keys[0], keys[1]) || opt_env("GL_EMULATOR_HOST");
}

static bool
wants_project(const struct conf *c)
{
	return c->backend == BACKEND_VERTEX && !c->project && !c->url &&
	    talks(c) && !has_secret(c);
}

/* Reads what --transcribe, --translate and the options about the user's words
 * ask for. */
static struct json *
make_task(struct conf *c, const char **usual)
{
	struct task t = {
		.transcribe = c->transcribe, .translate = c->translate,
		.hints = c->hints.v, .nhints = c->hints.n,
		.vocabulary = c->vocabulary, .mode = c->mode
	};
	const struct task_beside b = {
		.typed = c->text, .system = c->system,
		.tools = c->tools.n + c->tool_args.n > 0,
		.voice = c->voice, .language = c->language,
		.greet = c->greet, .modality = c->modality != UNSAID,
		.not_heard = c->transcripts != UNSAID &&
		    !(c->transcripts & SETUP_HEAR)
	};
	struct json *hearing;
	char why[4096 + 400];

	if (task_check(&t, &b, why, sizeof(why)) != CODE_OK)
		log_die(CODE_USAGE, "%s", why);
	*usual = task_model(&t, (enum backend)c->backend, why, sizeof(why));
	if (*why != '\0' && !c->model)
		log_die(CODE_USAGE, "%s", why);
	if (c->vocabulary && *c->vocabulary == '@')
		t.vocabulary = read_text(c, c->vocabulary + 1);
	hearing = task_hearing(&t, why, sizeof(why));
	if (!hearing)
		log_die(CODE_USAGE, "%s", why);
	return hearing;
}

/* Makes the plan from everything that it depends on. */
static int
make_plan(struct conf *c)
{
	struct plan_wish w = {
		.backend = (enum backend)c->backend, .setup = {
			.model = c->model, .system = c->system,
			.voice = c->voice, .language = c->language,
			.transcripts = c->transcripts,
			.vad = (enum setup_vad)c->vad, .sets = c->sets.v,
			.nsets = c->sets.n, .target = c->translate
		},
		.tools_name = c->tools.n == 1 ? c->tools.v[0] : "-T",
		.text_only = c->form == SINK_TEXT,
		.quirks = c->quirks.v, .nquirks = c->quirks.n,
		.url = c->url, .project = c->project,
		.location = c->location, .version = c->version,
		.key_file = c->key_file, .token_cmd = c->token_cmd,
		.token_fd = (int)c->token_fd,
		.no_secret = c->check || c->print_setup
	};
	struct json *base = c->setup ? load_json(c->setup) : NULL;
	struct json *hearing = make_task(c, &w.usual);
	char why[4096 + 400];
	int code;

	c->set.quiet = talks(c);
	code = toolset_read(&c->set, &c->tools, &c->tool_args, why,
	    sizeof(why));
	if (code != CODE_OK)
		log_die(code, "%s", why);
	w.emulator = opt_env("GL_EMULATOR_HOST");
	/* with --pace a file is treated like a microphone */
	if (!c->text && !c->dialog.feed.pace && c->dialog.standard)
		w.question = question_is(0);
	if (!c->text && !c->dialog.feed.pace && !w.question &&
	    (!c->dialog.standard || fd_is_null(0)))
		w.question = c->dialog.feed.question =
		    question_named(c->inputs.v, c->inputs.n);
	w.env_key = opt_env_either(keys[0], keys[1]);
	w.setup.base = base;
	w.setup.hearing = hearing;
	w.tools = c->set.declared;
	if (c->system && *c->system == '@')
		w.setup.system = read_text(c, c->system + 1);
	if (c->modality != UNSAID)
		w.setup.modality = wire_modality[c->modality];
	code = plan_make(&c->plan, &w, why, sizeof(why));
	if (code)
		log_error("%s", why);
	else if (c->check && plan_lacks(&w, why, sizeof(why)))
		c->lack = keep(c, mem_str(why));
	json_free(base);
	json_free(hearing);
	return code;
}

/* --header: fields as given, or read from a file. */
static void
make_headers(struct conf *c)
{
	struct opt_list all = { .n = 0 };
	const char *from;
	char why[200];
	size_t i;
	int code = CODE_OK;

	for (i = 0; i < c->headers.n && code == CODE_OK; i++) {
		from = c->headers.v[i];
		code = headers_add(all.v, &all.n, OPT_LIST_MAX, keep(c,
		    *from != '@' ? mem_str(from) :
		    slurp(from + 1, HEADER_MAX, NULL)), *from == '@' ?
		    from + 1 : NULL, why, sizeof(why));
	}
	if (code != CODE_OK)
		log_die(code, "%s", why);
	c->headers = all;
}

static void
make_link(struct conf *c)
{
	struct link_opts *l = &c->dialog.link;
	unsigned mode;

	l->url = c->plan.where.url;
	l->credential = c->plan.where.credential;
	l->token = c->token;
	l->quota_project = opt_env("GOOGLE_CLOUD_QUOTA_PROJECT");
	l->headers = c->headers.v;
	mode = c->key_file ? path_shared(c->key_file) : 0;
	if (mode != 0)
		log_warn("%s: others can read it (mode %04o); chmod 600 it",
		    c->key_file, mode);
	if (c->cacert)
		l->ca = keep(c, slurp(c->cacert, CA_MAX, NULL));
	l->cafile = opt_env("SSL_CERT_FILE");
	l->cadir = opt_env("SSL_CERT_DIR");
	if (!endpoint_is_loopback(l->url))
		l->proxy = opt_env_proxy("HTTPS_PROXY", "https_proxy");
	l->no_proxy = opt_env_either("NO_PROXY", "no_proxy");
	l->connect_ms = (int)(c->timeout_us / 1000);
}

static void
make_session(struct conf *c)
{
	struct session_config *s = &c->dialog.session;

	/* the user's words are all that such a model outputs */
	c->dialog.sink.user = c->plan.family.id == FAMILY_TRANSCRIBE;
	session_defaults(s);
	s->family = &c->plan.family;
	s->setup = c->plan.setup;
	s->resume = !c->no_resume;
	s->transparent = s->resume && c->plan.family.transparent;
	s->greet = c->greet;
	s->seed = (uint64_t)clock_us() ^ (uint64_t)getpid() << 32;
	/* by default it lives as the family's do; goAway comes earlier */
	if (c->rotate_us)
		s->life_ms = c->rotate_us / 1000 + s->ahead_ms;
	s->wait_ms = c->retry_us / 1000;
	s->max_ms = c->max_us / 1000;
	s->idle_ms = c->idle_us / 1000;
	if (c->chunk_ms)
		s->chunk_ms = c->chunk_ms;
	s->max_tokens = c->max_tokens;
	s->max_turns = c->max_turns;
	s->max_cost = c->max_cost;
	s->prices = c->prices;
	if (c->timeout_us) {
		s->setup_ms = c->timeout_us / 1000;
		s->dial_ms = TOKEN_WAIT_MS + 2 * s->setup_ms + 1000;
	}
}

static void
tell(enum session_level level, const char *text)
{
	log_said(NULL, (int)level - SESSION_WARN, text);
}

static void
check_file(const char *path)
{
	if (path && access(path, R_OK) != 0)
		log_die(CODE_NOINPUT, "%s:", path);
}

static void
print(const struct buf *b)
{
	fwrite(b->data, 1, b->len, stdout);
	if (fflush(stdout) != 0)
		log_die(CODE_IO, "standard output:");
}

/* Asks the service for its models. */
static int
ask_models(struct conf *c, struct json **served)
{
	struct roster_opts o = { .cafile = opt_env("SSL_CERT_FILE"),
		.cadir = opt_env("SSL_CERT_DIR"),
		.connect_ms = (int)(c->timeout_us / 1000) };
	char why[4096 + 400];
	int code = make_plan(c);

	if (code != CODE_OK)
		return code;
	if (c->cacert)
		o.ca = keep(c, slurp(c->cacert, CA_MAX, NULL));
	o.ws = c->plan.where.url;
	o.credential = c->plan.where.credential;
	o.token = &c->plan.token;
	transport_init();
	code = roster_ask(&o, served, why, sizeof(why));
	transport_exit();
	if (code != CODE_OK)
		log_error("%s", why);
	return code;
}

/* --list-models and the like. */
static int
list(struct conf *c)
{
	struct json *served = NULL;
	struct buf b;
	int code = CODE_OK;

	if (c->known == KNOWN_MODELS && c->backend == BACKEND_GEMINI &&
	    !c->url && has_secret(c))
		code = ask_models(c, &served);
	buf_init(&b, CHECK_MAX);
	known_list((enum known_what)c->known, served, &b);
	print(&b);
	buf_done(&b);
	json_free(served);
	return code;
}

/* --print-setup. */
static int
print_setup(const struct conf *c)
{
	struct buf b;

	buf_init(&b, 4 * FILE_MAX);
	plan_print(&c->plan, !c->no_resume, &b);
	if (isatty(1))
		json_tame(&b, 0);
	print(&b);
	buf_done(&b);
	return CODE_OK;
}

/* --check: reports what is known to be refused, without connecting. */
static int
check(const struct conf *c)
{
	struct buf b;
	bool fatal;
	size_t i;

	check_file(c->key_file);
	check_file(c->cacert);
	for (i = 0; i < c->inputs.n; i++)
		check_file(c->inputs.v[i]);
	buf_init(&b, CHECK_MAX);
	fatal = plan_verdict(&c->plan, (enum backend)c->backend,
	    c->lack ? c->lack : "", &b);
	print(&b);
	buf_done(&b);
	return fatal ? CODE_CONFIG : CODE_OK;
}

/* Reads what tokens cost. */
static int
read_prices(struct conf *c)
{
	char why[4096 + 400];
	int code;

	c->prices = budget_read(c->prices_path, c->max_cost,
	    json_get_str(c->plan.setup, "model", ""), &code, why, sizeof(why));
	if (code)
		log_error("%s", why);
	return code;
}

static int
finish(struct conf *c, int code)
{
	size_t i;

	for (i = 0; i < c->nkept; i++) {
		mem_wipe(c->kept[i], strlen(c->kept[i]));
		free(c->kept[i]);
	}
	json_free(c->prices);
	toolset_done(&c->set);
	plan_done(&c->plan);
	free(c->profile);
	return code;
}

static void
waiting(const char *dir, long n)
{
	log_info(1, "all %ld slots of %s are taken: waiting", n, dir);
}

/* Takes the slot and opens the output of one job; false, with a code, if it
 * does not run. */
static bool
begin_job(struct conf *c, int *code)
{
	char why[4096 + 400];

	c->job.input = c->dialog.feed.name != NULL ? c->dialog.feed.name :
	    c->inputs.n ? c->inputs.v[0] : NULL;
	c->job.waiting = waiting;
	c->dialog.job = job_begin(&c->job, code, why, sizeof(why));
	if (!c->dialog.job && *code != CODE_OK)
		log_error("%s", why);
	if (c->dialog.job && c->job.out) {
		c->dialog.sink.fd = job_output(c->dialog.job);
		c->dialog.sink.name = c->job.out;
	}
	return c->dialog.job;
}

static int
end_job(struct conf *c, int code)
{
	char why[4096 + 400];

	code = job_end(c->dialog.job, code, why, sizeof(why));
	if (*why)
		log_error("%s", why);
	return code;
}

static int
converse(struct conf *c)
{
	struct statefile *state = NULL;
	struct loop *loop;
	char why[4096 + 400];
	int code;

	if (c->token_fd != UNSAID && fcntl((int)c->token_fd, F_GETFD) < 0)
		log_die(CODE_USAGE, "--token-fd %d: no such descriptor is "
		    "open; 3<file opens number 3", (int)c->token_fd);
	notice_plan(&c->plan, (enum backend)c->backend, tell);
	if (c->plan.gl_auth) {
		c->plan.token.program = keep(c, path_program("gl-auth"));
		c->plan.token.words = auth_words;
	}
	c->plan.token.without = keys;
	transport_init();
	loop = loop_new();
	c->token = token_new(loop, &c->plan.token);
	make_link(c);
	make_session(c);
	if (c->state) {
		state = statefile_open(c->state, &code, why, sizeof(why));
		if (!state)
			log_die(code, "%s", why);
		c->dialog.state = state;
	}
	c->dialog.program = log_prog();
	c->dialog.gl_auth = c->plan.gl_auth;
	c->dialog.tool_command = c->set.command;
	c->dialog.trace = c->trace;
	c->dialog.tell = tell;
	code = dialog_run(loop, &c->dialog);
	statefile_close(state);
	token_free(c->token);
	loop_free(loop);
	transport_exit();
	return code;
}

int
main(int argc, char *argv[])
{
	struct conf c = {
		.job.start_us = clock_us(),
		.backend = UNSAID, .form = UNSAID, .modality = UNSAID,
		.dialog.recording.what = RECORDING_ALL,
		.transcripts = UNSAID,
		.token_fd = UNSAID
	};
	int code = CODE_OK, at;

	log_init("gl-session");
	c.no_stdin = log_stdin_closed();
	at = opt_read(options, "[file]", &c, argc, argv, 1);
	opt_operands(argc, argv, at, 1);
	if (at < argc)
		take_operand(&c, argv[at]);
	check_options(&c);
	if (c.job.skip && talks(&c) && job_done(c.job.out)) {
		log_info(1, "%s exists already: nothing to do", c.job.out);
		return finish(&c, CODE_OK);
	}
	make_headers(&c);
	read_env(&c);
	if (c.known != KNOWN_NOTHING)
		return finish(&c, list(&c));
	if (talks(&c)) {
		choose_form(&c);
		choose_input(&c);
	} else if (c.print_setup) {
		c.dialog.standard = !c.no_stdin;
	}
	if (wants_project(&c))
		code = find_project(&c);
	if (code == CODE_OK)
		code = make_plan(&c);
	if (code == CODE_OK)
		code = read_prices(&c);
	if (code == CODE_OK) {
		check_words(&c);
		if (c.check)
			code = check(&c);
		else if (c.print_setup)
			code = print_setup(&c);
		else if (begin_job(&c, &code))
			code = end_job(&c, converse(&c));
	}
	return finish(&c, code);
}
