// The official JavaScript SDK with a callback for tool calls: runs the program
// and answers with what it printed.  node sdk-tool.mjs HOST:PORT PROGRAM; ends
// with its standard input.
import { spawn } from 'node:child_process';
import { GoogleGenAI, Modality } from '@google/genai';

const ai = new GoogleGenAI({
  apiKey: 'bench',
  httpOptions: { baseUrl: `http://${process.argv[2]}` },
});

function run(call) {
  return new Promise((resolve) => {
    const child = spawn(process.argv[3], { stdio: 'pipe' });
    let said = '';
    child.stdin.on('error', () => {});
    child.stdout.on('data', (data) => { said += data; });
    child.on('close', () => resolve({
      id: call.id, name: call.name, response: { result: said },
    }));
    child.stdin.end(JSON.stringify(call.args ?? {}) + '\n');
  });
}

// the first call may come before this is settled
const opening = ai.live.connect({
  model: 'gemini-3.8-live',
  config: {
    responseModalities: [Modality.AUDIO],
    tools: [{ functionDeclarations: [{ name: 'true' }] }],
  },
  callbacks: {
    async onmessage(message) {
      const calls = message.toolCall?.functionCalls;
      if (!calls) return;
      const functionResponses = await Promise.all(calls.map(run));
      (await opening).sendToolResponse({ functionResponses });
    },
    onerror: (e) => { console.error(e.message); process.exit(1); },
    onclose: () => process.exit(0),
  },
});
await opening;
process.stdin.on('end', () => process.exit(0)).resume();
