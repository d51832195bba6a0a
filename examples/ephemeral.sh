#!/bin/sh
# A conversation by an ephemeral token: the API key stays here, and what talks
# (it could be a browser, or a machine that is not trusted) gets a token that is
# good for an hour.  Standard input goes to gl-session, arguments too.
set -eu
token=$(mktemp)
trap 'rm -f "$token"' EXIT
trap 'exit 130' INT TERM HUP
gl-auth mint --uses 5 --expire 1h --new-session-expire 1h >"$token"
gl-session --token-fd 3 "$@" 3<"$token"
