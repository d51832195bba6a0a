/*
 * Preloaded: TLS reads ahead, as with libcurl from 8.15 on, so that records may
 * lie in a buffer that poll() does not see.
 */
#include <dlfcn.h>
#include <openssl/ssl.h>
#include <string.h>

SSL_CTX *
SSL_CTX_new(const SSL_METHOD *method)
{
	SSL_CTX *(*real)(const SSL_METHOD *);
	SSL_CTX *ctx;
	void *p = dlsym(RTLD_NEXT, "SSL_CTX_new");

	memcpy(&real, &p, sizeof(real));
	ctx = real(method);
	if (ctx) {
		SSL_CTX_set_read_ahead(ctx, 1);
		SSL_CTX_set_default_read_buffer_len(ctx, 1 << 18);
	}
	return ctx;
}
