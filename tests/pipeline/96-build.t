# How the programs are built: a distribution's flags arrive, hardening is on by
# default, and two folders give the same bytes.
. "$(dirname "$0")/../tap.sh"
src=$TOP
flags() { # VARIABLE=VALUE... : what one file would be compiled with
	(cd "$src" && env -u CFLAGS -u CPPFLAGS -u LDFLAGS -u HARDEN -u MAKEFLAGS \
	    -u CC "$@" make -n -B B=nowhere nowhere/gl-auth 2>/dev/null) >flags
	grep -- '-c -o nowhere/cmd/gl-auth.o' flags >compile
	grep -- '-o nowhere/gl-auth ' flags >link
}
flags CFLAGS='-O1 -gtheirs' CPPFLAGS=-DTHEIRS LDFLAGS=-Wl,-theirs CC=theircc
like "CFLAGS of the environment" compile '-O1 -gtheirs'
unlike "and not ours beside them" compile '-O2'
like "CPPFLAGS" compile '-DTHEIRS'
like "LDFLAGS" link '-Wl,-theirs'
like "CC" compile '^theircc '
flags CPPFLAGS=-D_FORTIFY_SOURCE=3
unlike "their level of fortification is kept" compile '_FORTIFY_SOURCE=2'
flags HARDEN=
unlike "HARDEN= leaves it out" compile 'stack-protector'
flags
like "hardened by default" compile '-fstack-protector-strong'

# `make deps demo' on a machine that gets its compiler by the first of them
mkdir -p late/tests
cp -R "$src/Makefile" "$src/lib" "$src/cmd" late
printf '#!/bin/sh\nln -s "%s" cc\n' "$(command -v cc)" >late/tests/deps
(cd late && env -u CFLAGS -u CPPFLAGS -u LDFLAGS -u HARDEN -u MAKEFLAGS \
    CC="$TMP/late/cc" make deps build/lib/base/json.o) >out 2>err
like "hardened by a compiler that came with deps" out \
    '^/.*-fstack-protector-strong.*-o build/lib/base/json.o'

case $(grep -c __asan_init "$B/gl-auth") in
0)
	for p in gl-auth gl-conv gl-emulator gl-frames gl-mic gl-play \
	    gl-session gl-tool; do
		readelf -hldW "$B/$p" >elf 2>&1
		like "$p is position-independent" elf 'Type: *DYN'
		like "$p: relocations are read-only" elf 'GNU_RELRO'
		like "$p: all of them, at start" elf '(BIND_NOW|Flags:.*NOW)'
		unlike "$p: no executable stack" elf 'GNU_STACK.*RWE'
		nm -D "$B/$p" >names
		like "$p: buffers are checked" names '__[a-z]*_chk'
		like "$p: so is the stack" names '__stack_chk_fail'
	done ;;
*) echo "# a build with sanitizers: its hardening is not looked at" ;;
esac

# (a compiler's cache would give one folder what was made in another)
objects='build/lib/base/json.o build/lib/base/log.o build/cmd/gl-auth.o'
for d in one another/folder; do
	mkdir -p "$d"
	cp -R "$src/Makefile" "$src/lib" "$src/cmd" "$d"
	# shellcheck disable=SC2086
	ok "built in $d" env -u MAKEFLAGS CCACHE_DISABLE=1 make -s -C "$d" $objects
done
for o in $objects; do
	ok "$o has the same bytes in another folder" \
	    cmp one/"$o" another/folder/"$o"
done

# what is not there is no error, and where nothing can be written the remedy is
# said
ours() { (cd "$src" && env -u MAKEFLAGS make -s -o all "$@") >out 2>err; }
ours uninstall DESTDIR="$TMP/nowhere"
is "uninstall of nothing" "$?$(cat err)" 0
ours install PREFIX=/dev/null/x
failed=$?
ok "install where nothing can be written fails" [ $failed -ne 0 ]
like "and says what to do" err 'cannot be written: sudo make install, or'
tap_done
