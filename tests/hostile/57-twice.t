# A header with one key twice, by which two readers could see two different
# streams: every program refuses it, by name, and loses nothing before it.
. "$(dirname "$0")/../tap.sh"
begin='{"gl":1,"type":"start","program":"x"}'
said='{"type":"transcript","role":"model","turn":1,"text":"before"}'
{
	echo "$begin"
	echo "$said"
	echo '{"type":"audio","turn":1,"rate":24000,"bytes":62,"bytes":2}'
	echo ab
	echo '{"type":"transcript","role":"model","turn":1,"text":"forged"}'
} >twice.gl
why='has "bytes" twice'
for form in text json; do
	run 65 gl-conv -t $form <twice.gl
	like "gl-conv -t $form says so" err "$why"
	like "and has what came before" out before
	unlike "and nothing of what hides behind" out forged
done
run 65 gl-conv -t wav <twice.gl
like "gl-conv -t wav says so" err "$why"
run 65 gl-play -n <twice.gl
like "gl-play says so" err "$why"
run 65 gl-tool --mcp "python3 $TOP/tests/peer/mcp.py" -o answers <twice.gl
like "gl-tool says so" err "$why"
emulator
run 65 gl-session <twice.gl
like "gl-session says so" err "$why"
printf 'P6 2 2 255 ............' >small.ppm
run 65 gl-frames --on-speech -i small.ppm <twice.gl
like "gl-frames says so" err "$why"
tap_done
