/*
 * The models by name, with the days on which they are shut down, and the known
 * voices and languages.  What is not listed is doubtful, not wrong: the lists
 * grow about monthly.
 */
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "proto/check.h"
#include "proto/schema.h"

/* The announcement that two previews end on 2026-11-17 did not name them: see
 * QUIRKS.md. */
static const struct {
	const char *name;
	bool gemini, vertex;
	const char *gone;	/* the day on which it is shut down, or NULL */
} models[] = {
	{ "gemini-3.8-live", true, true, NULL },
	{ "gemini-3.8-live-extended-thinking", true, false, NULL },
	{ "gemini-3.1-flash-live-preview", true, false, "2026-11-17" },
	{ "gemini-2.5-flash-native-audio-preview-12-2025", true, false,
	    "2026-11-17" },
	{ "gemini-2.5-flash-native-audio-preview-09-2025", true, false,
	    NULL },
	{ "gemini-2.5-flash-native-audio-latest", true, false, NULL },
	{ "gemini-live-2.5-flash-native-audio", false, true, "2026-12-13" },
	{ "gemini-3.5-live-translate-preview", true, false, NULL },
	{ "gemini-3.5-transcribe-live", true, false, NULL },
	{ "gemini-live-2.5-flash-preview", true, false, "2025-12-09" },
	{ "gemini-2.0-flash-live-001", true, false, "2025-12-09" },
	{ "gemini-2.0-flash-live-preview-04-09", false, true, "2025-12-09" },
	{ "gemini-2.0-flash-exp", true, false, "2025-12-09" },
};

enum { MODELS = sizeof(models) / sizeof(models[0]) };

static const char *const voices[] = {
	"Zephyr", "Puck", "Charon", "Kore", "Fenrir", "Leda", "Orus", "Aoede",
	"Callirrhoe", "Autonoe", "Enceladus", "Iapetus", "Umbriel", "Algieba",
	"Despina", "Erinome", "Algenib", "Rasalgethi", "Laomedeia",
	"Achernar", "Alnilam", "Schedar", "Gacrux", "Pulcherrima", "Achird",
	"Zubenelgenubi", "Vindemiatrix", "Sadachbia", "Sadaltager",
	"Sulafat", NULL
};

/* The languages in the older models' list; regions hardly matter. */
static const char *const languages[] = {
	"ar-XA", "bn-IN", "cmn-CN", "de-DE", "en-AU", "en-GB", "en-IN",
	"en-US", "es-ES", "es-US", "fr-CA", "fr-FR", "gu-IN", "hi-IN",
	"id-ID", "it-IT", "ja-JP", "kn-IN", "ko-KR", "ml-IN", "mr-IN",
	"nl-NL", "pl-PL", "pt-BR", "ru-RU", "ta-IN", "te-IN", "th-TH",
	"tr-TR", "vi-VN", NULL
};

static const char *
bare(const char *model)
{
	const char *slash = strrchr(model, '/');

	return slash ? slash + 1 : model;
}

static size_t
find(const char *name)
{
	size_t i;

	for (i = 0; i < MODELS; i++)
		if (strcmp(models[i].name, name) == 0)
			break;
	return i;
}

const char *
checkmodel_name(size_t i, bool *gemini, bool *vertex)
{
	if (i >= MODELS)
		return NULL;
	*gemini = models[i].gemini;
	*vertex = models[i].vertex;
	return models[i].name;
}

const char *
checkmodel_voice(size_t i)
{
	return i < sizeof(voices) / sizeof(voices[0]) ? voices[i] : NULL;
}

const char *
checkmodel_language(size_t i)
{
	return i < sizeof(languages) / sizeof(languages[0]) ? languages[i] :
	    NULL;
}

const char *
checkmodel_gone(const char *model)
{
	size_t i = find(bare(model));

	return i < MODELS ? models[i].gone : NULL;
}

const char *
checkmodel_stays(const char *model)
{
	return strcmp(bare(model), "gemini-3.8-live") == 0 ? "2027-09-25" :
	    NULL;
}

