#!/bin/sh
# Which identity talks to the service, whether the service lets it in, and what
# to do if not.  Arguments go to gl-auth: --credentials FILE, --project ID.
set -u
gl-auth --explain "$@" || exit
echo
exec gl-auth check "$@"
