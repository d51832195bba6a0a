/*
 * Thin wrappers round libcrypto.  PEM never prompts for a passphrase; error
 * texts name the operation and never contain bytes of a key.
 */
#include "base/crypt.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/why.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

enum { CA_DAYS = 3650 };

struct crypt_ca {
	EVP_PKEY *key;
	X509 *cert;
};

void
crypt_random(void *p, size_t n)
{
	/* libcrypto's generator is seeded by getrandom(2) */
	if (RAND_bytes(p, (int)n) != 1)
		log_die(CODE_BUG, "no random numbers to be had");
}

void
crypt_pool_take(struct crypt_pool *pool, void *p, size_t n)
{
	if (n > sizeof(pool->bytes)) {
		crypt_random(p, n);
		return;
	}
	if (pool->left < n) {
		crypt_random(pool->bytes, sizeof(pool->bytes));
		pool->left = sizeof(pool->bytes);
	}
	pool->left -= n;
	memcpy(p, pool->bytes + pool->left, n);
}

static void
digest(unsigned char *out, const EVP_MD *md, const void *p, size_t n)
{
	if (EVP_Digest(p, n, out, NULL, md, NULL) != 1)
		log_die(CODE_BUG, "libcrypto cannot compute a digest");
}

void
crypt_sha1(unsigned char out[20], const void *p, size_t n)
{
	digest(out, EVP_sha1(), p, n);
}

void
crypt_sha256(unsigned char out[32], const void *p, size_t n)
{
	digest(out, EVP_sha256(), p, n);
}

void
crypt_hmac_sha256(unsigned char out[32], const void *key, size_t key_len,
    const void *p, size_t n)
{
	unsigned len = 32;

	if (!HMAC(EVP_sha256(), key, (int)key_len, p, n, out, &len))
		log_die(CODE_BUG, "libcrypto cannot compute a digest");
}

/* Instead of asking on the terminal. */
static int
no_passphrase(char *p, int size, int writing, void *arg)
{
	(void)p;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static BIO *
reader(const char *pem)
{
	return BIO_new_mem_buf(pem, -1);
}

static EVP_PKEY *
private_key(const char *pem)
{
	BIO *in = reader(pem);
	EVP_PKEY *key = NULL;

	if (in)
		key = PEM_read_bio_PrivateKey(in, NULL, no_passphrase, NULL);
	BIO_free(in);
	return key;
}

/* From "PUBLIC KEY" or from a certificate. */
static EVP_PKEY *
public_key(const char *pem)
{
	BIO *in = reader(pem);
	EVP_PKEY *key = NULL;
	X509 *cert;

	if (in)
		key = PEM_read_bio_PUBKEY(in, NULL, no_passphrase, NULL);
	BIO_free(in);
	if (key)
		return key;
	in = reader(pem);
	cert = in ? PEM_read_bio_X509(in, NULL, no_passphrase, NULL) : NULL;
	if (cert)
		key = X509_get_pubkey(cert);
	X509_free(cert);
	BIO_free(in);
	return key;
}

static int
sign(EVP_PKEY *key, const void *p, size_t n, struct buf *sig)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = 0;
	char *out;
	int r = -1;

	if (ctx &&
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestSign(ctx, NULL, &len, p, n) == 1 &&
	    (out = buf_room(sig, len)) != NULL &&
	    EVP_DigestSign(ctx, (unsigned char *)out, &len, p, n) == 1) {
		buf_added(sig, len);
		r = 0;
	}
	EVP_MD_CTX_free(ctx);
	return r;
}

int
crypt_rs256_sign(const char *pem, const void *p, size_t n, struct buf *sig,
    char *why, size_t size)
{
	EVP_PKEY *key = private_key(pem);
	int r;

	if (!key)
		return why_say(-1, why, size, "the private key is not readable "
		    "PEM without passphrase");
	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
		r = why_say(-1, why, size, "the private key is not an RSA key");
	else if (sign(key, p, n, sig) == -1)
		r = why_say(-1, why, size,
		    "signing with the private key failed");
	else
		r = 0;
	EVP_PKEY_free(key);
	return r;
}

int
crypt_rs256_verify(const char *pem, const void *p, size_t n, const void *sig,
    size_t sig_len, char *why, size_t size)
{
	EVP_PKEY *key = public_key(pem);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int r = 0;

	if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
		r = why_say(-1, why, size, "the public key is not an RSA key "
		    "in PEM");
	else if (!ctx ||
	    EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestVerify(ctx, sig, sig_len, p, n) != 1)
		r = why_say(-1, why, size, "the signature is wrong");
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return r;
}

/* Moves the BIO's contents to the buf; frees the BIO. */
static int
drain(BIO *out, struct buf *b)
{
	char *p;
	long n = BIO_get_mem_data(out, &p);
	int r = n > 0 ? buf_add(b, p, (size_t)n) : -1;

	BIO_free(out);
	return r;
}

