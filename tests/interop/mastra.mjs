// Mastra's voice for the Live API as a client of gl-emulator: a typed turn, a
// spoken one, a tool.  Prints what came, one line each.
//	mastra.mjs gemini|vertex
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { came, told } from './client.mjs';

const require = createRequire(join(process.env.NODE_MODULES, 'x.js'));
const { GeminiLiveVoice } = require('@mastra/voice-google-gemini-live');
const voice = new GeminiLiveVoice(process.argv[2] === 'vertex' ?
	{ vertexAI: true, project: 'p', location: 'us-central1',
	model: 'gemini-live-2.5-flash-native-audio', speaker: 'Puck' } :
	{ apiKey: 'key-1', model: 'gemini-2.5-flash-native-audio-latest',
	speaker: 'Puck' });
const lines = new Set();
let sound = 0;

voice.on('speaking', e => sound += (e.audioData ?? e.audio)?.length ?? 0);
voice.on('toolCall', e => told('call ' + e.name + ' ' + JSON.stringify(e.args)));
voice.on('error', e => told('error ' + e.message));
voice.on('turnComplete', () => {
	told('complete' + (sound > 0 ? ' with sound' : ''));
	sound = 0;
});
voice.addTools({ weather: { id: 'weather', description: 'tells the weather',
	inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
	execute: async ({ city }) => (told('asked for ' + city), { sky: 'clear' })
} });
await voice.connect();
told('connected');
let end = came('complete with sound');
await voice.speak('Hello');
await end;
end = came('complete with sound');
await voice.speak('Weather');
await end;
end = came('complete with sound');
const pcm = new Int16Array(16 * 2200);
for (let i = 0; i < 16 * 700; i++)
	pcm[i] = i / 20 & 1 ? 8000 : -8000;
for (let i = 0; i < pcm.length; i += 320)
	await voice.send(pcm.subarray(i, i + 320));
await end;
await voice.disconnect();
process.exit(0);
