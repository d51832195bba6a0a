# The options of each program come from one table: its manual, its usage and
# its help have the same ones.  No secret on a command line is repeated.
. "$(dirname "$0")/../tap.sh"
TAB=$(printf '\t')
key=AIzaSyD-0123456789abcdefghijklmnopqrstu

# Names of the items of a manual's list of options, one a line; macros of mdoc
# write a dash as "Fl", and two as "Fl Fl" or "Fl -".
items() {
	sed -n '/^\.It Fl/s/^\.It //p' "$1" | sed 's/Fl Fl /Fl -/g' |
	    grep -oE 'Fl (-[a-z][a-z-]*|[A-Za-z]( |$))' |
	    sed 's/^Fl /-/; s/ *$//' | sort -u
}
# Those that stand in brackets in the SYNOPSIS.
synopsis() {
	sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESC/p' "$1" | sed 's/Fl Fl /Fl -/g' |
	    grep -oE 'Fl -?[A-Za-z][A-Za-z-]*|\| -[a-z-]+' |
	    sed 's/^[^ ]* //' |
	    while read -r o; do
		case $o in
		-*) echo "-$o" ;;
		*) echo "$o" | fold -w 1 | sed 's/^/-/' ;;
		esac
	done | sort -u
}

for p in auth conv emulator frames mic play session tool; do
	man=$TOP/man/gl-$p.1
	run 0 "gl-$p" --list-options
	{ cut -f 1 out | sed 's/^/--/'
	    cut -f 2 out | sed -n '/^[^-]/s/^/-/p'; } | sort -u >table
	items "$man" >manual
	same "gl-$p: the manual has the options of the table" manual table
	is "each line has seven columns" \
	    "$(awk -F "$TAB" 'NF != 7 || !$7' out)" ""
	is "no option stands twice" "$(cut -f 1 out | sort | uniq -d)" ""
	cp out list
	synopsis "$man" >names
	is "the SYNOPSIS has no others" "$(comm -23 names table)" ""
	for flag in -h --usage; do
		run 0 "gl-$p" $flag
		like "$flag is the usage" out "^usage: gl-$p \[-h"
		while IFS=$TAB read -r name letter kind rest; do
			[ "$letter" = - ] || {
				grep -qE -- "-${letter}[] ]|^usage: gl-$p \[-[a-zA-Z]*${letter}" \
				    out && continue
			}
			grep -q -- "--${name}[] ]" out || case $name in
			help|usage|version|list-options) ;;
			*) echo "$name" ;;
			esac
		done <list >missing
		is "with every option" "$(cat missing)" ""
		is "in 80 columns" "$(grep -E '.{81}' out)" ""
	done
	run 0 "gl-$p" --help
	is "--help explains each in a line" "$(grep -oE -- '--[a-z-]+ ?' out |
	    sed 's/ $//' | sort -u | comm -13 - table | grep ^--)" ""
	is "of 80 columns" "$(grep -E '.{81}' out)" ""
	is "with a text behind each" "$(grep -cE '^ .*[^ ]  +[^ ]|^ {20}' \
	    out)" "$(($(wc -l <list)))"
	like "in groups" out '^[A-Z][A-Za-z -]*$'
	# an abbreviation would mean something else once an option is added
	run 64 "gl-$p" --verb
	like "a name is not abbreviated" err 'option --verb can be --verbose$'
	run 64 "gl-$p" "--$key"
	is "a key is not repeated" "$(grep -c 0123456789 err)" 0
	run 64 "gl-$p" --version="$key"
	is "nor as a value" "$(grep -c 0123456789 err)" 0
done

# gl-session has so many that they stand in groups, the same in both places
gl-session --list-options | awk -F "$TAB" '{ print $6 ": --" $1 }' >table
sed -n '/^\.Sh OPTIONS/,/^\.Sh THE CONV/p' "$TOP/man/gl-session.1" |
    sed 's/Fl Fl /--/g' | awk '/^\.Ss/ { sub(/^.Ss /, ""); head = $0 }
    /^\.It/ { while (match($0, /--[a-z-]+/)) {
	print head ": " substr($0, RSTART, RLENGTH)
	$0 = substr($0, RSTART + RLENGTH) } }' >manual
