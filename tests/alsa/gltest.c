/*
 * An ALSA device without hardware, for the tests: `pcm.x { type gltest ... }`.
 * Its clock is CLOCK_MONOTONIC, exact to the sample, so what it has played at
 * an instant is a matter of arithmetic; what it consumed goes to a file, what
 * it records comes from a file and from the air, and it vanishes, suspends and
 * underruns when told.  All keys are optional:
 *
 *	out FILE	playback: every byte the "hardware" consumed, appended
 *	times FILE	lines "event us total": start, stop, xrun, gone, suspend,
 *			resume, with the monotonic time and the frames consumed
 *			until then over all openings; so sample k after a start
 *			was heard at us + k / rate / speed
 *	in FILE		capture: s16 samples; silence after its end
 *	pos FILE	where the capture stands in it, kept over openings
 *	air FILE	a room: what is played is heard by the capture at the
 *			same instant (same rate, one channel, same speed)
 *	speed N		the clock runs N times too fast
 *	rate N, channels N	the only ones it has
 *	format NAME	the only one it has, as S24_3LE; else S16_LE.  in and
 *			out have it too
 *	step N		its position moves by so many frames at once
 *	quiet 1		an underrun is not told, as by a sound server: it waits
 *			for more, in whole steps
 *	latency N	frames that delay() tells beyond the buffer
 *	untimed FILE	while it exists delay() tells 0, as a sound server that
 *			does not know its timing
 *	max N		the largest buffer, in frames
 *	gone FILE	while it exists the device does not (ENODEV)
 *	suspend FILE	while it exists the device is suspended (ESTRPIPE)
 *	noresume 1	after that it has forgotten its buffer
 *	still FILE	while it exists the clock stands (a suspended server)
 *	fault KIND, fault_at N	at that frame: nodev, suspend (each makes its
 *			file) or xrun (the clock jumps to the buffer's end)
 */
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { AIR = 1 << 20 };		/* samples in the room's ring */

struct dev {
	snd_pcm_ioplug_t io;
	int timer, out, times, in;
	const char *pos, *gone, *suspend, *still, *untimed, *fault;
	char *text[12];			/* the strings above, owned */
	int ntext;
	double speed;
	snd_pcm_format_t format;
	unsigned width;			/* bytes of a sample */
	long rate, channels, step, latency, max, fault_at;
	bool noresume, quiet;
	snd_pcm_uframes_t avail_min;
	_Atomic uint64_t *air;		/* index << 16 | sample */
	uint64_t air0;			/* index of this start's frame 0 */
	unsigned char *ring;
	size_t frame;
	bool running, xrun, lost, slept;
	double t0;			/* us of frame 0 of this start */
	double halt;			/* when the clock stood still, or 0 */
	uint64_t hw;			/* frames since prepare */
	uint64_t total;			/* over all openings */
};

static double
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static double
per_us(const struct dev *d)
{
	return d->io.rate * d->speed / 1e6;
}

static void
note(struct dev *d, const char *event, double us)
{
	char line[80];
	int n;

	if (d->times < 0)
		return;
	n = snprintf(line, sizeof line, "%s %.0f %llu\n", event, us,
	    (unsigned long long)d->total);
	if (write(d->times, line, (size_t)n) != n)
		abort();
}

static bool
there(const char *path)
{
	return path && access(path, F_OK) == 0;
}

static void
make(const char *path)
{
	int fd;

	if (path && (fd = open(path, O_WRONLY | O_CREAT, 0600)) >= 0)
		close(fd);
}

/* Frames [from, to) of this start become audible in the room, or are taken
 * back. */
static void
publish(struct dev *d, uint64_t from, uint64_t to, bool heard)
{
	uint64_t i, k;
	int16_t s;

	if (!d->air || !d->running)
		return;
	for (k = from; k < to; k++) {
		i = d->air0 + k;
		memcpy(&s, d->ring + k % d->io.buffer_size * d->frame, 2);
		atomic_store(&d->air[i % AIR],
		    heard ? i << 16 | (uint16_t)s : 0);
	}
}