/* Whether a list contains a word, up to the first character that is in end. */
static bool
listed(const char *const *list, const char *word, const char *end)
{
	size_t n = strcspn(word, end);

	for (; *list != NULL; list++)
		if (strcspn(*list, end) == n &&
		    strncasecmp(*list, word, n) == 0)
			return true;
	return false;
}

/* A name that no model of the Live API has ever had: of another maker or kind,
 * or of a version whose models are all known (sure). */
static bool
not_live(const char *name, bool *sure)
{
	static const char *const kinds[] = { "gemma", "imagen", "veo", "lyria",
	    "embedding", "text-", "learnlm", "chirp", "aqa", "gpt-", "claude",
	    NULL };
	static const char *const versions[] = { "gemini-1.", "gemini-2.",
	    "gemini-3-", "gemini-3.1-", "gemini-pro", "gemini-flash",
	    "gemini-embedding", NULL };
	size_t i;

	*sure = true;
	for (i = 0; kinds[i] != NULL; i++)
		if (strncmp(name, kinds[i], strlen(kinds[i])) == 0)
			return true;
	if (strstr(name, "-tts") || strstr(name, "-image"))
		return true;
	if (strncmp(name, "gemini-", 7) != 0 || strstr(name, "live") ||
	    strstr(name, "native-audio") ||
	    strcmp(name, "gemini-2.0-flash-exp") == 0)
		return false;
	for (i = 0; versions[i] != NULL; i++)
		if (strncmp(name, versions[i], strlen(versions[i])) == 0)
			return true;
	*sure = false;
	return true;
}

static void
check_name(const struct check *c, const char *name)
{
	size_t i = find(name);
	enum backend b = c->f->backend;
	bool sure;

	if (i == MODELS && not_live(name, &sure))
		findings_add(c->out, sure, "setup.model", "take a model of "
		    "the Live API, such as gemini-3.8-live", "%s is not a Live "
		    "model by its name (close 1008)", name);
	else if (i == MODELS && c->f->id == FAMILY_UNKNOWN)
		findings_add(c->out, false, "setup.model", NULL, "%s is not "
		    "known here: nothing about it can be checked", name);
	if (i == MODELS)
		return;
	if (models[i].gone != NULL)
		findings_add(c->out, false, "setup.model", "take a model that "
		    "stays, such as gemini-3.8-live", "%s is shut down on %s",
		    name, models[i].gone);
	if (!(b == BACKEND_GEMINI ? models[i].gemini : models[i].vertex))
		findings_add(c->out, false, "setup.model",
		    b == BACKEND_GEMINI ? "-b vertex" : "-b gemini",
		    "%s is a model of the other backend (close 1008)", name);
}

static void
check_speech(const struct check *c)
{
	const struct json *speech = schema_get(schema_get(c->setup,
	    "generationConfig"), "speechConfig");
	const char *voice = json_str(schema_get(schema_get(schema_get(speech,
	    "voiceConfig"), "prebuiltVoiceConfig"), "voiceName"));
	const char *language = json_str(schema_get(speech, "languageCode"));

	if (voice == NULL)
		voice = json_str(schema_get(schema_get(speech, "voiceConfig"),
		    "voice"));
	if (voice != NULL && !listed(voices, voice, ""))
		findings_add(c->out, false, "setup.generation_config."
		    "speech_config.voice_config", NULL, "no list that this "
		    "version knows has a voice '%.60s'", voice);
	if (language != NULL && !listed(languages, language, "-_"))
		findings_add(c->out, false, "setup.generation_config."
		    "speech_config.language_code", NULL, "no list that this "
		    "version knows has a language '%.60s'", language);
}

void
checkmodel_run(const struct check *c)
{
	const char *model = json_str(schema_get(c->setup, "model"));

	if (model == NULL || *model == '\0')
		findings_add(c->out, true, "setup.model", "name a model (-m)",
		    "the setup names no model");
	else
		check_name(c, bare(model));
	check_speech(c);
}
