#ifndef BASE_CRYPT_H
#define BASE_CRYPT_H

#include <stddef.h>
#include <stdint.h>

/* The only user of libcrypto: random bytes, digests, signatures and
 * certificates made on the fly. */
struct buf;

/* Gets n random bytes from the kernel; on failure the program ends (70). */
void crypt_random(void *p, size_t n);

/* Random bytes drawn in bulk, for many small uses; zero it before use. */
struct crypt_pool {
	unsigned char bytes[256];
	size_t left;
};
void crypt_pool_take(struct crypt_pool *, void *p, size_t n);

void crypt_sha1(unsigned char out[20], const void *p, size_t n);
void crypt_sha256(unsigned char out[32], const void *p, size_t n);
void crypt_hmac_sha256(unsigned char out[32], const void *key, size_t key_len,
    const void *p, size_t n);

/*
 * RSASSA-PKCS1-v1_5 with SHA-256 (RS256).  The private key is PEM (PKCS#8 or
 * PKCS#1), the public one PEM (key or certificate).  0, or -1 with a sentence
 * that reveals nothing of the key.
 */
int crypt_rs256_sign(const char *pem, const void *p, size_t n, struct buf *sig,
    char *why, size_t size);
int crypt_rs256_verify(const char *pem, const void *p, size_t n,
    const void *sig, size_t sig_len, char *why, size_t size);

/*
 * A certification authority (EC P-256) that lives as long as the program, and
 * the server certificates it issues.
 */
struct crypt_ca;
struct crypt_ca *crypt_ca_new(const char *common_name);
void crypt_ca_free(struct crypt_ca *);
/* Appends its certificate as PEM. */
void crypt_ca_pem(const struct crypt_ca *, struct buf *);
/* Appends a certificate and its key as PEM.  names: host names and addresses,
 * ended by NULL; valid from now + from_s to now + until_s.  0 or -1. */
int crypt_cert_new(const struct crypt_ca *, const char *const *names,
    int64_t from_s, int64_t until_s, struct buf *cert, struct buf *key);

#endif
