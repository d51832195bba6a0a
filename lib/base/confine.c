/*
 * Bare system calls: they can be made between fork and exec, and need no
 * library.  The filter refuses with EPERM, so that a library that tries
 * something it can do without carries on.
 */
#define _DEFAULT_SOURCE		/* syscall(2), O_PATH by its number */
#include "base/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* clang reports it through __has_feature */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) || \
    __has_feature(memory_sanitizer)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

#if defined(__x86_64__)
enum { OUR_ARCH = (int)AUDIT_ARCH_X86_64 };
#elif defined(__aarch64__)
enum { OUR_ARCH = (int)AUDIT_ARCH_AARCH64 };
#elif defined(__i386__)
enum { OUR_ARCH = (int)AUDIT_ARCH_I386 };
#elif defined(__arm__)
enum { OUR_ARCH = (int)AUDIT_ARCH_ARM };
#elif defined(__riscv) && __riscv_xlen == 64
enum { OUR_ARCH = (int)AUDIT_ARCH_RISCV64 };
#else
enum { OUR_ARCH = 0 };
#endif

enum {
	X32_BIT = 0x40000000,	/* marks the x32 call numbers of x86-64 */
	RULES = 192,
	PATH_ONLY = 010000000,	/* O_PATH */
	/* FS_IOC_SETFLAGS, by long's size, and FS_IOC_FSSETXATTR: for the owner
	 * of a file that is open for reading */
	SET_FLAGS = 0x40086602, SET_FLAGS32 = 0x40046602,
	SET_XFLAGS = 0x401c5820
};

/* Always refused, except to programs that may run or reach others. */
static const int runs[] = { SYS_execve, SYS_execveat };
static const int reaches[] = { SYS_socket, SYS_connect, SYS_bind, SYS_listen };
static const int denied[] = {
	SYS_ptrace,
	SYS_process_vm_readv, SYS_process_vm_writev, SYS_mount, SYS_umount2,
	SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare, SYS_add_key,
	SYS_request_key, SYS_keyctl, SYS_init_module, SYS_finit_module,
	SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_swapon,
	SYS_swapoff, SYS_open_by_handle_at, SYS_perf_event_open,
	SYS_acct, SYS_bpf, SYS_userfaultfd, 425 /* io_uring_setup */,
	438 /* pidfd_getfd */,
	/* open_tree to fspick, mount_setattr */
	428, 429, 430, 431, 432, 433, 442,
	/* what others of the user's share without a file */
	SYS_mq_open,
#ifdef SYS_shmget
	SYS_shmget, SYS_shmat, SYS_msgget, SYS_semget,
#endif
#ifdef SYS_ipc
	SYS_ipc,
#endif
};

static const int groups[] = { SYS_setsid, SYS_setpgid };

static const int modes[] = {
	SYS_fchmod, SYS_fchmodat, 452 /* fchmodat2 */, SYS_fchown,
	SYS_fchownat, SYS_utimensat, SYS_setxattr, SYS_lsetxattr,
	SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr,
	463 /* setxattrat */, 466 /* removexattrat */, 469 /* file_setattr */,
#ifdef SYS_chmod
	SYS_chmod, SYS_chown, SYS_lchown,
#endif
#ifdef SYS_utime
	SYS_utime,
#endif
#ifdef SYS_utimes
	SYS_utimes,
#endif
#ifdef SYS_futimesat
	SYS_futimesat,
#endif
#ifdef SYS_utimensat_time64
	SYS_utimensat_time64,
#endif
#ifdef SYS_fchown32
	SYS_chown32, SYS_lchown32, SYS_fchown32,
#endif
};

