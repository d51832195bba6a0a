#!/bin/sh
# Every fuzz target, on the samples in tests/data and on changes of small valid
# inputs that are the same at every run: none may crash or break a promise that
# the target checks.  make fuzz looks further.
. "$(dirname "$0")/../tap.sh"

COUNT=600
wav=$TOP/examples/question.wav

# first_bad TARGET: which input it was, in hexadecimal
first_bad() {
	for input in "$1"/*; do
		"$B/tests/fuzz/$1" "$input" >/dev/null 2>&1 && continue
		echo "# $input:"
		od -An -v -tx1 "$input" | head -40 | sed 's/^/# /'
		return
	done
}

for source in "$TOP"/tests/fuzz/*.c; do
	target=$(basename "$source" .c)
	mkdir "$target"
	python3 "$TOP/tests/fuzz/mutate.py" "$target" "$target" $COUNT \
	    "$TOP"/tests/data/* "$wav" || exit 1
	timeout 60 "$B/tests/fuzz/$target" "$TOP"/tests/data/* "$wav" \
	    "$target"/* >out 2>err
	got=$?
	is "$target" "$got $(cat out)" \
	    "0 $(($(find "$TOP/tests/data" -type f | wc -l) + 1 + COUNT)) inputs replayed"
	[ "$got" = 0 ] || { head -20 err | sed 's/^/# /'; first_bad "$target"; }
done
# make fuzz begins with what the programs and the zoos make; the seeds themselves
# take a minute to make
(cd "$TOP" && env -u MAKEFLAGS make -n fuzz B=none) >dry 2>/dev/null
ok "make fuzz makes its seeds" grep -q 'sh tests/fuzz/seeds.sh build/fuzz' dry
for target in pictures wav intake stream convert json proto session emulator \
    auth reply token mcp tool; do
	like "$target has seeds of its own" "$TOP/tests/fuzz/seeds.sh" \
	    "^seeds $target [^ ]"
done
for target in ws wsin httpd http files emulator session; do
	ok "there is a target: $target" [ -s "$TOP/tests/fuzz/$target.c" ]
done
tap_done
