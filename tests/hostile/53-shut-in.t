# What shuts itself in: whatever a program needs is not refused, and what a
# decoder or gl-conv would do if somebody took it over is.
. "$(dirname "$0")/../tap.sh"
emulator --speed 20
strace -o /dev/null true 2>/dev/null || {
	skip "programs under their filters" "no strace here"; tap_done; exit
}
[ "$(grep -c __asan_init "$B/gl-conv")" = 0 ] || {
	skip "programs under their filters" "a build with a sanitizer has none"
	tap_done; exit
}
# traced COMMAND...: what failed with EPERM or EACCES once the filter stood
traced() {
	timeout 60 strace -f -qq -o calls "$@" >out 2>err
	code=$?
	python3 - <<'END' >refused
import re
shut = False
for line in open("calls", errors="replace"):
    if re.search(r"SECCOMP_MODE_FILTER|landlock_restrict_self", line) and \
            line.rstrip().endswith("= 0"):
        shut = True
    elif shut and re.search(r"= -1 E(PERM|ACCES)\b", line):
        print(line.split(None, 1)[1].strip()[:100])
END
	grep -qE 'SECCOMP_MODE_FILTER.*= 0|landlock_restrict_self.*= 0' calls
	closed=$?
}
fine() { # WHAT
	is "$1: it ends as without" "$code" 0
	is "$1: it is shut in" "$closed" 0
	is "$1: nothing it needs is refused" "$(cat refused)" ''
}

python3 -c 'import sys, math, struct
sys.stdout.buffer.write(b"".join(struct.pack("<h",
    int(9000 * math.sin(i / 9))) for i in range(32000)))' >q.pcm
gl-session -r --record call.gl -f stream <q.pcm >answer.gl 2>err
for t in text json wav pcm html svg srt vtt summary table; do
	traced gl-conv -t $t call.gl; fine "gl-conv -t $t"
	traced gl-conv -t $t -o "made.$t" answer.gl; fine "gl-conv -t $t -o"
	cat call.gl >pipe.in
	traced sh -c "cat pipe.in | gl-conv -t $t | cat"
	fine "gl-conv -t $t in a pipe"
done
traced gl-conv -t html --audio made.ogg -o made.html call.gl
fine "a page with its sound beside it"
mkdir deep
traced gl-conv -t html --audio deep/made.ogg -o made.html call.gl
fine "in another folder"
echo '{"models":{}}' >prices
traced gl-conv -t table --prices prices call.gl answer.gl call.gl
fine "figures of several"
# on a terminal it shares the row with others, by a file that it has to have; its
# name is seen by root alone, since the program's memory is not to be read
for t in text json; do
	traced script -qec "gl-conv -t $t call.gl" typescript
	fine "gl-conv -t $t on a terminal"
	like "gl-conv -t $t on a terminal: what others write there is known" \
	    calls '(/gl-row-[^ ]*|[( ]0x[0-9a-f]+), O_RDWR\|O_CREAT\|O_NONBLOCK\|O_NOFOLLOW.*( = [0-9]|unfinished)'
done
mkfifo fifo
cat fifo >fifo.out & traced gl-conv -t wav -o fifo call.gl; wait $!
fine "into a FIFO"
traced gl-conv -t json --progress call.gl; fine "with progress"
echo hello >question
traced sh -c 'exec gl-session -t --state st --record r.gl --trace tr <question'
fine "gl-session, with all its files"
traced sh -c 'exec gl-session -r -f pcm <q.pcm'; fine "gl-session, raw"
echo AIzaKey >key; chmod 600 key
traced sh -c 'exec gl-session -t --key-file key <question'
fine "gl-session with a key"
djpeg -version >/dev/null 2>&1 && cjpeg -version >/dev/null 2>&1 && {
	printf 'P6 64 48 255\n' >p.ppm; head -c 9216 /dev/zero >>p.ppm
	cjpeg p.ppm >p.jpg
	traced gl-frames p.jpg; fine "gl-frames"
}
# what -v says, and what it does not
run 0 gl-conv -v call.gl
unlike "nothing lacks here" err 'not confined'
gl-session -vv -t --token-cmd 'echo x' <question >out 2>err
like "a session that runs programs says so" err 'not confined: it runs programs'

# taken over: the calls are made in its place, by a debugger that a program
# cannot tell from itself
cat >taken.py <<'END'
"""Stops a program once its filter stands and makes it call."""
import ctypes, os, platform, re, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)
if platform.machine() != "x86_64":
    print("skip"); sys.exit()
class Regs(ctypes.Structure):
    _fields_ = [(n, ctypes.c_ulong) for n in ("r15 r14 r13 r12 rbp rbx r11 r10 "
        "r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base "
        "gs_base ds es fs gs").split()]
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p,
    ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long
PEEK, POKE, CONT, GET, SET, ATTACH, DETACH = 2, 5, 7, 12, 13, 16, 17
STEP = 9
pid = int(sys.argv[1])
def trace(what, addr=None, data=None):
    ctypes.set_errno(0)
    r = libc.ptrace(what, pid, addr, data)
    if r == -1 and ctypes.get_errno():
        raise OSError(ctypes.get_errno(), "ptrace %d" % what)
    return r
