# examples/jobs/kubernetes.yaml against the schema of a Job, by the npm package
# kubernetes-models.
. "$(dirname "$0")/../tap.sh"
kube=$B/npm-kube
if ! [ -d "$kube/node_modules/kubernetes-models" ] &&
    ! { mkdir -p "$kube" && (cd "$kube" && npm install --silent --no-audit \
    --no-fund kubernetes-models@5.1.0 yaml@2); } >npm.log 2>&1; then
	sed 's/^/# /' npm.log
	ok "the package can be installed" false
	tap_done
	exit
fi
cp "$TOP/tests/interop/kube.mjs" "$kube/"
run 0 node "$kube/kube.mjs" "$TOP/examples/jobs/kubernetes.yaml"
is 'a Job as its schema has it' "$(cat out)" 'Job transcribe'
sed '/^  template:/,$d' "$TOP/examples/jobs/kubernetes.yaml" >bad.yaml
run 1 node "$kube/kube.mjs" bad.yaml
sed 's/completions: 200/completions: many/' "$TOP/examples/jobs/kubernetes.yaml" >bad.yaml
run 1 node "$kube/kube.mjs" bad.yaml

# what the container runs, as the kubelet would for two indexes
. "$TOP/tests/batch.sh"
recordings 2 w
(cd w && ls -- *.wav >files)
node "$kube/kube.mjs" "$TOP/examples/jobs/kubernetes.yaml" args |
    sed "s|/key/key|$TMP/key|" >args
echo AIza >key; chmod 600 key
emulator
for i in 0 1; do
	ok "index $i" sh -c 'cd w && PATH=$1:$PATH JOB_COMPLETION_INDEX=$2 \
	    SLOTS=slots:10 sh -c "$(cat ../args)"' - "$J" $i
done
is 'both have their text' "$(right w)" ' 2 right 2 there '
tap_done
