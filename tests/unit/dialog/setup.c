/* The setup object: what beats what, and the forms of a tools file. */
#include "../../tap.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "dialog/setup.h"

static char why[256];

static struct json *
parse(const char *text)
{
	return json_parse(text, strlen(text), why, sizeof(why));
}

/* The setup as text, for the caller to free; NULL where there is none. */
static char *
build(const struct setup_flags *f)
{
	struct json *j = setup_build(f, why, sizeof(why));
	struct buf b;

	if (!j)
		return NULL;
	buf_init(&b, 1 << 20);
	json_print(j, &b);
	json_free(j);
	return buf_take(&b, NULL);
}

static void
is_setup(const struct setup_flags *f, const char *want, const char *what)
{
	char *got = build(f);

	is_str(got, want, what);
	free(got);
}

#define BOTH "\"inputAudioTranscription\":{},\"outputAudioTranscription\":{}"
#define AUDIO "\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]}"

static void
test_flags(void)
{
	struct setup_flags f = { .transcripts = SETUP_UNSAID };

	f.model = "models/m";
	is_setup(&f, "{\"model\":\"models/m\"," AUDIO "," BOTH "}",
	    "the least: a model, audio, both transcripts");
	f.voice = "Puck";
	f.language = "de-DE";
	f.system = "Be brief.";
	f.transcripts = SETUP_SAY;
	f.vad = SETUP_VAD_MANUAL;
	is_setup(&f, "{\"model\":\"models/m\",\"generationConfig\":"
	    "{\"responseModalities\":[\"AUDIO\"],\"speechConfig\":"
	    "{\"voiceConfig\":{\"prebuiltVoiceConfig\":{\"voiceName\":"
	    "\"Puck\"}},\"languageCode\":\"de-DE\"}},\"systemInstruction\":"
	    "{\"parts\":[{\"text\":\"Be brief.\"}]},\"realtimeInputConfig\":"
	    "{\"automaticActivityDetection\":{\"disabled\":true}},"
	    "\"outputAudioTranscription\":{}}", "every flag");
}

static void
test_base(void)
{
	struct setup_flags f = { .transcripts = SETUP_UNSAID };
	struct json *base = parse("{\"setup\":{\"generationConfig\":"
	    "{\"responseModalities\":[\"TEXT\"],\"temperature\":1},"
	    "\"inputAudioTranscription\":{\"languageCodes\":[\"fr\"]}}}");
	const char *sets[] = {
		"generationConfig.temperature=0.25",
		"generationConfig.speechConfig.languageCode=fr-FR",
		"sessionResumption={}", "outputAudioTranscription=null"
	};

	f.base = base;
	is_setup(&f, "{\"generationConfig\":{\"responseModalities\":"
	    "[\"TEXT\"],\"temperature\":1},\"inputAudioTranscription\":"
	    "{\"languageCodes\":[\"fr\"]},\"outputAudioTranscription\":{}}",
	    "defaults leave the file alone");
	f.modality = "AUDIO";
	f.transcripts = SETUP_SAY;
	is_setup(&f, "{\"generationConfig\":{\"responseModalities\":"
	    "[\"AUDIO\"],\"temperature\":1},"
	    "\"outputAudioTranscription\":{}}", "flags beat the file");
	f.sets = sets;
	f.nsets = 4;
	is_setup(&f, "{\"generationConfig\":{\"responseModalities\":"
	    "[\"AUDIO\"],\"temperature\":0.25,\"speechConfig\":"
	    "{\"languageCode\":\"fr-FR\"}},\"sessionResumption\":{}}",
	    "--set beats all; a bare word is a string, null removes");
	json_free(base);
}

static void
is_refused(const char *set, const char *want)
{
	struct setup_flags f = { .transcripts = SETUP_UNSAID };

	f.sets = &set;
	f.nsets = 1;
	ok(!build(&f), set);
	ok(strstr(why, want), want);
}

static void
test_refused(void)
{
	struct setup_flags f = { .transcripts = SETUP_UNSAID };
	struct json *list = parse("[]");

	is_refused("nothing", "path=value");
	is_refused("=1", "path=value");
	is_refused("tools={\"a\":", "--set tools");
	f.base = list;
	ok(!build(&f), "a list is not a setup");
	ok(strstr(why, "not a JSON object"), why);
	json_free(list);
}

static void
is_tools(const char *text, const char *want)
{
	struct json *in = parse(text), *list;
	struct buf b;

	buf_init(&b, 1 << 20);
	list = setup_tools(in, why, sizeof(why));
	if (list)
		json_print(list, &b);
	is_str(list ? b.data : why, want, text);
	json_free(in);
	json_free(list);
	buf_done(&b);
}

static void
test_tools(void)
{
#define F "[{\"functionDeclarations\":[{\"name\":\"f\"}]}]"
	is_tools("[{\"name\":\"f\"}]", F);
	is_tools("{\"name\":\"f\"}", F);
	is_tools("{\"functionDeclarations\":[{\"name\":\"f\"}]}", F);
	is_tools("{\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\"}]}]}",
	    F);
	is_tools("[{\"name\":\"f\"},{\"googleSearch\":{}},{\"name\":\"g\"}]",
	    "[{\"functionDeclarations\":[{\"name\":\"f\"},{\"name\":\"g\"}]},"
	    "{\"googleSearch\":{}}]");
	is_tools("[]", "[]");
	is_tools("[{\"name\":\"f\"},3]", "entry 2 is neither a tool nor a "
	    "function declaration with a name");
	is_tools("\"x\"", "entry 1 is neither a tool nor a function "
	    "declaration with a name");
}

static void
test_declares(void)
{
	struct json *s = parse("{\"tools\":[{\"googleSearch\":{}},"
	    "{\"functionDeclarations\":[{\"name\":\"a\"},{\"name\":\"b\"}]}]}");

	ok(setup_declares(s, "b"), "a declared name");
	ok(!setup_declares(s, "googleSearch"), "not a function");
	ok(!setup_declares(NULL, "a"), "no setup");
	json_free(s);
}

int
main(void)
{
	test_flags();
	test_base();
	test_refused();
	test_tools();
	test_declares();
	return tap_done();
}
