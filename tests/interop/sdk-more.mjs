// The official JavaScript SDK as a client of gl-emulator in its default
// settings, on either backend: text, sound, transcripts, a call that speech
// cancels, goAway, resumption, manual activity, an ephemeral token.
//	sdk-more.mjs HOST gemini|vertex
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { came, pcm, told } from './client.mjs';

const require = createRequire(join(process.env.NODE_MODULES, 'x.js'));
const { GoogleGenAI, Modality } = require('@google/genai');
const [host, backend] = process.argv.slice(2);
const vertex = backend === 'vertex';
const baseUrl = 'http://' + host;
const client = vertex ?
	{ vertexai: true, project: 'p', location: 'us-central1' } :
	{ apiKey: 'key-1' };
const model = vertex ? 'gemini-live-2.5-flash-native-audio' :
	'gemini-2.5-flash-native-audio-latest';
let handle;

function open(ai, config) {
	let sound = 0;
	return ai.live.connect({ model,
		config: { responseModalities: [Modality.AUDIO], ...config },
		callbacks: {
			onmessage: m => {
				const c = m.serverContent ?? {};
				sound += Buffer.from(m.data ?? '', 'base64').length;
				if (c.inputTranscription?.text)
					told('heard ' + c.inputTranscription.text);
				if (c.outputTranscription?.text)
					told('words ' + c.outputTranscription.text);
				if (m.sessionResumptionUpdate?.resumable)
					handle = m.sessionResumptionUpdate.newHandle;
				if (m.toolCall)
					told('call ' + m.toolCall.functionCalls[0].name);
				if (m.toolCallCancellation)
					told('cancelled ' +
					    m.toolCallCancellation.ids.length);
				if (m.goAway)
					told('goAway ' + m.goAway.timeLeft);
				if (c.interrupted)
					told('interrupted');
				if (c.turnComplete) {
					told(sound > 0 ? 'complete with sound' :
					    'complete without');
					sound = 0;
					told('complete', true);
				}
			},
			onerror: e => told('error ' + e.message),
			onclose: e => e.reason && told('closed ' + e.reason),
		} });
}

async function say(s, text) {
	const end = came('complete');
	s.sendClientContent({ turns: text });
	await end;
}

const ai = new GoogleGenAI({ ...client, httpOptions: { baseUrl } });
const all = { inputAudioTranscription: {}, outputAudioTranscription: {},
	tools: [{ functionDeclarations: [{ name: 'f' }] }] };
let s = await open(ai, { ...all, sessionResumption: {} });
await say(s, 'Hello');
let end = came('call f');
s.sendRealtimeInput({ audio: pcm(600, true) });
s.sendRealtimeInput({ audio: pcm(1500, false) });
await end;
end = came('words [0.4 s of speech]').then(() => came('complete'));
s.sendRealtimeInput({ audio: pcm(400, true) });
s.sendRealtimeInput({ audio: pcm(1500, false) });
await end;
end = came('goAway 5s');
await say(s, 'Away');
await end;
s.close();
s = await open(ai, { ...all, sessionResumption: { handle } });
await say(s, 'Again');
s.close();
s = await open(ai, { ...all, realtimeInputConfig: {
	automaticActivityDetection: { disabled: true } } });
for (const cut of [false, true]) {
	end = came(cut ? 'complete' : 'words [0.8 s of speech]');
	s.sendRealtimeInput({ activityStart: {} });
	s.sendRealtimeInput({ audio: pcm(800, true) });
	if (!cut)
		s.sendRealtimeInput({ activityEnd: {} });
	await end;
}
s.close();
if (!vertex) {
	const httpOptions = { baseUrl, apiVersion: 'v1alpha' };
	const minter = new GoogleGenAI({ ...client, httpOptions });
	const token = await minter.authTokens.create({ config: { uses: 1 } });
	told('token ' + token.name.split('/')[0]);
	s = await open(new GoogleGenAI({ apiKey: token.name, httpOptions }),
	    { outputAudioTranscription: {} });
	await say(s, 'By token');
	s.close();
}
process.exit(0);