static int
put_private(EVP_PKEY *key, struct buf *b)
{
	BIO *out = BIO_new(BIO_s_mem());

	if (!out)
		return -1;
	PEM_write_bio_PKCS8PrivateKey(out, key, NULL, NULL, 0, NULL, NULL);
	return drain(out, b);
}

static int
put_cert(X509 *cert, struct buf *b)
{
	BIO *out = BIO_new(BIO_s_mem());

	if (!out)
		return -1;
	PEM_write_bio_X509(out, cert);
	return drain(out, b);
}

static int
add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *ext;
	X509V3_CTX ctx;
	int r;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	if (!ext)
		return -1;
	r = X509_add_ext(cert, ext, -1) == 1 ? 0 : -1;
	X509_EXTENSION_free(ext);
	return r;
}

/* A certificate with everything but its extensions and signature. */
static X509 *
blank(EVP_PKEY *key, const char *name, int64_t from_s, int64_t until_s)
{
	X509 *cert = X509_new();
	X509_NAME *subject;
	unsigned char serial[8];
	BIGNUM *n;

	if (!cert)
		return NULL;
	crypt_random(serial, sizeof(serial));
	serial[0] &= 0x7f;
	n = BN_bin2bn(serial, sizeof(serial), NULL);
	BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert));
	BN_free(n);
	X509_set_version(cert, X509_VERSION_3);
	X509_gmtime_adj(X509_getm_notBefore(cert), (long)from_s);
	X509_gmtime_adj(X509_getm_notAfter(cert), (long)until_s);
	subject = X509_get_subject_name(cert);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
	    (const unsigned char *)name, -1, -1, 0);
	X509_set_pubkey(cert, key);
	return cert;
}

struct crypt_ca *
crypt_ca_new(const char *common_name)
{
	struct crypt_ca *ca = mem_alloc(sizeof(*ca));

	ca->key = EVP_EC_gen("P-256");
	ca->cert = ca->key ? blank(ca->key, common_name, -3600,
	    (int64_t)CA_DAYS * 86400) : NULL;
	if (!ca->cert ||
	    X509_set_issuer_name(ca->cert,
	    X509_get_subject_name(ca->cert)) != 1 ||
	    add_extension(ca->cert, ca->cert, NID_basic_constraints,
	    "critical,CA:TRUE") == -1 ||
	    add_extension(ca->cert, ca->cert, NID_key_usage,
	    "critical,keyCertSign,cRLSign") == -1 ||
	    add_extension(ca->cert, ca->cert, NID_subject_key_identifier,
	    "hash") == -1 ||
	    X509_sign(ca->cert, ca->key, EVP_sha256()) == 0)
		log_die(CODE_BUG, "libcrypto cannot make a certificate");
	return ca;
}

void
crypt_ca_free(struct crypt_ca *ca)
{
	if (!ca)
		return;
	X509_free(ca->cert);
	EVP_PKEY_free(ca->key);
	free(ca);
}

void
crypt_ca_pem(const struct crypt_ca *ca, struct buf *b)
{
	put_cert(ca->cert, b);
}

/* "DNS:localhost,IP:127.0.0.1" from the names. */
static int
alt_names(const char *const *names, struct buf *b)
{
	unsigned char raw[sizeof(struct in6_addr)];
	bool address;

	for (; *names; names++) {
		if (strpbrk(*names, ",\n\r "))
			return -1;
		address = inet_pton(AF_INET, *names, raw) == 1 ||
		    inet_pton(AF_INET6, *names, raw) == 1;
		buf_printf(b, "%s%s:%s", b->len ? "," : "",
		    address ? "IP" : "DNS", *names);
	}
	return b->failed || b->len == 0 ? -1 : 0;
}

static int
complete(X509 *cert, const struct crypt_ca *ca, const char *names)
{
	if (X509_set_issuer_name(cert, X509_get_subject_name(ca->cert)) != 1 ||
	    add_extension(cert, ca->cert, NID_basic_constraints,
	    "critical,CA:FALSE") == -1 ||
	    add_extension(cert, ca->cert, NID_ext_key_usage,
	    "serverAuth") == -1 ||
	    add_extension(cert, ca->cert, NID_authority_key_identifier,
	    "keyid") == -1 ||
	    add_extension(cert, ca->cert, NID_subject_alt_name, names) == -1)
		return -1;
	return X509_sign(cert, ca->key, EVP_sha256()) > 0 ? 0 : -1;
}

int
crypt_cert_new(const struct crypt_ca *ca, const char *const *names,
    int64_t from_s, int64_t until_s, struct buf *cert, struct buf *key)
{
	EVP_PKEY *pair = EVP_EC_gen("P-256");
	struct buf alt;
	X509 *c = NULL;
	int r = -1;

	buf_init(&alt, 4096);
	if (pair && alt_names(names, &alt) == 0 &&
	    (c = blank(pair, *names, from_s, until_s)) != NULL &&
	    complete(c, ca, alt.data) == 0 && put_cert(c, cert) == 0 &&
	    put_private(pair, key) == 0)
		r = 0;
	X509_free(c);
	EVP_PKEY_free(pair);
	buf_done(&alt);
	ERR_clear_error();
	return r;
}
