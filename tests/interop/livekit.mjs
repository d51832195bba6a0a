// LiveKit's plugin for the Live API as a client of gl-emulator: a reply asked
// for, a spoken turn with a function call, its answer.  Prints what came, one
// line each.
//	livekit.mjs HOST gemini|vertex
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { came, told } from './client.mjs';

const require = createRequire(join(process.env.NODE_MODULES, 'x.js'));
const { initializeLogger, llm } = require('@livekit/agents');
const google = require('@livekit/agents-plugin-google');
const { AudioFrame } = require('@livekit/rtc-node');

async function gather(stream, each) {
	for await (const v of stream)
		await each(v);
}

initializeLogger({ pretty: false, level: 'error' });
const backend = process.argv[3] === 'vertex' ?
	{ vertexai: true, project: 'p', location: 'us-central1' } :
	{ apiKey: 'key-1' };
const model = new google.beta.realtime.RealtimeModel({ ...backend,
	httpOptions: { baseUrl: 'http://' + process.argv[2] } });
const session = model.session();
const tools = new llm.ToolContext([llm.tool({ name: 'weather',
	description: 'tells the weather', parameters: { type: 'object',
	properties: { city: { type: 'string' } }, required: ['city'] },
	execute: async () => 'clear' })]);

session.on('error', e => told('error ' + e.error?.message));
session.on('input_audio_transcription_completed', e =>
	e.isFinal && told('heard ' + e.transcript));
session.on('generation_created', async g => {
	let words = '', sound = 0, calls = 0;
	await Promise.all([
		gather(g.messageStream, m => Promise.all([
			gather(m.textStream, t => { words += t; }),
			gather(m.audioStream, f => { sound += f.data.length; })])),
		gather(g.functionStream, async f => {
			calls++;
			told('call ' + f.name + ' ' + f.args);
			const ctx = session.chatCtx;
			ctx.insert(f);
			ctx.insert(llm.FunctionCallOutput.create({ callId: f.callId,
				name: f.name, output: 'clear', isError: false }));
			await session.updateChatCtx(ctx);
		})]);
	if (calls === 0)
		told('said ' + words + (sound > 0 ? ' with sound' : ''));
});
await session.updateTools(tools);
let end = came('said . with sound');
await session.generateReply('Be brief.');
await end;
end = came('said {"output":"clear"} with sound');
const pcm = new Int16Array(16 * 2200);
for (let i = 0; i < 16 * 700; i++)
	pcm[i] = i / 20 & 1 ? 8000 : -8000;
session.pushAudio(new AudioFrame(pcm, 16000, 1, pcm.length));
await end;
await session.close();
process.exit(0);
