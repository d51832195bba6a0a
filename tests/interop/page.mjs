// The page under Playwright; prints what the test compares.
import {createRequire} from 'module';
import {readFileSync} from 'fs';
const require = createRequire(process.env.NODE_MODULES + '/');
const {chromium} = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
// page.mjs PAGE SIDES.raw: the call's sound, two channels at 24 kHz
// page.mjs odd PAGE...: each at both widths, light and dark
// page.mjs beside PAGE: its sound is a file beside it
// page.mjs long PAGE: how long it takes to open and scroll
const args = process.argv.slice(2);
const mode = ['odd', 'beside', 'long'].includes(args[0]) ? args.shift() : '';
const url = 'file://' + args[0];
const browser = await chromium.launch({executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required']});

// axe runs in a world of its own, since the page's policy allows no script
async function violations(context, page) {
	const cdp = await context.newCDPSession(page);
	const {frameTree} = await cdp.send('Page.getFrameTree');
	const {executionContextId: contextId} = await cdp.send(
	    'Page.createIsolatedWorld', {frameId: frameTree.frame.id});
	await cdp.send('Runtime.evaluate', {expression: axe, contextId});
	const r = await cdp.send('Runtime.evaluate', {contextId,
	    awaitPromise: true, returnByValue: true, expression:
	    'axe.run().then(r => JSON.stringify(r.violations.map(v => v.id)))'});
	return r.result.value;
}

async function look(url, name) {
	for (const width of [1400, 390])
		for (const colorScheme of ['light', 'dark']) {
			const context = await browser.newContext({colorScheme,
			    viewport: {width, height: 900}});
			const page = await context.newPage();
			let messages = 0;
			page.on('console', () => messages++);
			page.on('pageerror', () => messages++);
			page.on('dialog', d => { messages++; d.dismiss(); });
			await page.goto(url);
			const over = await page.evaluate(() =>
			    document.documentElement.scrollWidth) - width;
			const bad = await violations(context, page);
			console.log(name + width, colorScheme, 'messages', messages,
			    'overflow', Math.max(0, over), 'axe', bad);
			await context.close();
		}
}

async function done() {
	await browser.close();
	process.exit(0);
}

// a file beside the page plays, from where a word is clicked
async function beside() {
	const page = await browser.newPage({viewport: {width: 1400, height: 900}});
	let messages = 0;
	page.on('console', m => { messages++; console.log(m.text()); });
	await page.goto(url);
	const words = page.locator('.say p[data-w]').last();
	const from = Number(await words.getAttribute('data-t'));
	await words.click({position: {x: 20, y: 18}});
	await page.waitForFunction(t => document.getElementById('sound')
	    .currentTime * 1000 >= t, from, {timeout: 10000});
	console.log('beside plays', await page.evaluate(t => {
		const s = document.getElementById('sound');
		return s.currentTime * 1000 - t < 1500 && !s.error &&
		    s.duration > 0 && !s.src.startsWith('data:');
	}, from), 'messages', messages);
	await done();
}

// opened, and scrolled to its end; by the browser's own processor time, since
// others may have the machine
async function long() {
	const cdp = await browser.newBrowserCDPSession();
	const page = await browser.newPage({viewport: {width: 1400, height: 900}});
	const spent = async () => (await cdp.send('SystemInfo.getProcessInfo'))
	    .processInfo.filter(p => p.type === 'renderer')
	    .reduce((sum, p) => sum + p.cpuTime * 1000, 0);
	const before = await spent(), begun = Date.now();
	await page.goto(url);
	await page.evaluate(() => new Promise(r => requestAnimationFrame(() =>
	    requestAnimationFrame(r))));
	const opened = Date.now() - begun, there = await spent();
	// fifty steps over the whole page
	await page.evaluate(async () => {
		const html = document.documentElement;
		html.style.scrollBehavior = 'auto';
		for (let i = 1; i <= 50; i++) {
			scrollTo(0, html.scrollHeight * i / 50);
			await new Promise(r => requestAnimationFrame(() =>
			    requestAnimationFrame(r)));
		}
		scrollTo(0, html.scrollHeight);
	});
	const open = there - before, step = (await spent() - there) / 50;
	const end = page.locator('.talk > li').last();
	await end.scrollIntoViewIfNeeded();
	console.error('opened in', opened, 'ms,', Math.round(open),
	    'of the processor; a step', Math.round(step));
	console.log('long opens', Math.min(open, opened) < 3000, 'scrolls',
	    step < 500, 'its end', await end.isVisible(),
	    'rows', await page.locator('.strip').count());
	await done();
}

if (mode === 'odd') {
	for (const p of args)
		await look('file://' + p, p.replace(/.*\/|\.html/g, '') + ' ');
	await done();
}
if (mode === 'beside')
	await beside();
if (mode === 'long')
	await long();
await look(url, '');

const page = await browser.newPage({viewport: {width: 1400, height: 900}});
await page.goto(url);
const at = () => page.evaluate(() =>
    document.getElementById('sound').currentTime * 1000);
const words = page.locator('.say.u p').first();
const from = Number(await words.getAttribute('data-t'));
await words.click({position: {x: 20, y: 18}});
await page.waitForFunction(t => document.getElementById('sound').currentTime *
    1000 >= t, from);
const soon = await at() - from < 1500;
const lit = await page.waitForSelector('.lit .now', {timeout: 3000})
    .then(() => true, () => false);
console.log('word plays', soon, 'lit', lit);

// the sound as Web Audio decodes it, beside that of the call: where it is loud
const coded = (await page.locator('#sound').getAttribute('src')).split(',')[1];
const blank = await browser.newPage();
const envelope = await blank.evaluate(async b64 => {
	const bytes = Uint8Array.from(atob(b64), c => c.charCodeAt(0));
	const sound = await new OfflineAudioContext(1, 1, 24000)
	    .decodeAudioData(bytes.buffer);
	const s = sound.getChannelData(0), out = [];
	for (let i = 0; i + 240 <= s.length; i += 240) {
		let sum = 0;
		for (let k = i; k < i + 240; k++)
			sum += s[k] * s[k];
		out.push(Math.sqrt(sum / 240));
	}
	return out;
}, coded);
const raw = readFileSync(args[1]), call = [];
for (let i = 0; i + 960 <= raw.length; i += 960) {
	let sum = 0;
	for (let k = i; k < i + 960; k += 4)
		sum += ((raw.readInt16LE(k) + raw.readInt16LE(k + 2)) / 32768) ** 2;
	call.push(Math.sqrt(sum / 240));
}
// correlation of the two when one is moved by so many steps of 10 ms
function alike(by) {
	let ab = 0, aa = 0, bb = 0;
	for (let i = Math.max(0, -by); i < call.length; i++) {
		const b = envelope[i + by] || 0;
		ab += call[i] * b;
		aa += call[i] ** 2;
		bb += b * b;
	}
	return ab / Math.sqrt(aa * bb);
}
let best = -20;
for (let by = -20; by <= 20; by++)
	best = alike(by) > alike(best) ? by : best;
console.error('moved by', best * 10, 'ms, alike', alike(best).toFixed(4),
    'lengths', envelope.length * 10, call.length * 10);
console.log('decoded', Math.abs(best) <= 1, alike(best) > 0.98,
    Math.abs(envelope.length - call.length) <= 10);
// each turn of the user's is silence in front of where its first word is
// clicked, and sound behind it
const level = (from, to) => Math.max(...envelope.slice(Math.max(0,
    Math.round(from / 10)), Math.round(to / 10)));
let turns = 0, off = 0;
for (const p of await page.locator('.say.u p').all()) {
	const w = Number((await p.getAttribute('data-w')).split(' ')[0]);
	const t = Number(await p.getAttribute('data-t')) + w * 10;
	await p.click({position: {x: 20, y: 18}});
	await page.waitForFunction(() => !document.getElementById('sound').seeking);
	const now = await at();
	turns++;
	if (now < t - 20 || now > t + 1500 || level(t - 150, t - 50) > 0.01 ||
	    level(t - 20, t + 200) < 0.03)
		off++;
}
console.log('words clicked', turns > 3, 'off', off);

const row = page.locator('.row').first();
const box = await row.boundingBox();
const length = await page.evaluate(() =>
    Number(document.getElementById('chart').dataset.row));
await row.click({position: {x: box.width / 4, y: 60}, force: true});
await page.waitForFunction(() => !document.getElementById('sound').seeking);
console.log('wave plays', Math.abs(await at() - length / 4) < 1500);

const bare = await browser.newPage({javaScriptEnabled: false});
await bare.goto(url);
const width = async () => (await bare.locator('.row').first().boundingBox())
    .width;
const before = await width();
await bare.locator('label:has(#z4)').click();
const zoomed = Math.abs(await width() / before - 4) < 0.1;
await bare.locator('.say .at').first().click();
const linked = /#c\d+$/.test(bare.url());
let folded = true;
for (const d of await bare.locator('details').all()) {
	await d.locator('summary').click();
	folded = folded && await d.getAttribute('open') !== null;
}
console.log('without scripts zoom', zoomed, 'links', linked, 'folds', folded,
    'player', await bare.locator('#sound[controls]').count() === 1);
await browser.close();
