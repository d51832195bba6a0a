// What the clients of gl-emulator share: waiting for a word, saying it, and
// sound to be heard.
let waiting = [];

export function came(word) {
	return new Promise(resolve => waiting.push([word, resolve]));
}

// Prints a line, unless quiet, and ends the waits for it.
export function told(word, quiet = false) {
	if (!quiet)
		console.log(word);
	waiting = waiting.filter(([w, resolve]) =>
	    w !== word || (resolve(), false));
}

// So many ms at 16 kHz: a tone like speech, or silence.
export function pcm(ms, loud) {
	const b = Buffer.alloc(32 * ms);
	for (let i = 0; loud && i < b.length / 2; i++)
		b.writeInt16LE(i / 20 & 1 ? 8000 : -8000, 2 * i);
	return { data: b.toString('base64'), mimeType: 'audio/pcm;rate=16000' };
}