/* The hardware takes frames [hw, to) from the ring. */
static void
eat(struct dev *d, uint64_t to)
{
	uint64_t n;
	size_t at, len;

	for (; d->hw < to; d->hw += n, d->total += n) {
		at = d->hw % d->io.buffer_size;
		n = d->io.buffer_size - at;
		if (n > to - d->hw)
			n = to - d->hw;
		len = n * d->frame;
		if (d->io.stream == SND_PCM_STREAM_PLAYBACK && d->out >= 0 &&
		    write(d->out, d->ring + at * d->frame, len) !=
		    (ssize_t)len)
			abort();
	}
}

/* Whether the fault's frame lies before `to`; it fires once in a lifetime of
 * the total. */
static bool
due(struct dev *d, uint64_t to)
{
	return d->fault && d->fault_at > 0 &&
	    d->total < (uint64_t)d->fault_at &&
	    d->total + (to - d->hw) >= (uint64_t)d->fault_at;
}

static void
vanish(struct dev *d, double us)
{
	publish(d, d->hw, d->io.appl_ptr, false);
	d->lost = true;
	d->running = false;
	note(d, "gone", us);
	snd_pcm_ioplug_set_state(&d->io, SND_PCM_STATE_DISCONNECTED);
}

static void
sleep_now(struct dev *d, double us)
{
	publish(d, d->hw, d->io.appl_ptr, false);
	d->slept = true;
	d->halt = us;
	note(d, "suspend", us);
	snd_pcm_ioplug_set_state(&d->io, SND_PCM_STATE_SUSPENDED);
}

/* Where the hardware is by the clock; may make the clock stand or jump. */
static uint64_t
place(struct dev *d, double us)
{
	uint64_t to;

	if (there(d->still)) {
		if (d->halt == 0)
			d->halt = us;
		return d->hw;
	}
	if (d->halt > 0) {
		d->t0 += us - d->halt;
		d->halt = 0;
	}
	to = (uint64_t)((us - d->t0) * per_us(d));
	if (d->step > 1)
		to -= to % (uint64_t)d->step;
	return to < d->hw ? d->hw : to;
}

/* Acts on the fault; returns the frame at which the hardware stops. */
static uint64_t
trip(struct dev *d, double us, uint64_t to)
{
	uint64_t at = d->hw + ((uint64_t)d->fault_at - d->total);
	const char *kind = d->fault;

	d->fault = NULL;
	if (strcmp(kind, "xrun") == 0) {
		d->t0 = us - (double)(d->io.appl_ptr + 1) / per_us(d);
		if (d->io.stream == SND_PCM_STREAM_CAPTURE)
			d->t0 -= (double)d->io.buffer_size / per_us(d);
		return place(d, us);
	}
	eat(d, at);
	if (strcmp(kind, "nodev") == 0) {
		make(d->gone);
		vanish(d, us);
	} else {
		make(d->suspend);
		sleep_now(d, us);
	}
	return to < at ? to : at;
}

/* Brings the hardware up to now. */
static void
run(struct dev *d)
{
	double us = now_us();
	uint64_t to;

	if (d->lost || d->slept)
		return;
	if (there(d->gone)) {
		if (d->running)
			eat(d, d->io.stream == SND_PCM_STREAM_PLAYBACK &&
			    place(d, us) > d->io.appl_ptr ? d->io.appl_ptr :
			    place(d, us));
		vanish(d, us);
		return;
	}
	if (!d->running || d->xrun)
		return;
	to = place(d, us);
	if (due(d, to)) {
		to = trip(d, us, to);
		if (d->lost || d->slept)
			return;
	}
	if (d->quiet && to > d->io.appl_ptr) {
		note(d, "dry", us);
		to = d->io.appl_ptr;
		if (d->step > 1)
			to -= to % (uint64_t)d->step;
		to = to < d->hw ? d->hw : to;
		d->t0 = us - (double)to / per_us(d);
	} else if (d->io.stream == SND_PCM_STREAM_PLAYBACK &&
	    to > d->io.appl_ptr) {
		to = d->io.appl_ptr;
		d->xrun = true;
	} else if (d->io.stream == SND_PCM_STREAM_CAPTURE &&
	    to > d->io.appl_ptr + d->io.buffer_size) {
		d->xrun = true;
	}
	eat(d, to);
	if (d->xrun)
		note(d, "xrun", us);
	else if (there(d->suspend))
		sleep_now(d, us);
}

