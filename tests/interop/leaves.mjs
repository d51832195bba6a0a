// Sends each line of a file as a message, in a session of its own, and prints
// what is refused and how: "message<TAB>code reason".
//	leaves.mjs HOST gemini|vertex FILE
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const require = createRequire(join(process.env.NODE_MODULES, 'x.js'));
const WebSocket = require('ws');
const [host, backend, file] = process.argv.slice(2);
const vertex = backend === 'vertex';
const url = 'ws://' + host + '/ws/google.' + (vertex ?
	'cloud.aiplatform.v1beta1.LlmBidiService/' :
	'ai.generativelanguage.v1beta.GenerativeService.') +
	'BidiGenerateContent';
const headers = vertex ? { Authorization: 'Bearer t' } :
	{ 'x-goog-api-key': 'key-1' };
const setup = JSON.stringify({ setup: { model: (vertex ?
	'publishers/google/models/' : 'models/') + 'gemini-3.8-live',
	generationConfig: { responseModalities: ['AUDIO'] } } });
const lines = readFileSync(file, 'utf8').split('\n').filter(l => l);

function send(line) {
	return new Promise((resolve, reject) => {
		const ws = new WebSocket(url, { headers });
		let ready = false;
		ws.on('open', () => ws.send(setup));
		ws.on('message', () => {
			if (ready)
				return;
			ready = true;
			ws.send(line);
			ws.ping();
		});
		ws.on('pong', () => { ws.terminate(); resolve(''); });
		ws.on('close', (code, why) => resolve(code + ' ' + why));
		ws.on('error', reject);
	});
}

async function work() {
	for (let line; (line = lines.shift()) !== undefined;) {
		const said = await send(line);
		if (said)
			console.log(line + '\t' + said);
	}
}

await Promise.all([work(), work(), work(), work()]);
