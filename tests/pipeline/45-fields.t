# Every leaf field of a setup: what --set, --setup and a profile make of it is
# printed by --print-setup, and the emulator takes it, and refuses it spoiled.
. "$(dirname "$0")/../tap.sh"

"$B/tests/fieldtool" >table
cut -f 1 table | sort >ours
ok "they are many" [ "$(wc -l <ours)" -gt 300 ]
if [ -f "$SHARED/protocol-fields.json" ]; then
	python3 "$TOP/tests/fields.py" list "$SHARED/protocol-fields.json" |
	    sort >theirs
	is "our table has the leaves of the published definitions" \
	    "$(comm -13 ours theirs)" ""
	ok "which are many too" [ "$(wc -l <theirs)" -gt 300 ]
else
	skip "the leaves of the published definitions" \
	    "the list of them is not here (../shared)"
fi

# nothing but the fields is wrong with a model that nobody knows
emulator --strict-fields --model gemini-9-live
python3 "$TOP/tests/fields.py" try table 2 >out 2>err
is "each goes well" $? 0
is "nothing to report" "$(head -20 out | cut -c 1-300)" ""
is "nor on standard error" "$(head -20 err)" ""
tap_done
