// Walks the types of an installed @google/genai: one JSON line for each leaf
// field of what a client sends (setup, the other messages) and of what the
// service says, as an object that holds this leaf and nothing else.
//	fields.mjs FOLDER setup|client|server
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, what] = process.argv.slice(2);
const text = readFileSync(join(folder,
	'node_modules/@google/genai/dist/genai.d.ts'), 'utf8')
	.replace(/\/\*[\s\S]*?\*\//g, '');
const types = new Map(), enums = new Map(), unions = new Map();

for (const m of text.matchAll(
	/^export declare (?:interface|class) (\w+)[^{]*\{([\s\S]*?)^\}/gm))
	types.set(m[1], [...m[2].matchAll(/^    (\w+)\??: ([^;{]+);/gm)]
	    .map(f => [f[1], f[2].trim()]));
for (const m of text.matchAll(
	/^(?:export )?declare enum (\w+) \{([\s\S]*?)^\}/gm))
	enums.set(m[1], [...m[2].matchAll(/= "(.*?)"/g)].map(v => v[1]));
for (const m of text.matchAll(/^(?:export )?declare type (\w+) = ([^;]+);/gm))
	unions.set(m[1], m[2]);
// The package's own name for a type that a browser has too.
for (const m of text.matchAll(
	/^declare (?:interface|class) (\w+)[^{]*\{([\s\S]*?)^\}/gm))
	types.set(m[1], [...m[2].matchAll(/^    (\w+)\??: ([^;{]+);/gm)]
	    .map(f => [f[1], f[2].trim()]));

// Names that a converter of the package changes, and unions that it resolves.
const wire = { voiceActivityType: 'type', modelSelectionConfig: 'modelConfig' };
const resolved = { ContentUnion: 'Content', ToolListUnion: 'Tool[]',
	ContentListUnion: 'Content[]', PartUnion: 'Part' };
// Bytes are strings in these types.
const bytes = /^(data|thoughtSignature|voiceSampleAudio|consentAudio|imageData|sdkBlob|imageBytes|videoBytes)$/;
const times = /(Offset|[dD]uration|timeLeft|[tT]imeout|ReadTimeout)$/;
let serial = 0;

function* leaf(name, type) {
	if (enums.has(type)) {
		for (const word of enums.get(type))
			yield word;
	} else if (type === 'boolean') {
		yield true;
	} else if (type === 'number') {
		yield what === 'server' ? 1e6 + ++serial : 1;
	} else if (/^'[A-Z_]+'$|^"[A-Z_]+"$/.test(type)) {
		yield type.slice(1, -1);
	} else if (type !== 'string') {
		yield { ['x' + ++serial]: 1 };	/* any value, any object */
	} else if (bytes.test(name)) {
		yield 'AAAA';
	} else if (times.test(name)) {
		yield ++serial + 's';
	} else if (/^(startTime|endTime)$/.test(name)) {
		yield '2026-01-01T00:00:00Z';
	} else if (/^(lastConsumedClientMessageIndex|.*Tokens|max\w+|min(Items|Length|Properties))$/
	    .test(name)) {
		yield String(++serial);
	} else {
		yield 'leaf' + ++serial;
	}
}

function* walk(name, type, seen) {
	type = resolved[type] ?? type;
	if (type.endsWith('[]')) {
		for (const v of walk(name, type.slice(0, -2), seen))
			yield [v];
		return;
	}
	const map = /^Record<string, (\w+)>$/.exec(type);
	if (map && (map[1] === 'string' || types.has(map[1]))) {
		for (const v of walk(name, map[1], seen))
			yield { key: v };
		return;
	}
	if (!types.has(type)) {
		yield* leaf(name, type);
		return;
	}
	if (seen.includes(type))
		return;
	const fields = types.get(type);
	if (fields.length === 0)
		yield {};
	for (const [field, inner] of fields)
		for (const v of walk(field, inner, [...seen, type]))
			yield { [wire[field] ?? field]: v };
}

// A function needs a name, whatever is looked at.
function named(v) {
	for (const f of v.tools?.[0]?.functionDeclarations ?? [])
		f.name ??= 'f';
	return v;
}

const roots = { setup: 'LiveClientSetup', client: 'LiveClientMessage',
	server: 'LiveServerMessage' };
for (const v of walk('', roots[what], []))
	if (!(what === 'client' && v.setup))
		console.log(JSON.stringify(named(v)));