static snd_pcm_sframes_t
dev_pointer(snd_pcm_ioplug_t *io)
{
	struct dev *d = io->private_data;

	run(d);
	return d->xrun ? -EPIPE : (snd_pcm_sframes_t)d->hw;
}

static int
dev_start(snd_pcm_ioplug_t *io)
{
	struct dev *d = io->private_data;

	d->t0 = now_us();
	d->halt = 0;
	d->running = true;
	d->air0 = (uint64_t)(d->t0 * per_us(d));
	note(d, "start", d->t0);
	if (io->stream == SND_PCM_STREAM_PLAYBACK)
		publish(d, 0, io->appl_ptr, true);
	return 0;
}

static int
dev_stop(snd_pcm_ioplug_t *io)
{
	struct dev *d = io->private_data;
	double us = now_us();
	uint64_t to;

	if (d->running && !d->lost && !d->slept && !d->xrun) {
		to = place(d, us);
		if (io->stream == SND_PCM_STREAM_PLAYBACK &&
		    to > io->appl_ptr)
			to = io->appl_ptr;
		eat(d, to);
		if (io->stream == SND_PCM_STREAM_PLAYBACK)
			publish(d, d->hw, io->appl_ptr, false);
		note(d, "stop", us);
	}
	d->running = d->slept = false;
	return 0;
}

/* One sample of the capture: the file's and the room's. */
static int16_t
hear(struct dev *d, uint64_t k, int16_t s)
{
	uint64_t i, w;
	int v = s;

	if (d->air) {
		i = d->air0 + k;
		w = atomic_load(&d->air[i % AIR]);
		if (w >> 16 == (i & (UINT64_MAX >> 16)))
			v += (int16_t)(w & 0xffff);
	}
	return (int16_t)(v > 32767 ? 32767 : v < -32768 ? -32768 : v);
}

static void
capture(struct dev *d, unsigned char *dst, uint64_t from, size_t n)
{
	uint64_t base = d->total - d->hw;
	ssize_t got = 0;
	int16_t s;
	size_t i;

	memset(dst, 0, n * d->frame);
	if (d->in >= 0)
		got = pread(d->in, dst, n * d->frame,
		    (off_t)((base + from) * d->frame));
	if (got < 0)
		abort();
	for (i = 0; d->air && i < n * d->io.channels; i++) {
		memcpy(&s, dst + 2 * i, 2);
		s = hear(d, from + i / d->io.channels, s);
		memcpy(dst + 2 * i, &s, 2);
	}
}

static snd_pcm_sframes_t
dev_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas,
    snd_pcm_uframes_t offset, snd_pcm_uframes_t size)
{
	struct dev *d = io->private_data;
	unsigned char *p = (unsigned char *)areas->addr +
	    (areas->first + areas->step * offset) / 8;
	snd_pcm_uframes_t i, n;

	if (io->stream == SND_PCM_STREAM_CAPTURE) {
		capture(d, p, io->appl_ptr, size);
		return (snd_pcm_sframes_t)size;
	}
	run(d);
	for (i = 0; i < size; i += n) {
		n = io->buffer_size - (io->appl_ptr + i) % io->buffer_size;
		if (n > size - i)
			n = size - i;
		memcpy(d->ring + (io->appl_ptr + i) % io->buffer_size *
		    d->frame, p + i * d->frame, n * d->frame);
	}
	publish(d, io->appl_ptr, io->appl_ptr + size, true);
	return (snd_pcm_sframes_t)size;
}

