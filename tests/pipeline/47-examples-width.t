#!/bin/sh
# The examples of gl-session(1) and gl-auth(1) stand whole in 80 columns, so that
# what is copied from the terminal works.
. "$(dirname "$0")/../tap.sh"

command -v mandoc >mandoc.path || {
	skip 'the width of examples' 'there is no mandoc'
	tap_done
	exit
}
for page in gl-session gl-auth; do
	mandoc -Tascii -Owidth=78 "$TOP/man/$page.1" | col -bx |
	    sed 's/^ *//' >shown
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/{
		s/^\.Dl //p
		/^\.Bd/,/^\.Ed/{
			/^\.[BE]d/d
			p
		}
	}' "$TOP/man/$page.1" | sed 's/^ *//; s/\\e/\\/g; s/\\(dq/"/g' >wanted
	ok "$page has examples" test -s wanted
	while read -r line; do
		printf '%s\n' "$line" | grep -qxFf - shown || echo "$line"
	done <wanted >broken
	is "each line of $page is one line" "$(cat broken)" ''
	is "and fits" "$(mandoc -Tascii "$TOP/man/$page.1" | col -bx |
	    awk 'length > 80')" ''
done
tap_done