/* All that a separate decoding process needs. */
static const int pure[] = {
	SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_close, SYS_munmap,
	SYS_mremap, SYS_mprotect, SYS_madvise, SYS_brk, SYS_futex,
	SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_rt_sigaction,
	SYS_rt_sigprocmask, SYS_clock_gettime, SYS_clock_nanosleep,
	SYS_getpid, SYS_gettid, SYS_tgkill, SYS_restart_syscall, SYS_ppoll,
	SYS_sched_yield, SYS_fstat,
#ifdef SYS_getrandom
	SYS_getrandom,
#endif
#ifdef SYS_mmap
	SYS_mmap,
#endif
#ifdef SYS_mmap2
	SYS_mmap2,
#endif
#ifdef SYS_poll
	SYS_poll,
#endif
#ifdef SYS_clock_gettime64
	SYS_clock_gettime64,
#endif
#ifdef SYS_sigreturn
	SYS_sigreturn,
#endif
};

int
confine_gains(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static struct sock_filter
rule(unsigned code, uint32_t k, int yes, int no)
{
	struct sock_filter f = { (uint16_t)code, (uint8_t)yes, (uint8_t)no, k };

	return f;
}

/* Adds the rules for a list of n calls; returns how many there are now. */
static size_t
each(struct sock_filter *f, size_t at, const int *list, size_t n,
    uint32_t verdict)
{
	size_t i;

	for (i = 0; i < n; i++) {
		f[at++] = rule(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)list[i], 0,
		    1);
		f[at++] = rule(BPF_RET | BPF_K, verdict, 0, 0);
	}
	return at;
}

/* Refuses to put characters into a terminal's input, where the shell would run
 * them, and to change a file's attributes.  Either need only be open for
 * reading. */
static size_t
no_orders(struct sock_filter *f, size_t at, uint32_t verdict)
{
	static const int orders[] = { TIOCSTI, TIOCLINUX, SET_FLAGS,
	    SET_FLAGS32, SET_XFLAGS };
	size_t n = 2 * sizeof(orders) / sizeof(*orders);

	f[at++] = rule(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, (int)n + 2);
	/* its lower half, which all of OUR_ARCH have first */
	f[at++] = rule(BPF_LD | BPF_W | BPF_ABS,
	    offsetof(struct seccomp_data, args[1]), 0, 0);
	at = each(f, at, orders, n / 2, verdict);
	f[at++] = rule(BPF_LD | BPF_W | BPF_ABS,
	    offsetof(struct seccomp_data, nr), 0, 0);
	return at;
}

#define EACH(list, verdict) \
	each(f, at, list, sizeof(list) / sizeof(*(list)), verdict)

int
confine_calls(enum confine_calls what)
{
	size_t at = 0;
	const uint32_t no = SECCOMP_RET_ERRNO | EPERM;
	struct sock_filter f[RULES];
	struct sock_fprog prog = { .filter = f };

	if (SANITIZED || OUR_ARCH == 0) {
		errno = ENOTSUP;
		return -1;
	}
	f[at++] = rule(BPF_LD | BPF_W | BPF_ABS,
	    offsetof(struct seccomp_data, arch), 0, 0);
	f[at++] = rule(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)OUR_ARCH, 1, 0);
	f[at++] = rule(BPF_RET | BPF_K, no, 0, 0);
	f[at++] = rule(BPF_LD | BPF_W | BPF_ABS,
	    offsetof(struct seccomp_data, nr), 0, 0);
#if defined(__x86_64__)
	f[at++] = rule(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	f[at++] = rule(BPF_RET | BPF_K, no, 0, 0);
#endif
	if (what == CONFINE_PURE)
		at = EACH(pure, SECCOMP_RET_ALLOW);
	else
		at = no_orders(f, at, no);
	if (what == CONFINE_RUN || what == CONFINE_EXEC)
		at = EACH(runs, no);
	if (what != CONFINE_PURE && what != CONFINE_EXEC)
		at = EACH(reaches, no);
	if (what == CONFINE_MODES || what == CONFINE_GROUP ||
	    what == CONFINE_RUN)
		at = EACH(modes, no);
	if (what == CONFINE_GROUP)
		at = EACH(groups, no);
	if (what != CONFINE_PURE)
		at = EACH(denied, no);
	f[at++] = rule(BPF_RET | BPF_K, what == CONFINE_PURE ? no :
	    SECCOMP_RET_ALLOW, 0, 0);
	prog.len = (unsigned short)at;
	if (confine_gains() == -1)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0);
}

