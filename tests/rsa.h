/* A key to sign with, for the tests. */
#ifndef RSA_H
#define RSA_H

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/buf.h"

/* Makes a 2048-bit RSA key, as private PKCS#8 PEM and public PEM; 0 or -1. */
static inline int
rsa_new(struct buf *private_pem, struct buf *public_pem)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	BIO *out[2] = { BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()) };
	struct buf *to[2] = { private_pem, public_pem };
	char *p;
	long n;
	int i, r = 0;

	PEM_write_bio_PKCS8PrivateKey(out[0], key, NULL, NULL, 0, NULL, NULL);
	PEM_write_bio_PUBKEY(out[1], key);
	for (i = 0; i < 2; i++) {
		n = BIO_get_mem_data(out[i], &p);
		r |= n > 0 ? buf_add(to[i], p, (size_t)n) : -1;
		BIO_free(out[i]);
	}
	EVP_PKEY_free(key);
	return r;
}

#endif
