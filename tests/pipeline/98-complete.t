# Completions of options, models, voices and other values, as installed, in bash,
# zsh and fish.
. "$(dirname "$0")/../tap.sh"

(cd "$TOP" && env -u MAKEFLAGS make -s -o all B="$B" install \
    DESTDIR="$TMP/root" PREFIX=/usr) >made 2>&1
is "installed" "$?$(cat made)" 0
share=$TMP/root/usr/share
PATH=$TMP/root/usr/bin:$PATH
mkdir -p "$XDG_CONFIG_HOME/gl"; echo 'voice Puck' >"$XDG_CONFIG_HOME/gl/kiosk.conf"
# with a key nothing is asked of the service for all that
GEMINI_API_KEY=x; export GEMINI_API_KEY
for p in auth conv emulator frames mic play session tool; do
	ok "gl-$p has bash's" test -e "$share/bash-completion/completions/gl-$p"
	ok "and fish's" test -e "$share/fish/vendor_completions.d/gl-$p.fish"
done
touch recording.wav

# typed, and what shows up: an option, a model, a voice; words, languages, a
# profile, a file; another program
cat >lines <<'E1'
gl-session --voi	--voice
gl-session --model gemini-3.1	gemini-3.1-flash-live-preview
gl-session -m gemini-3.5-tra\t	gemini-3.5-transcribe-live
gl-session --voice Zube	Zubenelgenubi
gl-session -f js	json
gl-session --translate pt	pt-BR
gl-session --profile ki	kiosk
gl-session -i rec	recording.wav
gl-play --refer	--reference
E1
cp lines equal
printf 'gl-session --voice=Zube\tZubenelgenubi\n' >>equal

PS1='ready$ '; export PS1
cat >bashrc <<E1
PS1='ready$ '
bind 'set enable-bracketed-paste off'
export XDG_DATA_DIRS=$share
. /usr/share/bash-completion/bash_completion
E1
if command -v bash >/dev/null && [ -e /usr/share/bash-completion/bash_completion ]
then
	python3 "$TOP/tests/complete.py" bash --noprofile --rcfile bashrc -i \
	    <equal >out
	is "bash, by bash-completion" "$(cat out)" ""
	cat >bashrc <<E1
PS1='ready$ '
bind 'set enable-bracketed-paste off'
. $TOP/examples/completions/gl.bash
E1
	python3 "$TOP/tests/complete.py" bash --noprofile --rcfile bashrc -i \
	    <equal >out
	is "bash alone" "$(cat out)" ""
else
	ok "bash-completion is there (make deps)" false
fi

if command -v zsh >/dev/null; then
	mkdir zdot
	cat >zdot/.zshrc <<E1
PS1='ready$ '
fpath=($share/zsh/site-functions \$fpath)
unsetopt zle_bracketed_paste
autoload -Uz compinit
compinit -u -d $TMP/zcompdump
E1
	ZDOTDIR=$TMP/zdot python3 "$TOP/tests/complete.py" zsh -d -i <equal >out
	is "zsh" "$(cat out)" ""
else
	ok "zsh is there (make deps)" false
fi

if command -v fish >/dev/null; then
	while IFS="$(printf '\t')" read -r typed wanted; do
		typed=$(printf '%s' "$typed" | sed 's/\\t//')
		fish --no-config -c "set -x fish_complete_path \
		    $share/fish/vendor_completions.d
		    complete -C '$typed'" >out 2>&1
		grep -qF -- "$wanted" out || echo "$typed: $(cat out)"
	done <equal >missing
	is "fish" "$(cat missing)" ""
else
	ok "fish is there (make deps)" false
fi

(cd "$TOP" && env -u MAKEFLAGS make -s uninstall DESTDIR="$TMP/root" \
    PREFIX=/usr) >made 2>&1
is "and away again" "$(find "$TMP/root" -name '*gl*' ! -type d)" ""
tap_done
