#!/bin/sh
# A message that the service refuses: its own words reach the user, with the
# shapes of what was sent before, and the exit code says whose fault it was.
. "$(dirname "$0")/../tap.sh"

emulator --speed 20 --strict-fields

# refused CODE REASON MESSAGE: sends the message and then a text, so that an
# answer is waited for
refused() {
	{ printf '{"type":"raw","message":%s}\n' "$3"
	  printf '{"type":"text","text":"secret words"}\n'
	} >in.gl
	run "$1" gl-session -m gemini-3.8-live <in.gl
	like "$3" err "1007 $2"
	unlike 'nothing of what was said is shown' err 'secret words'
	like 'the end says it too' out '"type":"end".*"exit":'"$1"
}

refused 65 'Invalid JSON payload received\. Unknown name "nope": Cannot find' \
    '{"nope":{}}'
refused 65 "Invalid JSON payload received\\. Unknown name \"mood\" at 'realtime_input'" \
    '{"realtimeInput":{"mood":1}}'
refused 65 "Invalid value at 'tool_response\\.function_responses\\[0\\]\\.scheduling'" \
    '{"toolResponse":{"functionResponses":[{"id":"1","name":"f","scheduling":"NOW"}]}}'
refused 78 'Request contains an invalid argument\.' \
    '{"clientContent":{"turns":[{"parts":[{"text":"no role"}]}],"turnComplete":true}}'
refused 78 'Request contains an invalid argument\.' \
    '{"realtimeInput":{"activityStart":{}}}'
refused 78 'Request contains an invalid argument\.' '{"setup":{}}'

# records that cannot become a message are refused here, by their own name
printf '%s\n' '{"type":"turn","parts":"not a list"}' \
    '{"type":"text","text":"hi"}' >in.gl
timeout 30 gl-session -m gemini-3.8-live <in.gl >out 2>err
like 'a turn without parts' err 'turn record: "parts" is not an array'
printf '%s\n' '{"type":"image","mime":"text/html","bytes":1}' >in.gl
printf 'x{"type":"text","text":"hi"}\n' >>in.gl
timeout 30 gl-session -m gemini-3.8-live <in.gl >out 2>err
like 'a picture that is none' err 'image record: its "mime" is not an image type'
tap_done
