// Reads WebVTT with two parsers of npm's; prints the cues, or what they say.
import {createRequire} from 'module';
import {readFileSync} from 'fs';
const require = createRequire(process.env.NODE_MODULES + '/');
const {WebVTTParser} = require('webvtt-parser');
const strict = require('node-webvtt');
const text = readFileSync(process.argv[2], 'utf8');

// its own table of entities lacks their semicolons
const entities = {'&amp;': '&', '&lt;': '<', '&gt;': '>', '&nbsp;': ' '};
const {cues, errors} = new WebVTTParser(entities).parse(text, 'subtitles');
for (const e of errors)
	console.log('line', e.line, e.message);
const words = n => n.type === 'text' ? n.value :
    n.children.map(words).join('');
const ms = t => Math.round(t * 1000);
const first = cues.map(c => [ms(c.startTime), ms(c.endTime),
    words(c.tree).replace(/[ \n]+/g, ' ')]);
// throws at what is not in order
const also = strict.parse(text, {strict: true}).cues.map(c =>
    [ms(c.start), ms(c.end)]);
console.log('cues', first.length, 'alike', JSON.stringify(also) ===
    JSON.stringify(first.map(c => c.slice(0, 2))));
if (process.argv[3] === 'all')
	for (const c of first)
		console.log(...c);
