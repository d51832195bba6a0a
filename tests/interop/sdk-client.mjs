// The official JavaScript SDK as a client of gl-emulator: a typed turn, a
// function call, a spoken turn cut short, resumption.  Prints what came, one
// line each.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { came, pcm, told } from './client.mjs';

const require = createRequire(join(process.env.NODE_MODULES, 'x.js'));
const { GoogleGenAI, Modality } = require('@google/genai');
const ai = new GoogleGenAI({ apiKey: 'key-1',
	httpOptions: { baseUrl: 'http://' + process.argv[2] } });
let handle;

async function open(resume) {
	let session;
	session = await ai.live.connect({
		model: 'gemini-2.5-flash-native-audio-latest',
		config: { responseModalities: [Modality.AUDIO],
			outputAudioTranscription: {},
			sessionResumption: resume ? { handle: resume } : {},
			tools: [{ functionDeclarations: [{ name: 'f' }] }] },
		callbacks: {
			onmessage: m => {
				const c = m.serverContent ?? {};
				if (c.outputTranscription)
					told('words ' + c.outputTranscription.text);
				if (c.interrupted)
					told('interrupted');
				if (m.sessionResumptionUpdate?.resumable)
					handle = m.sessionResumptionUpdate.newHandle;
				if (m.toolCall) {
					told('call ' + m.toolCall.functionCalls[0].name);
					session.sendToolResponse({ functionResponses:
					    m.toolCall.functionCalls.map(f => ({
						id: f.id, name: f.name,
						response: { ok: 1 } })) });
				}
				if (c.turnComplete) {
					if (!(m.usageMetadata?.totalTokenCount > 0))
						told('no usage');
					told('complete');
				}
			},
			onerror: e => told('error ' + e.message),
			onclose: e => told('closed ' + e.code + ' ' + e.reason),
		},
	});
	return session;
}

let s = await open();
let end = came('complete');
s.sendClientContent({ turns: [{ role: 'user', parts: [{ text: 'Hello' }] }],
	turnComplete: true });
await end;
end = came('complete');
s.sendRealtimeInput({ text: 'call' });
await end;
end = came('interrupted');
s.sendRealtimeInput({ audio: pcm(600, true) });
s.sendRealtimeInput({ audioStreamEnd: true });
await came('words [0.6 s of speech]');
s.sendRealtimeInput({ audio: pcm(200, true) });
await end;
s.close();
await came('closed 1005 ');
s = await open(handle);
end = came('closed 1007 Request contains an invalid argument.');
s.sendRealtimeInput({ activityStart: {} });
await end;