static int
dev_hw_params(snd_pcm_ioplug_t *io, snd_pcm_hw_params_t *params)
{
	struct dev *d = io->private_data;
	struct stat st;

	(void)params;
	d->frame = d->width * io->channels;
	free(d->ring);
	d->ring = calloc(io->buffer_size, d->frame);
	if (d->out >= 0 && fstat(d->out, &st) == 0)
		d->total = (uint64_t)st.st_size / d->frame;
	return d->ring ? 0 : -ENOMEM;
}

static int
dev_sw_params(snd_pcm_ioplug_t *io, snd_pcm_sw_params_t *params)
{
	struct dev *d = io->private_data;

	snd_pcm_sw_params_get_avail_min(params, &d->avail_min);
	return 0;
}

static int
dev_prepare(snd_pcm_ioplug_t *io)
{
	struct dev *d = io->private_data;

	if (d->lost || there(d->gone))
		return -ENODEV;
	if (there(d->suspend))
		return -ESTRPIPE;
	d->slept = d->xrun = d->running = false;
	d->hw = 0;
	return 0;
}

static int
dev_resume(snd_pcm_ioplug_t *io)
{
	struct dev *d = io->private_data;
	double us = now_us();

	if (!d->slept || there(d->suspend) || d->noresume)
		return -EAGAIN;
	d->slept = false;
	d->t0 += us - d->halt;
	d->halt = 0;
	note(d, "resume", us);
	snd_pcm_ioplug_set_state(io, SND_PCM_STATE_RUNNING);
	return 0;
}

static int
dev_delay(snd_pcm_ioplug_t *io, snd_pcm_sframes_t *delay)
{
	struct dev *d = io->private_data;

	run(d);
	if (d->lost)
		return -ENODEV;
	if (d->slept)
		return -ESTRPIPE;
	if (d->xrun)
		return -EPIPE;
	*delay = there(d->untimed) ? 0 :
	    io->stream == SND_PCM_STREAM_PLAYBACK ?
	    (snd_pcm_sframes_t)(io->appl_ptr - d->hw) + d->latency :
	    (snd_pcm_sframes_t)(d->hw - io->appl_ptr);
	return 0;
}

/* Frames that the program may move now. */
static snd_pcm_uframes_t
avail(struct dev *d)
{
	snd_pcm_uframes_t a = d->io.appl_ptr;

	return d->io.stream == SND_PCM_STREAM_CAPTURE ? d->hw - a :
	    d->io.buffer_size - (a - d->hw);
}

/* The timer stays readable while the program may act, and otherwise rings when
 * it may, but at least once a period. */
static int
dev_revents(snd_pcm_ioplug_t *io, struct pollfd *pfd, unsigned int n,
    unsigned short *revents)
{
	struct dev *d = io->private_data;
	unsigned short go = io->stream == SND_PCM_STREAM_CAPTURE ?
	    POLLIN : POLLOUT;
	struct itimerspec it = { { 0, 0 }, { 0, 1000 } };
	double lack, period = (double)io->period_size;
	uint64_t gone;

	(void)pfd;
	(void)n;
	run(d);
	*revents = 0;
	if (d->lost || d->slept || d->xrun) {
		*revents = go | POLLERR;
		return 0;
	}
	if (avail(d) >= d->avail_min) {
		*revents = go;
		return 0;
	}
	lack = (double)(d->avail_min - avail(d));
	if (lack > period || !d->running)
		lack = period;
	it.it_value.tv_nsec = (long)(lack / per_us(d) * 1e3) + 1000;
	it.it_value.tv_sec = it.it_value.tv_nsec / 1000000000;
	it.it_value.tv_nsec %= 1000000000;
	if (read(d->timer, &gone, sizeof gone) < 0 && errno != EAGAIN)
		return -errno;
	return timerfd_settime(d->timer, 0, &it, NULL) == 0 ? 0 : -errno;
}

