# Completions of the gl programs for bash.  Each program prints its own table of
# options (--list-options), so these are those of the version that is installed.
# Installed under each program's name, where bash-completion finds it; without
# that, source it from ~/.bashrc.

# What this version knows; the service is not asked.
_gl_known() {
	env -u GEMINI_API_KEY -u GOOGLE_API_KEY -u GL_EMULATOR_HOST \
	    gl-session --list-"$1" -q 2>/dev/null | cut -f 1
}

_gl_profiles() {
	local file
	for file in "${XDG_CONFIG_HOME:-$HOME/.config}"/gl/*.conf; do
		file=${file##*/}
		[ "$file" = '*.conf' ] || echo "${file%.conf}"
	done
}

# _gl_reply WORDS CURRENT
_gl_reply() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2"); }

# _gl_value KIND NAME WORDS CURRENT: the value of an option
_gl_value() {
	local done=
	case $2 in
	model) _gl_reply "$(_gl_known models)" "$4" ;;
	voice) _gl_reply "$(_gl_known voices)" "$4" ;;
	language|translate) _gl_reply "$(_gl_known languages)" "$4" ;;
	hints)
		case $4 in *,*) done=${4%,*}, ;; esac
		_gl_reply "$(_gl_known languages | sed "s|^|$done|")" "$4" ;;
	profile) _gl_reply "$(_gl_profiles)" "$4" ;;
	*)
		case $1 in
		word|maybe) _gl_reply "$3" "$4" ;;
		file|secret|text|str|list) compopt -o default ;;
		esac ;;
	esac
}

_gl() {
	local program=$1 current=${COMP_WORDS[COMP_CWORD]} before= row table
	COMPREPLY=()
	[ "$COMP_CWORD" -lt 1 ] || before=${COMP_WORDS[COMP_CWORD-1]}
	# bash cuts --name=value into three words
	if [ "$current" = = ]; then
		current=
	elif [ "$before" = = ] && [ "$COMP_CWORD" -gt 2 ]; then
		before=${COMP_WORDS[COMP_CWORD-2]}
	fi
	table=$("$program" --list-options 2>/dev/null) || return
	row=$(awk -F '\t' -v o="$before" '$3 != "flag" &&
	    ("--" $1 == o || $2 != "-" && "-" $2 == o) {
		print $3 "|" $1 "|" $5; exit }' <<<"$table")
	if [ -n "$row" ]; then
		local kind=${row%%|*} name=${row#*|}
		_gl_value "$kind" "${name%%|*}" "${row##*|}" "$current"
		return
	fi
	case $current in
	-*) _gl_reply "$(awk -F '\t' '{ print "--" $1
	    if ($2 != "-") print "-" $2 }' <<<"$table")" "$current" ;;
	*) compopt -o default ;;
	esac
}

complete -F _gl gl-auth gl-conv gl-emulator gl-frames gl-mic gl-play \
    gl-session gl-tool
