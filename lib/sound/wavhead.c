/* The headers of the WAV files that we write. */
#include "sound/wav.h"

#include <string.h>

/* PCM, and the bytes of its fmt chunk. */
enum { TAG_INT = 1, FORMAT_MIN = 16, RIFF = 12 };

static uint32_t
get32(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static void
put32(unsigned char *p, uint32_t v)
{
	p[0] = v & 0xff;
	p[1] = v >> 8 & 0xff;
	p[2] = v >> 16 & 0xff;
	p[3] = v >> 24 & 0xff;
}

int
wav_head(unsigned char head[WAV_HEAD], int rate, int channels, uint64_t bytes)
{
	uint32_t frame = 2 * (uint32_t)channels, data, riff;

	/* sox and ffmpeg both read it as "unknown" */
	data = bytes == WAV_UNKNOWN ? UINT32_C(0x7ffff000) :
	    bytes > WAV_MAX ? UINT32_MAX : (uint32_t)bytes;
	riff = data == UINT32_MAX ? UINT32_MAX : data + WAV_HEAD - 8;
	memcpy(head, "RIFF....WAVEfmt ", 16);
	put32(head + 4, riff);
	put32(head + 16, FORMAT_MIN);
	put32(head + 20, TAG_INT | (uint32_t)channels << 16);
	put32(head + 24, (uint32_t)rate);
	put32(head + 28, (uint32_t)rate * frame);
	put32(head + 32, frame | 16u << 16);
	memcpy(head + 36, "data", 4);
	put32(head + 40, data);
	return bytes > WAV_MAX && bytes != WAV_UNKNOWN ? -1 : 0;
}

static void
put64(unsigned char *p, uint64_t v)
{
	put32(p, (uint32_t)(v & UINT32_MAX));
	put32(p + 4, (uint32_t)(v >> 32));
}

/* EBU Tech 3306: an unused chunk reserves the place of ds64. */
void
wav_head_long(unsigned char head[WAV_HEAD_LONG], int rate, int channels,
    uint64_t bytes)
{
	enum { MORE = WAV_HEAD_LONG - WAV_HEAD };
	unsigned char plain[WAV_HEAD];
	bool large = bytes != WAV_UNKNOWN && bytes > WAV_MAX - MORE;

	(void)wav_head(plain, rate, channels, large ? WAV_MAX + 1 : bytes);
	memset(head, 0, WAV_HEAD_LONG);
	memcpy(head, plain, RIFF);
	if (!large)
		put32(head + 4, get32(plain + 4) + MORE);
	memcpy(head + RIFF + MORE, plain + RIFF, WAV_HEAD - RIFF);
	memcpy(head + RIFF, large ? "ds64" : "JUNK", 4);
	put32(head + RIFF + 4, MORE - 8);
	if (!large)
		return;
	memcpy(head, "RF64", 4);
	put64(head + RIFF + 8, bytes + WAV_HEAD_LONG - 8);
	put64(head + RIFF + 16, bytes);
	put64(head + RIFF + 24, bytes / 2 / (unsigned)channels);
}