static void
release(struct dev *d)
{
	if (d->out >= 0)
		close(d->out);
	if (d->times >= 0)
		close(d->times);
	if (d->in >= 0)
		close(d->in);
	if (d->timer >= 0)
		close(d->timer);
	if (d->air)
		munmap((void *)d->air, AIR * sizeof *d->air);
	while (d->ntext > 0)
		free(d->text[--d->ntext]);
	free(d->ring);
	free(d);
}

static int
dev_close(snd_pcm_ioplug_t *io)
{
	struct dev *d = io->private_data;
	FILE *f;

	dev_stop(io);
	if (d->pos && (f = fopen(d->pos, "w"))) {
		fprintf(f, "%llu\n", (unsigned long long)d->total);
		fclose(f);
	}
	release(d);
	return 0;
}

static const snd_pcm_ioplug_callback_t playback = {
	.start = dev_start, .stop = dev_stop, .pointer = dev_pointer,
	.transfer = dev_transfer, .close = dev_close,
	.hw_params = dev_hw_params, .sw_params = dev_sw_params,
	.prepare = dev_prepare, .resume = dev_resume, .delay = dev_delay,
	.poll_revents = dev_revents
};

static int
map_air(struct dev *d, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *p;

	if (fd < 0 || ftruncate(fd, AIR * (off_t)sizeof *d->air) < 0)
		return -errno;
	p = mmap(NULL, AIR * sizeof *d->air, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return -errno;
	d->air = p;
	return 0;
}

static int
append(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : fd;
}

static int
config_path(struct dev *d, const char *id, const char *s, bool plays)
{
	const struct { const char *id, **to; } names[] = {
		{ "pos", &d->pos }, { "gone", &d->gone },
		{ "suspend", &d->suspend }, { "still", &d->still },
		{ "untimed", &d->untimed },
		{ "fault", &d->fault }, { NULL, NULL }
	};
	int i;

	for (i = 0; names[i].id; i++)
		if (strcmp(id, names[i].id) == 0)
			return (*names[i].to = s) ? 0 : -EINVAL;
	if (strcmp(id, "air") == 0)
		return map_air(d, s);
	if (strcmp(id, "times") == 0)
		return (d->times = append(s)) < 0 ? d->times : 0;
	if (strcmp(id, "out") == 0)
		return !plays ? 0 : (d->out = append(s)) < 0 ? d->out : 0;
	if (strcmp(id, "in") == 0)
		return plays ? 0 :
		    (d->in = open(s, O_RDONLY | O_CLOEXEC)) < 0 ? -errno : 0;
	SNDERR("gltest: unknown key %s", id);
	return -EINVAL;
}

static int
config_one(struct dev *d, snd_config_t *n, const char *id, bool plays)
{
	const struct { const char *id; long *to; } numbers[] = {
		{ "rate", &d->rate }, { "channels", &d->channels },
		{ "step", &d->step }, { "latency", &d->latency },
		{ "max", &d->max }, { "fault_at", &d->fault_at },
		{ NULL, NULL }
	};
	const char *s;
	long v;
	int i;

	for (i = 0; numbers[i].id; i++)
		if (strcmp(id, numbers[i].id) == 0)
			return snd_config_get_integer(n, numbers[i].to);
	if (strcmp(id, "speed") == 0)
		return snd_config_get_ireal(n, &d->speed);
	if (strcmp(id, "noresume") == 0) {
		i = snd_config_get_integer(n, &v);
		d->noresume = v != 0;
		return i;
	}
	if (strcmp(id, "quiet") == 0) {
		i = snd_config_get_integer(n, &v);
		d->quiet = v != 0;
		return i;
	}
	if (snd_config_get_string(n, &s) < 0 || d->ntext == 10)
		return -EINVAL;
	if (strcmp(id, "format") == 0) {
		d->format = snd_pcm_format_value(s);
		i = snd_pcm_format_physical_width(d->format);
		d->width = (unsigned)i / 8;
		return i < 0 ? i : 0;
	}
	d->text[d->ntext] = strdup(s);
	return config_path(d, id, d->text[d->ntext++], plays);
}

static int
config(struct dev *d, snd_config_t *conf, bool plays)
{
	snd_config_iterator_t i, next;
	const char *id;
	int err;

	snd_config_for_each(i, next, conf) {
		snd_config_t *n = snd_config_iterator_entry(i);

		if (snd_config_get_id(n, &id) < 0 ||
		    strcmp(id, "comment") == 0 || strcmp(id, "type") == 0 ||
		    strcmp(id, "hint") == 0)
			continue;
		if ((err = config_one(d, n, id, plays)) < 0)
			return err;
	}
	return 0;
}

static int
limits(struct dev *d)
{
	static const unsigned access[] = {
		SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_ACCESS_MMAP_INTERLEAVED
	};
	const unsigned format[] = { (unsigned)d->format };
	snd_pcm_ioplug_t *io = &d->io;
	unsigned frame = d->width * (d->channels ? (unsigned)d->channels : 1);
	unsigned most = d->max ? frame * (unsigned)d->max : 1 << 20;

	return snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, 2,
	    access) < 0 ||
	    snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, 1,
	    format) < 0 ||
	    snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_CHANNELS,
	    d->channels ? (unsigned)d->channels : 1,
	    d->channels ? (unsigned)d->channels : 8) < 0 ||
	    snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_RATE,
	    d->rate ? (unsigned)d->rate : 4000,
	    d->rate ? (unsigned)d->rate : 192000) < 0 ||
	    snd_pcm_ioplug_set_param_minmax(io,
	    SND_PCM_IOPLUG_HW_PERIOD_BYTES, 16 * frame, most / 2) < 0 ||
	    snd_pcm_ioplug_set_param_minmax(io,
	    SND_PCM_IOPLUG_HW_BUFFER_BYTES, 32 * frame, most) < 0 ||
	    snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIODS, 2,
	    1024) < 0 ? -EINVAL : 0;
}

