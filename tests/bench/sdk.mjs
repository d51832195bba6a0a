// The official JavaScript SDK doing what gl-session -r does: raw PCM in, raw
// PCM out.  node sdk.mjs PORT; NODE_EXTRA_CA_CERTS names the CA.
import { GoogleGenAI, Modality } from '@google/genai';

const ai = new GoogleGenAI({
  apiKey: 'bench',
  httpOptions: { baseUrl: `https://localhost:${process.argv[2]}` },
});
let done;
const over = new Promise((resolve) => { done = resolve; });
const session = await ai.live.connect({
  model: 'bench',
  config: { responseModalities: [Modality.AUDIO] },
  callbacks: {
    onmessage(message) {
      const content = message.serverContent;
      if (!content) return;
      for (const part of content.modelTurn?.parts ?? [])
        if (part.inlineData)
          process.stdout.write(Buffer.from(part.inlineData.data, 'base64'));
      if (content.turnComplete) done();
    },
    onerror: (e) => { console.error(e.message); process.exit(1); },
    onclose: () => done(),
  },
});
process.stdin.on('data', (chunk) => session.sendRealtimeInput({
  audio: { mimeType: 'audio/pcm;rate=16000', data: chunk.toString('base64') },
}));
process.stdin.on('end', () => session.sendRealtimeInput({ audioStreamEnd: true }));
await over;
session.close();
process.exit(0);
