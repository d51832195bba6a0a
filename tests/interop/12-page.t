#!/bin/sh
# gl-conv -t html in Debian's chromium: no message, no axe violation, light and
# dark, wide and narrow; a click on a word or on the wave plays from there.
. "$(dirname "$0")/../tap.sh"
NODE_MODULES=$B/npm
export NODE_MODULES
mkdir -p "$NODE_MODULES"
if ! { [ -d "$NODE_MODULES/node_modules/playwright-core" ] &&
    [ -d "$NODE_MODULES/node_modules/axe-core" ]; } &&
    ! (cd "$NODE_MODULES" && npm install --silent --no-audit --no-fund \
    playwright-core axe-core) >npm.log 2>&1; then
	sed 's/^/# /' npm.log
	ok "playwright-core and axe-core can be installed" false
	tap_done
	exit
fi
emulator
gl-session --record call.gl <"$TOP/examples/question.wav" >/dev/null 2>err
gl-conv -o page.html call.gl
timeout 100 node "$TOP/tests/interop/page.mjs" "$PWD/page.html" >out 2>err
is "the browser came to its end" "$? $(cat err)" "0 "
cat >wanted <<'END'
1400 light messages 0 overflow 0 axe []
1400 dark messages 0 overflow 0 axe []
390 light messages 0 overflow 0 axe []
390 dark messages 0 overflow 0 axe []
word plays true lit true
wave plays true
without scripts zoom true links true
END
same "as it should be" out wanted
tap_done