trace(ATTACH); os.waitpid(pid, 0)
old = Regs(); trace(GET, None, ctypes.byref(old))
def call(number, a=0, b=0, c=0, text=None):
    r = Regs.from_buffer_copy(old)
    r.rsp = (old.rsp - 4096) & ~15
    if text:
        data = text + b"\0" * (8 - len(text) % 8)
        for i in range(0, len(data), 8):
            trace(POKE, r.rsp + i, int.from_bytes(data[i:i + 8], "little"))
        if a == "text": a = r.rsp
        if b == "text": b = r.rsp
    code = trace(PEEK, old.rip)
    trace(POKE, old.rip, (code & ~0xffff) | 0x050f)
    r.rax, r.orig_rax, r.rdi, r.rsi, r.rdx = number, 2**64 - 1, a, b, c
    trace(SET, None, ctypes.byref(r)); trace(STEP); os.waitpid(pid, 0)
    trace(GET, None, ctypes.byref(r))
    trace(POKE, old.rip, code)
    n = r.rax if r.rax < 2**63 else r.rax - 2**64
    return n
names = { -1: "refused", -13: "refused" }
def show(what, n):
    print(what, names.get(n, "done" if n >= 0 else "error %d" % n))
show("open", call(257, 2**64 - 100, "text", 0, b"/etc/passwd"))
show("write", call(257, 2**64 - 100, "text", 0o101, b"./loot"))
show("socket", call(41, 2, 1, 0))
show("unix", call(41, 1, 1, 0))
show("exec", call(59, "text", 0, 0, b"/bin/true"))
trace(SET, None, ctypes.byref(old)); trace(DETACH)
END
# shut PID: whether a filter stands there
shut() { grep -q '^Seccomp:.*2' "/proc/$1/status"; }
taken() { # WHAT PID: the verdicts of the five calls
	wait_for "$1 is shut in" shut "$2"
	python3 taken.py "$2" >verdict 2>&1
	if grep -q '^skip' verdict; then
		skip "$1 taken over" "for x86-64 only"
		return
	elif [ "$(id -u)" != 0 ]; then
		like "nobody but root gets into $1" verdict \
		    'PermissionError.* ptrace 16'
		return
	fi
	is "$1, taken over, can do nothing" "$(tr '\n' ' ' <verdict)" "$3"
}
mkfifo hold; exec 8<>hold
gl-conv hold >out 2>err & conv=$!; tap_pids="$tap_pids $conv"
taken gl-conv $conv \
    'open refused write refused socket refused unix refused exec refused '
# its decoder starts with the first picture
mkfifo film; exec 7<>film
# descriptors that somebody left open are not the decoder's
cat >many.py <<'END'
import os, resource, sys
for fd in 9, 250:
    os.dup2(2, fd, True)
try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (2100, 2100))
    os.dup2(2, 2000, True)
except (OSError, ValueError):
    pass
os.execvp(sys.argv[1], sys.argv[1:])
END
python3 many.py gl-frames <film >out 2>err & frames=$!
tap_pids="$tap_pids $frames"
for i in 1 2; do printf 'P6 64 48 255\n'; head -c 9216 /dev/zero; done >&7
kid=
kid() {
	[ "$(cat "/proc/$frames/comm")" = gl-frames ] &&
	    kid=$(cat "/proc/$frames/task/$frames/children") && [ -n "$kid" ]
}
wait_for "its decoder runs" kid
taken "gl-frames' decoder" "${kid% }" \
    'open refused write refused socket refused unix refused exec refused '
if [ "$(id -u)" = 0 ]; then
	is "it has its orders and standard error open, and no more" \
	    "$(ls "/proc/${kid% }/fd" | tr '\n' ' ')" '0 2 '
else
	skip "what it has open" "only root sees it"
fi
ok "nothing was made" [ ! -e loot ]
# so are the programs that decode what it does not: whatever a GIF, a WebP or a
# HEIC makes of them, they send nothing and write nothing
mkdir bin pics
for p in ffmpeg dwebp heif-convert; do
	cat >bin/$p <<'END'
#!/bin/sh
python3 -c 'import socket
socket.socket()' 2>/dev/null && exit 9
echo x 2>/dev/null >"$PWD/loot"
case $0 in
*heif*) cat pics/p.png >"$2" ;;
*) cat pics/p.png ;;
esac
END
	chmod +x bin/$p
done
python3 - <<'END'
import struct, zlib
def chunk(t, d):
    return struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d))
open("pics/p.png", "wb").write(b"\x89PNG\r\n\x1a\n" +
    chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)) +
    chunk(b"IDAT", zlib.compress((b"\0" + b"\x80" * 48) * 16)) + chunk(b"IEND", b""))
open("pics/a.gif", "wb").write(b"GIF89a" + bytes(64))
open("pics/a.webp", "wb").write(b"RIFF\x40\0\0\0WEBPVP8 " + bytes(64))
open("pics/a.heic", "wb").write(b"\0\0\0\x18ftypheic" + bytes(64))
END
gl-tool -d pics --sandbox --declare >/dev/null 2>probe
if ! grep -q Landlock probe; then
	for f in gif webp heic; do
		PATH=$TMP/bin:$PATH run 0 gl-frames -v -f mjpeg pics/a.$f
		ok "a picture of the $f, and no network" [ -s out ]
		ok "nothing was written: $f" [ ! -e loot ]
	done
else
	skip "decoders that are programs" "this kernel has no Landlock"
fi

mkfifo hold2; exec 9<>hold2
gl-session -t --max-time 60 <hold2 >out 2>err & s=$!; tap_pids="$tap_pids $s"
wait_for "gl-session is shut in" shut $s
python3 taken.py $s >verdict 2>&1
runs='^exec refused'
[ "$(id -u)" = 0 ] || runs='PermissionError.* ptrace 16'
grep -q '^skip' verdict || like "gl-session, taken over, runs nothing" verdict \
    "$runs"
kill $conv $frames $s
tap_done
