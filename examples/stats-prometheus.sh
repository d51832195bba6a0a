#!/bin/sh
# The lines of gl-session --stats, on standard input, as metrics in a file that
# node_exporter's textfile collector reads: stats-prometheus.sh gl.prom.  The
# file is replaced whole each time.
file=${1:?the file of metrics, which ends in .prom}
trap 'rm -f "$file.$$"' EXIT
while IFS= read -r line; do
	printf '%s\n' "$line" | jq -r '
	    def gauge(name): if . == null then empty else
		"# TYPE gl_\(name) gauge\ngl_\(name) \(.)" end;
	    def counter(name): "# TYPE gl_\(name)_total counter\n" +
		"gl_\(name)_total \(.)";
	    (if .state == "live" then 1 else 0 end | gauge("live")),
	    (.latency_ms | gauge("latency_ms")),
	    (.rtt_ms | gauge("rtt_ms")),
	    (.level_in_db | gauge("level_in_db")),
	    (.waiting_bytes + .socket_bytes | gauge("queue_bytes")),
	    (.totals.tokens.total | counter("tokens")),
	    (.totals.turns | counter("turns")),
	    (.totals.reconnects | counter("reconnections")),
	    (.totals.lost_ms | counter("lost_ms"))' >"$file.$$" &&
	    mv "$file.$$" "$file" || exit
done
