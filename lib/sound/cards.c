/*
 * ALSA's devices by their names: opening one, why that fails, and the list.
 */
#include "sound/cards.h"

#include <alsa/asoundlib.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"

/* ALSA explains failures in up to ten lines about its own sources. */
static void
hush(const char *file, int line, const char *function, int err,
    const char *fmt, ...)
{
	(void)file;
	(void)line;
	(void)function;
	(void)err;
	(void)fmt;
}

/* Whether the name is a sound server's: then it is the server that is missing,
 * not the device. */
static bool
of_server(const char *name)
{
	static const char *const servers[] = { "jack", "pulse", "pipewire" };
	snd_config_t *def, *type;
	const char *word;
	bool yes = false;
	size_t i;

	if (snd_config == NULL || snd_config_search_definition(snd_config,
	    "pcm", name, &def) < 0)
		return false;
	if (snd_config_search(def, "type", &type) == 0 &&
	    snd_config_get_string(type, &word) == 0)
		for (i = 0; i < sizeof(servers) / sizeof(*servers); i++)
			yes |= strcmp(word, servers[i]) == 0;
	snd_config_delete(def);
	return yes;
}

int
cards_open(snd_pcm_t **pcm, const char *name, bool capture)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int kept = null != -1 ? fcntl(2, F_DUPFD_CLOEXEC, 3) : -1, err;

	snd_lib_error_set_handler(hush);
	/* the servers' client libraries print to standard error */
	if (kept != -1)
		(void)dup2(null, 2);
	err = snd_pcm_open(pcm, name, capture ? SND_PCM_STREAM_CAPTURE :
	    SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
	if (err == -ENOENT && of_server(name))
		err = -ECONNREFUSED;
	if (kept != -1) {
		(void)dup2(kept, 2);
		close(kept);
	}
	if (null != -1)
		close(null);
	return err;
}

void
cards_explain(char *why, size_t size, const char *name, bool capture, int err)
{
	const char *what = capture ? "microphone" : "loudspeaker";

	switch (-err) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		snprintf(why, size, "%s: no such sound device (-l lists them)",
		    name);
		break;
	case EBUSY:
	case EAGAIN:
		snprintf(why, size, "%s: the %s is taken by another program",
		    name, what);
		break;
	case EACCES:
	case EPERM:
		snprintf(why, size, "%s: no permission for the %s (is this "
		    "user in the group audio?)", name, what);
		break;
	case ECONNREFUSED:
		snprintf(why, size, "%s: the sound server does not answer: is "
		    "it running?", name);
		break;
	default:
		snprintf(why, size, "%s: cannot open the %s: %s", name, what,
		    snd_strerror(err));
	}
}

/* Whether a device is worth listing: it can be opened, or could be if *why were
 * not so. */
static bool
worth(const char *name, bool capture, const char **why)
{
	snd_pcm_t *pcm;
	int err = cards_open(&pcm, name, capture);

	*why = err == 0 ? "" : err == -EBUSY || err == -EAGAIN ?
	    " (taken by another program)" : err == -EACCES || err == -EPERM ?
	    " (no permission)" : err == -ECONNREFUSED ?
	    " (its server does not answer)" : NULL;
	if (err == 0)
		snd_pcm_close(pcm);
	return *why != NULL;
}

enum { RANKS = 4 };

/* What most users want comes first: the default, then hardware, with automatic
 * conversion before without. */
static int
rank(const char *name)
{
	static const char *const first[] = { "default", "plughw", "hw" };
	size_t n = strcspn(name, ":");
	int i;

	for (i = 0; i < RANKS - 1; i++)
		if (n == strlen(first[i]) && strncmp(name, first[i], n) == 0)
			break;
	return i;
}

/* Adds a line for a hint's device if it has this rank; returns whether. */
static bool
list_one(void *hint, bool capture, int wanted, struct buf *b)
{
	const char *other = capture ? "Output" : "Input", *why;
	char *name = snd_device_name_get_hint(hint, "NAME");
	char *text = snd_device_name_get_hint(hint, "DESC");
	char *way = snd_device_name_get_hint(hint, "IOID");
	bool yes = name != NULL && rank(name) == wanted &&
	    (way == NULL || strcmp(way, other) != 0) &&
	    worth(name, capture, &why);

	if (yes && text != NULL) {
		text[strcspn(text, "\n")] = '\0';
		log_tame(text);	/* anybody's device may be plugged in */
	}
	if (yes)
		buf_printf(b, "%s\t%s%s\n", name, text != NULL ? text : "",
		    why);
	free(name);
	free(text);
	free(way);
	return yes;
}

void
cards_list(bool capture)
{
	void **hints, **h;
	int found = 0, i;
	struct buf b;

	snd_lib_error_set_handler(hush);
	buf_init(&b, 1 << 20);
	if (snd_device_name_hint(-1, "pcm", &hints) == 0) {
		for (i = 0; i < RANKS; i++)
			for (h = hints; *h != NULL; h++)
				found += list_one(*h, capture, i, &b);
		snd_device_name_free_hint(hints);
		snd_config_update_free_global();
	}
	if (found == 0)
		log_die(CODE_IO, "no sound device found");
	log_usage(b.data);
}
