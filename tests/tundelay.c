/*
 * A cable for the tests: one TUN device in each of two network namespaces, and
 * what one takes in comes out of the other after a delay, but for what is lost
 * by chance.
 *
 *	tundelay NAMESPACE NAMESPACE DELAY_MS [LOSS_PERCENT]
 *
 * Says "ready" once both devices (tun0) are there; addresses are the caller's.
 * A 0 on standard input cuts the cable, a 1 mends it, its end ends all; each
 * is answered by a line.
 */
#define _GNU_SOURCE		/* setns() */
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum { PACKETS = 8192, PACKET_MAX = 2048 };

struct packet {
	int64_t due;
	int to;
	ssize_t len;
	unsigned char data[PACKET_MAX];
};

struct cable {
	int tun[2];
	int64_t delay;
	double loss;
	bool cut;
	struct packet *ring;	/* all have the same delay: in order */
	size_t first, count;
};

static int
tun_open(const char *ns)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	char *path = mem_printf("/var/run/netns/%s", ns);
	int fd = open(path, O_RDONLY | O_CLOEXEC), tun;

	if (fd == -1 || setns(fd, CLONE_NEWNET) == -1)
		log_die(CODE_IO, "%s:", path);
	close(fd);
	free(path);
	tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "tun0");
	if (tun == -1 || ioctl(tun, TUNSETIFF, &ifr) == -1)
		log_die(CODE_IO, "/dev/net/tun:");
	return tun;
}

static void
take(struct cable *c, int from)
{
	struct packet *p, none;

	for (;;) {
		p = c->count == PACKETS ? &none :
		    &c->ring[(c->first + c->count) % PACKETS];
		p->len = read(c->tun[from], p->data, sizeof(p->data));
		if (p->len <= 0)
			return;
		p->due = clock_ms() + c->delay;
		p->to = !from;
		if (p != &none && !c->cut && drand48() * 100 >= c->loss)
			c->count++;
	}
}

/* Delivers what is due; how long the next has to wait. */
static int
deliver(struct cable *c)
{
	struct packet *p;
	int64_t left;

	for (; c->count > 0; c->count--) {
		p = &c->ring[c->first];
		left = p->due - clock_ms();
		if (left > 0 && !c->cut)
			return (int)left;
		/* a packet that the device does not take is lost */
		if (!c->cut && write(c->tun[p->to], p->data,
		    (size_t)p->len) == -1)
			log_info(1, "packet not taken:");
		c->first = (c->first + 1) % PACKETS;
	}
	return -1;
}

static void
command(struct cable *c)
{
	char ch;

	if (read(0, &ch, 1) != 1)
		exit(CODE_OK);
	if (ch == '\n')
		return;
	c->cut = ch == '0';
	puts(c->cut ? "cut" : "mended");
	fflush(stdout);
}

int
main(int argc, char *argv[])
{
	struct cable c = { .delay = 0 };
	struct pollfd p[3];
	int i;

	log_init("tundelay");
	if (argc < 4)
		log_die(CODE_USAGE, "usage: tundelay NAMESPACE NAMESPACE "
		    "DELAY_MS [LOSS_PERCENT]");
	c.delay = strtol(argv[3], NULL, 10);
	c.loss = argc > 4 ? strtod(argv[4], NULL) : 0;
	c.ring = mem_alloc(PACKETS * sizeof(*c.ring));
	for (i = 0; i < 2; i++)
		c.tun[i] = tun_open(argv[1 + i]);
	puts("ready");
	fflush(stdout);
	for (;;) {
		for (i = 0; i < 3; i++) {
			p[i].fd = i < 2 ? c.tun[i] : 0;
			p[i].events = POLLIN;
		}
		poll(p, 3, deliver(&c));
		for (i = 0; i < 2; i++)
			take(&c, i);
		if (p[2].revents != 0)
			command(&c);
	}
}
