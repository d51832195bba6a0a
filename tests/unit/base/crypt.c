/* crypt: published vectors, signatures both ways, certificates. */
#include "base/crypt.h"

#include <stdlib.h>

#include "../../rsa.h"
#include "../../tap.h"
#include "base/buf.h"

static void
hex(char *out, const unsigned char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", p[i]);
}

static void
digests(void)
{
	unsigned char d[32];
	char text[65];

	crypt_sha1(d, "abc", 3);
	hex(text, d, 20);
	is_str(text, "a9993e364706816aba3e25717850c26c9cd0d89d", "SHA-1");
	crypt_sha256(d, "abc", 3);
	hex(text, d, 32);
	is_str(text, "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad", "SHA-256");
	/* RFC 4231, test case 2 */
	crypt_hmac_sha256(d, "Jefe", 4, "what do ya want for nothing?", 28);
	hex(text, d, 32);
	is_str(text, "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843", "HMAC-SHA-256");
}

static void
randomness(void)
{
	struct crypt_pool pool = { .left = 0 };
	unsigned char seen[64][4], big[300] = { 0 };
	int i, j, same = 0, zero = 0;

	for (i = 0; i < 64; i++)
		crypt_pool_take(&pool, seen[i], 4);
	for (i = 0; i < 64; i++)
		for (j = 0; j < i; j++)
			same += memcmp(seen[i], seen[j], 4) == 0;
	ok(same < 2, "64 draws differ");
	crypt_pool_take(&pool, big, sizeof(big));
	for (i = 0; i < 300; i++)
		zero += big[i] == 0;
	ok(zero < 20, "a draw larger than the pool");
}

static void
signatures(void)
{
	struct buf priv, pub, other, sig;
	char why[128] = "";

	buf_init(&priv, 8192);
	buf_init(&pub, 8192);
	buf_init(&other, 8192);
	buf_init(&sig, 1024);
	is_int(rsa_new(&priv, &pub), 0, "an RSA key");
	is_int(crypt_rs256_sign(priv.data, "text", 4, &sig, why, sizeof(why)),
	    0, "signs");
	is_int((long long)sig.len, 256, "256 bytes");
	is_int(crypt_rs256_verify(pub.data, "text", 4, sig.data, sig.len, why,
	    sizeof(why)), 0, "verifies");
	is_int(crypt_rs256_verify(pub.data, "texT", 4, sig.data, sig.len, why,
	    sizeof(why)), -1, "another text does not");
	sig.data[10] ^= 1;
	is_int(crypt_rs256_verify(pub.data, "text", 4, sig.data, sig.len, why,
	    sizeof(why)), -1, "another signature does not");
	is_str(why, "the signature is wrong", "and says so");
	is_int(crypt_rs256_verify("nonsense", "text", 4, sig.data, sig.len, why,
	    sizeof(why)), -1, "no key does not");
	is_int(crypt_rs256_sign(pub.data, "text", 4, &sig, why, sizeof(why)),
	    -1, "a public key does not sign");
	is_int(crypt_rs256_sign("", "text", 4, &sig, why, sizeof(why)), -1,
	    "nothing does not sign");
	buf_done(&priv);
	buf_done(&pub);
	buf_done(&other);
	buf_done(&sig);
}

static void
certificates(void)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "::1",
	    NULL };
	static const char *const trick[] = { "a,DNS:b", NULL };
	struct crypt_ca *ca = crypt_ca_new("Test authority");
	struct buf cert, key, root;
	char why[128];

	buf_init(&cert, 8192);
	buf_init(&key, 8192);
	buf_init(&root, 8192);
	crypt_ca_pem(ca, &root);
	ok(root.len > 0 && strstr(root.data, "BEGIN CERTIFICATE"),
	    "an authority");
	is_int(crypt_cert_new(ca, names, -60, 3600, &cert, &key), 0,
	    "a certificate");
	ok(strstr(cert.data, "BEGIN CERTIFICATE") &&
	    strstr(key.data, "BEGIN PRIVATE KEY"), "with its key, as PEM");
	is_int(crypt_rs256_sign(key.data, "x", 1, &root, why, sizeof(why)), -1,
	    "an EC key does not sign RS256");
	is_int(crypt_cert_new(ca, trick, -60, 3600, &cert, &key), -1,
	    "a name that would be two");
	crypt_ca_free(ca);
	buf_done(&cert);
	buf_done(&key);
	buf_done(&root);
}

int
main(void)
{
	digests();
	randomness();
	signatures();
	certificates();
	return tap_done();
}