/* Landlock by number: the headers of Debian 12 lack half of it. */
enum { LL_CREATE = 444, LL_ADD = 445, LL_RESTRICT = 446, LL_ABI = 3,
	LL_ABI_DEVICES = 5, LL_ABI_SCOPES = 6 };
enum {
	LL_RUN = 1 << 0, LL_WRITE = 1 << 1, LL_READ = 1 << 2, LL_LIST = 1 << 3,
	LL_TRUNCATE = 1 << 14, LL_ALL = (1 << 15) - 1,
	LL_DEVICES = 1 << 15,	/* ioctl(2), as to terminals */
	LL_SIGNALS = 1 << 1,	/* only among what is confined together */
	LL_FILE = LL_RUN | LL_WRITE | LL_READ | LL_TRUNCATE,
	LL_LOOK = LL_RUN | LL_READ | LL_LIST
};

static int
abi(void)
{
	return (int)syscall(LL_CREATE, NULL, 0, 1);
}

/* One folder or file; one that does not exist needs no rule.  A device that is
 * named itself takes orders, too. */
static int
allow(int set, const char *path, uint64_t rights, uint64_t device)
{
	struct { uint64_t rights; int32_t fd; } rule1 = { rights, -1 };
	/* the kernel's is packed: eight bytes and four */
	int fd = open(path, PATH_ONLY | O_CLOEXEC), r;

	if (fd == -1)
		return 0;
	rule1.fd = fd;
	r = (int)syscall(LL_ADD, set, 1, &rule1, 0);
	if (r == -1 && errno == EINVAL) {	/* not a folder */
		rule1.rights = (rights & LL_FILE) | device;
		r = (int)syscall(LL_ADD, set, 1, &rule1, 0);
	}
	close(fd);
	return r;
}

int
confine_files(const char *const *readable, const char *const *writable)
{
	static const char *const devices[] = { "/dev/null", "/dev/zero",
	    "/dev/full", "/dev/random", "/dev/urandom", NULL };
	uint64_t handled[3] = { LL_ALL, 0, LL_SIGNALS }, device = 0;
	int set, r = 0, saved, i, version = abi();

	if (version < LL_ABI) {
		errno = ENOTSUP;
		return -1;
	}
	if (version >= LL_ABI_DEVICES)
		device = LL_DEVICES;
	handled[0] |= device;
	set = (int)syscall(LL_CREATE, handled, version >= LL_ABI_SCOPES ?
	    sizeof(handled) : sizeof(*handled), 0);
	if (set == -1)
		return -1;
	for (; r == 0 && *readable != NULL; readable++)
		r = allow(set, *readable, LL_LOOK, device);
	for (; r == 0 && *writable != NULL; writable++)
		r = allow(set, *writable, LL_ALL | device, device);
	for (i = 0; r == 0 && devices[i] != NULL; i++)
		r = allow(set, devices[i], LL_WRITE | LL_READ | device, 0);
	if (r == 0)
		r = confine_gains();
	if (r == 0)
		r = (int)syscall(LL_RESTRICT, set, 0);
	saved = errno;
	close(set);
	errno = saved;
	return r;
}

int
confine_able(void)
{
	if (!SANITIZED && OUR_ARCH != 0 && abi() >= LL_ABI &&
	    prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != -1)
		return 0;
	errno = ENOTSUP;
	return -1;
}

int
confine_self(enum confine_calls what, const char *const *readable,
    const char *const *writable)
{
	int calls, files, saved;

	if (SANITIZED) {
		errno = ENOTSUP;
		return -1;
	}
	files = readable == NULL ? 0 : confine_files(readable, writable);
	saved = errno;
	calls = confine_calls(what);
	if (files == -1 && calls == 0)
		errno = saved;
	return files == -1 || calls == -1 ? -1 : 0;
}
