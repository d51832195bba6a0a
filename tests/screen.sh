# A terminal for the tests, by tmux, sourced after tap.sh.
LC_ALL=C.UTF-8; export LC_ALL
unset TMUX NO_COLOR

# screens WHAT: whether there can be terminals; where not, WHAT is skipped.
screens() {
	terminals "$1" || return
	command -v tmux >/dev/null && return
	skip "$1" "no tmux here"
	return 1
}

# screen COLUMNS SCRIPT: a terminal in which the script runs.
screen() {
	tmux -u -S "$TMP/tmux" -f /dev/null new-session -d -x "$1" -y 24 "sh $2"
	tmux -S "$TMP/tmux" set -g remain-on-exit on
	tap_pids="$tap_pids $(tmux -S "$TMP/tmux" display -p '#{pid}')"
}
keys() { tmux -S "$TMP/tmux" send-keys "$@"; }
# gl-mic --ptt looks twenty times a second whether somebody asks.
echoes() {
	wait_for "the terminal is set for lines" sh -c "stty -a -F \
	    '$(tmux -S "$TMP/tmux" display -p '#{pane_tty}')' | grep -q ' echo '"
}
screen_end() {
	screen_pid=$(tmux -S "$TMP/tmux" display -p '#{pid}')
	tmux -S "$TMP/tmux" kill-server
	wait_for "the end of tmux" sh -c "! kill -0 $screen_pid"
}

# What stands there, without the empty rows below; times are N, since they
# differ.
now() {
	tmux -S "$TMP/tmux" capture-pane -p | sed -E 's/[0-9]+\.[0-9] s/N s/
	    s/ [0-9]+ (s,|turns,|tokens|ms)/ N \1/g; s/ +$//' |
	    sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >seen
}
settled() { now; cmp -s seen wanted; }
# sees WHAT: the screen becomes what standard input says.
sees() {
	cat >wanted
	sees_left=300
	until settled || [ $((sees_left -= 1)) = 0 ]; do sleep 0.02; done
	same "$columns columns: $1" seen wanted
}
