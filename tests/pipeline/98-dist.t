# make dist: the same bytes wherever and whenever it is made, sums that hold, a
# list that has every library that the programs are linked with.
. "$(dirname "$0")/../tap.sh"
command -v git >/dev/null || { skip "make dist" "no git here"; tap_done; exit; }
GIT_AUTHOR_DATE='2026-01-02T03:04:05Z' GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
export GIT_AUTHOR_DATE GIT_COMMITTER_DATE GIT_CONFIG_GLOBAL=/dev/null

# dist FOLDER MASK: a repository of its own there, and what is made of it
dist() {
	mkdir -p "$1" && (
		cd "$1" && umask "$2" && cp -R "$TOP/Makefile" "$TOP/README.md" \
		    "$TOP/lib" "$TOP/cmd" "$TOP/man" . && mkdir tests &&
		cp "$TOP/tests/sbom" tests && chmod -R u=rwX,go=rX . &&
		git init -q . && git add -A && git -c user.name=x \
		    -c user.email=x@example.com commit -qm x &&
		env -u MAKEFLAGS make -s dist SIGN='cp -t signed --'
	) >dist.out 2>&1
}
# who is trusted, where a fault goes, and the attacks that were tried
like "README names the page about trust" "$TOP/README.md" 'gl-security\(7\)'
for s in 'The model' 'The service' 'Tools' 'The stream' 'Other users' REPORTING; do
	like "it says: $s" "$TOP/man/gl-security.7" "^\.S[hs] .*$s"
done
for goal in check check-san; do
	(cd "$TOP" && env -u MAKEFLAGS make -n $goal) >check.out 2>/dev/null
	is "the attacks are part of make $goal" \
	    "$(grep -o 'tests/hostile/[^ ]*\.t' check.out | sort -u | wc -l)" \
	    "$(find "$TOP/tests/hostile" -name '*.t' | wc -l)"
done
like "that one with sanitizers" check.out 'fsanitize=address,undefined'
mkdir -p one/build/dist/signed another/place/build/dist/signed
dist one 022; is "make dist" $? 0
touch another/place/Makefile
dist another/place 077; is "made elsewhere, by another mask" $? 0
v=$(sed -n 's/^VERSION = //p' "$TOP/Makefile")
for f in tar.gz cdx.json SHA256SUMS; do
	ok "the same bytes: $f" cmp "one/build/dist/gl-$v.$f" \
	    "another/place/build/dist/gl-$v.$f"
done
cd one/build/dist || exit 1
ok "the sums hold" sha256sum --quiet -c "gl-$v.SHA256SUMS"
is "for all that is there" "$(wc -l <"gl-$v.SHA256SUMS")" 2
ok "SIGN gets the sums" cmp "gl-$v.SHA256SUMS" "signed/gl-$v.SHA256SUMS"
ok "the sources are in it" sh -c "tar tzf gl-$v.tar.gz |
    grep -qx 'gl-$v/lib/README'"
is "the list is CycloneDX" "$(jq -r '.bomFormat + .specVersion' \
    "gl-$v.cdx.json")" CycloneDX1.5
is "of this time" "$(jq -r .metadata.timestamp "gl-$v.cdx.json")" \
    2026-01-02T03:04:05Z
is "each library has its version" "$(jq -r '.components[] |
    select(.version == null) | .name' "gl-$v.cdx.json")" ''
is "all are what gl depends on" "$(jq -c \
    '[.components[].name] == .dependencies[0].dependsOn' "gl-$v.cdx.json")" true
jq -r '.components[].properties[0].value' "gl-$v.cdx.json" | tr , '\n' |
    sort >known
for p in auth conv emulator frames mic play session tool; do
	readelf -dW "$B/gl-$p"
done | sed -n 's/.*NEEDED.*\[\(.*\.so\).*/\1/p' | sort -u |
    grep -vE '^(libc|libm|ld-.*|libasan|libubsan|libopus|libdl|libpthread|libgcc_s)\.so$' \
    >linked
is "whatever the programs are linked with stands there" \
    "$(comm -13 known linked)" ''
is "and nothing else" "$(comm -23 known linked)" ''
tap_done
