/* What looks like a key or token, and what does not. */
#include "base/secret.h"

#include <stdio.h>
#include <string.h>

#include "../../tap.h"

#define SOME "SyD-0123456789abcdefghijklmnopqrstu"

static void
hide(const char *text, const char *wanted)
{
	char copy[300];

	snprintf(copy, sizeof(copy), "%s", text);
	is_int(secret_like(text), strcmp(text, wanted) != 0, wanted);
	secret_hide(copy);
	is_str(copy, wanted, wanted);
}

int
main(void)
{
	hide("", "");
	hide("AIza", "AIza");
	hide("AIza" SOME, "AIza...");
	hide("--AIza" SOME ": unknown", "--AIza...: unknown");
	hide("x AIza" SOME ", ya29.a0-" SOME " y", "x AIza..., ya29.... y");
	hide("?key=AQ." SOME "&alt=1", "?key=AQ....&alt=1");
	hide("Bearer eyJhbGciOiJSUzI1NiJ9." SOME ".x", "Bearer eyJ...");
	hide("auth_tokens/" SOME, "auth_tokens/...");
	hide("GOCSPX-" SOME, "GOCSPX-...");
	/* names that begin alike */
	hide("AIza-key", "AIza-key");
	hide("ya29.txt", "ya29.txt");
	hide("RAIza" SOME, "RAIza" SOME);
	hide("eyJab.json", "eyJab.json");
	return tap_done();
}
