/* main() for a fuzz target without libFuzzer: runs it on each file named. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fd.h"
#include "base/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
main(int argc, char *argv[])
{
	size_t n;
	char *data, *copy;
	int i;

	log_init("replay");
	for (i = 1; i < argc; i++) {
		data = fd_slurp(argv[i], 64 << 20, &n);
		if (data == NULL)
			log_die(CODE_NOINPUT, "%s:", argv[i]);
		/* exactly n bytes, so that the sanitizer sees an overrun */
		copy = realloc(data, n ? n : 1);
		LLVMFuzzerTestOneInput((const uint8_t *)copy, n);
		free(copy);
	}
	printf("%d inputs replayed\n", argc - 1);
	return 0;
}