SND_PCM_PLUGIN_DEFINE_FUNC(gltest);

SND_PCM_PLUGIN_DEFINE_FUNC(gltest)
{
	struct itimerspec soon = { { 0, 0 }, { 0, 1000 } };
	struct dev *d = calloc(1, sizeof *d);
	FILE *f;
	int err;

	(void)root;
	if (!d)
		return -ENOMEM;
	d->out = d->times = d->in = -1;
	d->speed = 1;
	d->format = SND_PCM_FORMAT_S16_LE;
	d->width = 2;
	d->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	err = config(d, conf, stream == SND_PCM_STREAM_PLAYBACK);
	if (err == 0 && there(d->gone))
		err = -ENODEV;
	if (err == 0 && d->timer < 0)
		err = -EMFILE;
	if (err < 0)
		goto fail;
	if (stream == SND_PCM_STREAM_CAPTURE && d->pos &&
	    (f = fopen(d->pos, "r"))) {
		unsigned long long at;

		if (fscanf(f, "%llu", &at) == 1)
			d->total = at;
		fclose(f);
	}
	timerfd_settime(d->timer, 0, &soon, NULL);
	d->io.version = SND_PCM_IOPLUG_VERSION;
	d->io.name = "test device";
	d->io.flags = SND_PCM_IOPLUG_FLAG_BOUNDARY_WA;
	d->io.callback = &playback;
	d->io.private_data = d;
	d->io.poll_fd = d->timer;
	d->io.poll_events = POLLIN;
	if ((err = snd_pcm_ioplug_create(&d->io, name, stream, mode)) < 0)
		goto fail;
	if ((err = limits(d)) < 0) {
		snd_pcm_ioplug_delete(&d->io);
		return err;
	}
	*pcmp = d->io.pcm;
	return 0;
fail:
	release(d);
	return err;
}

SND_PCM_PLUGIN_SYMBOL(gltest)
