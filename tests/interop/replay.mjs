// Replays a recorded conversation as the service: node replay.mjs RECORDING.
// After each message of the client come the messages that the recording has at
// that place, in binary frames; after the last ones a normal end of the turn
// where the recording stops in the middle of one.  Writes into the current
// folder: setup.json and in.gl (what the recorded client said), want (what a
// reader of the stream must be told), want.pcm (what it must hear), and at last
// ready (host and port).
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync, appendFileSync, renameSync } from
	'node:fs';
const require = createRequire(process.env.NODE_MODULES + '/');
const { WebSocketServer } = require('ws');

const bytes = readFileSync(process.argv[2]);
const messages = [];
for (let at = 0; at < bytes.length;) {
	if (bytes[at] === 10) { at++; continue; }
	const space = bytes.indexOf(32, at);
	const n = Number(bytes.toString('latin1', at + 1, space));
	messages.push({ from: String.fromCharCode(bytes[at]),
		data: bytes.subarray(space + 1, space + n) });
	at = space + 1 + n;
}

// Recordings were kept without the sound of some answers, which are then empty
// ones: a word stands for it.
const word = { serverContent: { outputTranscription: { text: '(said)' } } };
const gives = (m) => m.toolCall || m.serverContent?.outputTranscription?.text ||
	m.serverContent?.modelTurn?.parts?.some((p) => p.inlineData || p.text);
let given = false;
for (let i = 0; i < messages.length; i++) {
	const m = JSON.parse(messages[i].data);
	if (messages[i].from !== '<') {
		given = false;
		continue;
	}
	given ||= Boolean(gives(m));
	if (!given && (m.serverContent?.generationComplete ||
	    m.serverContent?.turnComplete)) {
		messages.splice(i++, 0, { from: '<',
			data: Buffer.from(JSON.stringify(word)) });
		given = true;
	}
}

// The shortest reading of a message, in the order a player wants.
const told = (m) => {
	const c = m.serverContent ?? {}, out = [];
	if (m.setupComplete) out.push('ready');
	if (m.goAway) out.push('go_away');
	if (c.interrupted) out.push('interrupted');
	if (c.inputTranscription?.text)
		out.push(`transcript ${
			JSON.stringify(c.inputTranscription.text)}`);
	for (const p of c.modelTurn?.parts ?? []) {
		if (p.inlineData) {
			if (!c.interrupted)
				out.push(`audio ${Buffer.from(
					p.inlineData.data, 'base64').length}`);
		} else {
			out.push('text' in p ? `text ${JSON.stringify(p.text)}`
				: 'content');
		}
	}
	if (c.outputTranscription?.text)
		out.push(`transcript ${
			JSON.stringify(c.outputTranscription.text)}`);
	if (m.toolCallCancellation) out.push('tool_cancel');
	for (const f of m.toolCall?.functionCalls ?? [])
		out.push(`tool_call ${f.name} ${f.id ?? ''}`);
	if (c.generationComplete) out.push('generation_complete');
	if (c.turnComplete) out.push('turn_complete');
	if (m.usageMetadata)
		out.push(`usage ${m.usageMetadata.totalTokenCount ?? ''}`);
	return out;
};

const sound = [];
writeFileSync('want', '');
writeFileSync('in.gl', '');
for (const { from, data } of messages) {
	const m = JSON.parse(data);
	if (from === '<') {
		for (const line of told(m))
			appendFileSync('want', line + '\n');
		for (const p of m.serverContent?.modelTurn?.parts ?? [])
			if (p.inlineData?.mimeType.startsWith('audio/pcm'))
				sound.push(Buffer.from(p.inlineData.data,
					'base64'));
	} else if (m.setup) {
		writeFileSync('setup.json', JSON.stringify(m.setup));
	} else {
		appendFileSync('in.gl', JSON.stringify({ type: 'raw',
			message: m }) + '\n');
	}
}
writeFileSync('want.pcm', Buffer.concat(sound));

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('listening', () => {
	writeFileSync('ready.new', `127.0.0.1:${server.address().port}\n`);
	renameSync('ready.new', 'ready');
});
server.on('connection', (socket) => {
	let at = 0, open = false, called = false;
	socket.on('message', (data) => {
		// an answer to a call with which the recording ends
		if (at === messages.length && JSON.parse(data).toolResponse)
			open = called = true;
		if (at < messages.length)
			at++;
		for (; at < messages.length && messages[at].from === '<'; at++) {
			socket.send(messages[at].data, { binary: true });
			const c = JSON.parse(messages[at].data).serverContent;
			open = c ? !c.turnComplete : open;
		}
		if (at === messages.length && open && called) {
			for (const line of told(word))
				appendFileSync('want', line + '\n');
			socket.send(Buffer.from(JSON.stringify(word)));
		}
		if (at === messages.length && open) {
			appendFileSync('want', 'turn_complete\n');
			socket.send(Buffer.from(
				'{"serverContent":{"turnComplete":true}}'));
			open = false;
		}
	});
	socket.on('close', () => server.close());
});
