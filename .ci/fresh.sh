#!/bin/sh
# README's two commands on a fresh, minimal Debian, as a newcomer gives them:
#
#	sh .ci/fresh.sh trixie
#
# The system is made by debootstrap in a temporary folder, with a mount and a
# process namespace of its own, so that nothing of it stays.  Where it cannot
# be made (not root, no namespaces, no mirror), one line says so and the exit
# code is 0, and likewise where it takes too long; what fails in it fails here.
# FRESH_LIMIT: seconds for all of it, 1800 if unset.
set -u
suite=${1:?which release: trixie, bookworm}
cd "$(dirname "$0")/.." || exit 1
limit=${FRESH_LIMIT:-1800}
untried() { echo "fresh: Debian $suite is not tried here: $*"; exit 0; }

[ "$(id -u)" = 0 ] || untried "only root can make it"
unshare --mount --pid --fork true 2>/dev/null || untried "no namespaces"
command -v debootstrap >/dev/null || {
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	    --no-install-recommends debootstrap debian-archive-keyring
} >/dev/null 2>&1 || untried "no debootstrap"
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
    'Origin: Debian' 2>/dev/null | grep '/debian/*$' | head -1)
dir=$(mktemp -d "${TMPDIR:-/tmp}/gl-fresh.XXXXXX") || exit 1
trap 'rm -rf --one-file-system "$dir"' EXIT
trap 'exit 130' INT TERM HUP
root=$dir/root
start=$(date +%s)
since() { echo "$(($(date +%s) - start)) s"; }

[ "$limit" -ge 600 ] || untried "no time is left ($limit s)"
timeout 300 debootstrap --variant=minbase --include=make "$suite" "$root" \
    "${mirror:-http://deb.debian.org/debian}" >"$dir/log" 2>&1 ||
    untried "$(grep -E '^[EW]: ' "$dir/log" | tail -1)"
# it is thrown away: no need to wait for the disk after each file
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/fresh"
echo 'Acquire::Retries "3";' >"$root/etc/apt/apt.conf.d/fresh"
cp /etc/resolv.conf "$root/etc/" 2>/dev/null
mkdir "$root/src"
git ls-files -z | xargs -0 tar -cf - | tar -xf - -C "$root/src" || exit 1
echo "fresh: Debian $(cat "$root/etc/debian_version") is made ($(since))"

# What a container gives: /proc, pseudo-terminals, shared memory.  The end of
# its first process is the end of all others in there.
# shellcheck disable=SC2016
timeout -k 10 "$((limit - ($(date +%s) - start)))" unshare --mount --pid --fork --kill-child sh -c '
	set -e
	mount --bind "$1" "$1"		# ip-netns(8): / is a mount
	mount -t proc proc "$1/proc"
	mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
	mount -t tmpfs shm "$1/dev/shm"
	exec chroot "$1" env -i HOME=/root LANG=C.UTF-8 ${CI:+CI="$CI"} \
	    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	    sh -ec "cd /src; make deps demo; make deps check"
' sh "$root" </dev/null
rc=$?
case $rc in
0) echo "fresh: Debian $suite passes ($(since))" ;;
124|137)
	echo "fresh: Debian $suite: not done within $limit s, so not judged"
	exit 0 ;;
*) echo "fresh: Debian $suite fails ($(since))" ;;
esac
exit $rc
