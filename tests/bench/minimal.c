/*
 * The floor that gl-session is compared with: raw PCM in, raw PCM out, over one
 * TLS WebSocket, doing base64, masking and TLS and nothing else.  No parser, no
 * error handling worth the name, no reconnect: it finds the audio by searching
 * for its key, and trusts whoever answers on the loopback.
 *
 *	minimal PORT CAFILE [down] <pcm >pcm
 */
#define _GNU_SOURCE		/* memmem(3) */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base64.h"

enum { CHUNK = 1 << 16, FRAME_MAX = 4 << 20 };

static SSL *tls;
static unsigned char in[FRAME_MAX], out[BASE64_LEN(CHUNK) + 512];
static size_t in_len;
static int ready;		/* setupComplete came */

static void
die(const char *what)
{
	fprintf(stderr, "minimal: %s\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

/* Masks and sends what stands at out + 14, n bytes, as one text frame. */
static void
frame(size_t n, int opcode)
{
	unsigned char *p = out + 14, *h;
	uint32_t key = 0x5ac3960f;
	uint64_t wide = (uint64_t)key << 32 | key, eight;
	size_t i, head = n < 126 ? 6 : n < 65536 ? 8 : 14;

	for (i = 0; i + 8 <= n; i += 8) {
		memcpy(&eight, p + i, 8);
		eight ^= wide;
		memcpy(p + i, &eight, 8);
	}
	for (; i < n; i++)
		p[i] ^= ((unsigned char *)&key)[i % 4];
	h = p - head;
	h[0] = (unsigned char)(0x80 | opcode);
	h[1] = (unsigned char)(0x80 | (n < 126 ? n : n < 65536 ? 126 : 127));
	if (n >= 65536)
		for (i = 0; i < 8; i++)
			h[2 + i] = (unsigned char)(n >> (56 - 8 * i));
	else if (n >= 126) {
		h[2] = (unsigned char)(n >> 8);
		h[3] = (unsigned char)n;
	}
	memcpy(p - 4, &key, 4);
	if (SSL_write(tls, h, (int)(head + n)) <= 0)
		die("SSL_write");
}

static void
text(const char *s)
{
	memcpy(out + 14, s, strlen(s));
	frame(strlen(s), 1);
}

static void
audio(const unsigned char *pcm, size_t n)
{
	static const char head[] = "{\"realtimeInput\":{\"audio\":{\"mimeType\":"
	    "\"audio/pcm;rate=16000\",\"data\":\"";
	char *p = (char *)out + 14;
	size_t len = sizeof(head) - 1;

	memcpy(p, head, len);
	len += base64_encode(p + len, pcm, n);
	memcpy(p + len, "\"}}}", 4);
	frame(len + 4, 1);
}

static void
give(const unsigned char *p, size_t n)
{
	ssize_t r;

	for (; n > 0; p += r, n -= (size_t)r)
		if ((r = write(1, p, n)) <= 0)
			exit(0);
}

/* One message: its audio to standard output; 1 where the turn is over. */
static int
message(const char *p, size_t n)
{
	static const char key[] = "\"data\": \"";
	static unsigned char pcm[FRAME_MAX];
	const char *data, *end;
	ssize_t len;

	data = memmem(p, n < 512 ? n : 512, key, sizeof(key) - 1);
	ready = 1;
	if (data == NULL)
		return memmem(p, n, "turnComplete", 12) != NULL;
	data += sizeof(key) - 1;
	end = memchr(data, '"', (size_t)(p + n - data));
	len = end ? base64_decode(pcm, data, (size_t)(end - data)) : -1;
	if (len < 0)
		die("audio");
	give(pcm, (size_t)len);
	return 0;
}

/* Takes whole frames from the buffer; 1 at turnComplete, 2 at close. */
static int
frames(void)
{
	size_t at = 0, head, n, i;
	int r = 0;

	while (r == 0 && in_len - at >= 2) {
		n = in[at + 1] & 127;
		head = n == 126 ? 4 : n == 127 ? 10 : 2;
		if (in_len - at < head)
			break;
		if (head > 2)
			for (n = 0, i = 2; i < head; i++)
				n = n << 8 | in[at + i];
		if (in_len - at < head + n)
			break;
		r = (in[at] & 15) == 8 ? 2 :
		    message((char *)in + at + head, n);
		at += head + n;
	}
	memmove(in, in + at, in_len - at);
	in_len -= at;
	return r;
}

static void
dial(int port, const char *ca)
{
	struct sockaddr_in sa = { .sin_family = AF_INET };
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	static const char request[] = "GET /ws HTTP/1.1\r\nHost: localhost\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version:"
	    " 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1, n;

	sa.sin_port = htons((uint16_t)port);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	SSL_CTX_load_verify_locations(ctx, ca, NULL);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == -1)
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	tls = SSL_new(ctx);
	SSL_set_tlsext_host_name(tls, "localhost");
	SSL_set_fd(tls, fd);
	if (SSL_connect(tls) != 1 ||
	    SSL_write(tls, request, sizeof(request) - 1) <= 0)
		die("TLS");
	while ((n = SSL_read(tls, in + in_len, 4096)) > 0) {
		in_len += (size_t)n;
		if (in_len > 4 && memmem(in, in_len, "\r\n\r\n", 4) != NULL)
			break;
	}
	in_len = 0;
	text("{\"setup\":{\"model\":\"models/bench\","
	    "\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]}}}");
}

/* Reads what is there; as frames(). */
static int
receive(void)
{
	int n, r = 0;

	do {
		n = SSL_read(tls, in + in_len, (int)(sizeof(in) - in_len));
		if (n <= 0)
			return 2;
		in_len += (size_t)n;
		r = frames();
	} while (r == 0 && SSL_pending(tls) > 0);
	return r;
}

int
main(int argc, char *argv[])
{
	static unsigned char pcm[CHUNK];
	struct pollfd p[2] = { { .events = POLLIN }, { .events = POLLIN } };
	int open = 1;
	ssize_t n;

	if (argc < 3)
		die("usage: minimal PORT CAFILE");
	dial(atoi(argv[1]), argv[2]);
	p[0].fd = SSL_get_fd(tls);
	for (;;) {
		p[1].fd = open && ready ? 0 : -1;
		poll(p, 2, -1);
		if (p[0].revents && receive() != 0)
			break;
		if (!p[1].revents)
			continue;
		n = read(0, pcm, sizeof(pcm));
		if (n > 0) {
			audio(pcm, (size_t)n);
		} else {
			open = 0;
			text("{\"realtimeInput\":{\"audioStreamEnd\":true}}");
		}
	}
	memcpy(out + 14, "\x03\xe8", 2);
	frame(2, 8);
	return 0;
}
