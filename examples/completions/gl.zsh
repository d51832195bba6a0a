#compdef gl-auth gl-conv gl-emulator gl-frames gl-mic gl-play gl-session gl-tool
# Completions of the gl programs for zsh, installed as _gl.  Each program prints
# its own table of options (--list-options), so these are those of the version
# that is installed.

# What this version knows; the service is not asked.
_gl_known() {
	local -a words
	words=(${(f)"$(env -u GEMINI_API_KEY -u GOOGLE_API_KEY \
	    -u GL_EMULATOR_HOST gl-session --list-$1 -q 2>/dev/null |
	    cut -f 1)"})
	compadd -a words
}

_gl_profiles() {
	local -a files
	files=(${XDG_CONFIG_HOME:-$HOME/.config}/gl/*.conf(N:t:r))
	compadd "$@" -a files
}

# Sets action to what completes a value (after a space: as it stands, without the
# arguments that zsh adds).
_gl_action() { # kind name words
	case $2 in
	model) action=' _gl_known models' ;;
	voice) action=' _gl_known voices' ;;
	language|translate|hints) action=' _gl_known languages' ;;
	profile) action=_gl_profiles ;;
	*)
		case $1 in
		word|maybe) action="($3)" ;;
		file|secret|text|str|list) action=_files ;;
		*) action=' ' ;;
		esac ;;
	esac
}

_gl() {
	local line action help arg many
	local -a specs column names
	for line in ${(f)"$($words[1] --list-options 2>/dev/null)"}; do
		column=("${(@s:	:)line}")
		help=${${column[7]//\[/(}//\]/)}
		help=${help//:/\\:}
		arg=${${column[4]:-$column[1]}//:/\\:}
		many=
		[[ $column[3] = list ]] && many='*'
		names=(--$column[1])
		[[ $column[2] = - ]] || names+=(-$column[2])
		if [[ $column[3] = flag ]]; then
			specs+=("${^names[@]}[$help]")
		elif [[ $column[3] = maybe ]]; then
			_gl_action "$column[3]" "$column[1]" "$column[5]"
			specs+=("--$column[1]=-[$help]::$arg:$action")
			[[ $column[2] = - ]] || specs+=("-$column[2][$help]")
		else
			_gl_action "$column[3]" "$column[1]" "$column[5]"
			specs+=("$many--$column[1]=[$help]:$arg:$action")
			[[ $column[2] = - ]] ||
			    specs+=("$many-$column[2]+[$help]:$arg:$action")
		fi
	done
	_arguments -s "$specs[@]" '*:file:_files'
}

_gl "$@"