same "gl-session(1) groups them as --help does" manual table

# a key where a name is wanted
for line in "session --key $key" "session --key=$key" "session --ke $key" \
    "session --api-key $key" "session --key-file $key" \
    "session --key-file=$key" "auth --key $key" \
    "auth --key-file $key" "auth $key" "mic -R $key" "mic -d $key" \
    "conv -t $key" "tool $key" "emulator $key" "session --pace $key"; do
	# shellcheck disable=SC2086
	run 64 gl-$line </dev/null
	is "the key is not repeated" "$(grep -c 0123456789 err out)" \
	    "err:0
out:0"
done
# wherever else it comes in
run 66 gl-session "$key"
run 66 gl-conv "$key"
is "nor as the name of a file" "$(grep -c 0123456789 err)" 0
run 66 gl-session -t -s "@$key" </dev/null
is "nor of words" "$(grep -c 0123456789 err)" 0
echo hi | gl-session -t -f json --token-cmd "exit 3 $key" >out 2>err
is "nor of a command, on the terminal or in the stream" \
    "$(cat out err | grep -c 0123456789)" 0
# the file may be called so
printf '%s\n' "$key" >"$key"; chmod 600 "$key"
run 0 gl-session --check -m gemini-3.1-flash-live-preview --key-file "$key"
is "without a word" "$(cat err)" ""

# what other programs call it
run 64 gl-mic -r 16000
like "-r has no value" err '-r 16000: -r takes no value; -R is the rate'
run 64 gl-play -r 24000
like "nor has gl-play's" err '-R is the rate'
run 64 gl-conv -r 24000
like "a letter in the other case" err 'unknown option -r; -R is --rate'
touch ./16000
run 0 gl-mic --pace fast -r 16000
for line in 'mic -f S16_LE' 'mic -c 1' 'mic -t raw'; do
	run 64 sh -c "gl-$line"
	like "arecord's letters are known" err 'gl-mic: -[fct]: '
done
echo 'Be brief.' >persona.txt
run 0 env GEMINI_API_KEY=x gl-session --check -m gemini-3.1-flash-live-preview -s persona.txt
like "words that are a file's name" err '-s @persona.txt reads it'
run 0 env GEMINI_API_KEY=x gl-session --check -m gemini-3.1-flash-live-preview -s @persona.txt
is "and the file" "$(cat err)" ""

# forms
run 0 gl-conv -qvt json -- /dev/null
run 64 gl-conv -t
like "a value that is missing" err 'option -t needs a value'
run 64 gl-conv --type
like "also of a long one" err 'option --type needs a value'
run 64 gl-conv --heard=1
like "a value too many" err 'option --heard takes no value'
run 64 gl-mic --vumeter=left
like "one of few" err '--vumeter left: one of mono, stereo wanted'
run 64 gl-conv -qX
like "a letter in a row" err 'unknown option -X'
# an empty value, as of a variable that is not set
for o in 'gl-session --voice' 'gl-session -i' 'gl-session --key-file' 'gl-mic -D' \
    'gl-mic --pace' 'gl-play -R' 'gl-play -d' 'gl-conv --audio' 'gl-tool -d' \
    'gl-frames --exec' 'gl-tool --env' 'gl-auth --scope' 'gl-emulator --host'; do
	run 64 $o ''
	is "an empty value: $o" "$(head -n 1 err)" "${o%% *}: ${o#* }: the value is empty"
done
run 0 env GEMINI_API_KEY=x gl-session --check -m gemini-3.1-flash-live-preview -s ''
is "but a text may be empty" "$(cat err)" ""
for o in 'gl-session --pace' 'gl-mic --pace' 'gl-emulator --burst'; do
	run 64 $o soon
	like "a number or a word: $o" err ', or (fast|max), wanted$'
done
tap_done
