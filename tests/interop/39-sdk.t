# gl-emulator against the official JavaScript SDK, unchanged: what it is for.
. "$(dirname "$0")/../tap.sh"
NODE_MODULES=$B/npm
export NODE_MODULES
mkdir -p "$NODE_MODULES"
if ! [ -d "$NODE_MODULES/node_modules/@google/genai" ] &&
    ! (cd "$NODE_MODULES" && npm install --silent --no-audit --no-fund \
    @google/genai) >npm.log 2>&1; then
	sed 's/^/# /' npm.log
	ok "the SDK can be installed" false
	tap_done
	exit
fi
echo '{"on":"turn","nth":2,"do":"call","calls":[{"name":"f","expect":{"ok":1}}]}' \
    >rules
echo key-1 >keys
emulator -s rules --key-file keys
timeout 60 node "$TOP/tests/interop/sdk-client.mjs" "$GL_EMULATOR_HOST" >out 2>err
is "the SDK came to its end" $? 0
cat >wanted <<'END'
words Hello
complete
call f
words {"ok":1}
complete
words [0.6 s of speech]
interrupted
complete
closed 1005 
closed 1007 Request contains an invalid argument.
END
same "every message was understood" out wanted
kill "$emu_pid"; wait "$emu_pid"
is "its answer to the call was right" $? 0
tap_done
