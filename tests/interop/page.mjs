// The page under Playwright; prints what the test compares.
import {createRequire} from 'module';
import {readFileSync} from 'fs';
const require = createRequire(process.env.NODE_MODULES + '/');
const {chromium} = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const url = 'file://' + process.argv[2];
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

for (const width of [1400, 390])
	for (const colorScheme of ['light', 'dark']) {
		const context = await browser.newContext({colorScheme,
		    viewport: {width, height: 900}});
		const page = await context.newPage();
		let messages = 0;
		page.on('console', () => messages++);
		page.on('pageerror', () => messages++);
		await page.goto(url);
		const over = await page.evaluate(() =>
		    document.documentElement.scrollWidth) - width;
		const bad = await violations(context, page);
		console.log(width, colorScheme, 'messages', messages,
		    'overflow', Math.max(0, over), 'axe', bad);
		await context.close();
	}

const page = await browser.newPage({viewport: {width: 1400, height: 900}});
await page.goto(url);
const at = () => page.evaluate(() =>
    document.getElementById('sound').currentTime * 1000);
const words = page.locator('.say.m p').first();
const from = Number(await words.getAttribute('data-t'));
await words.click({position: {x: 20, y: 18}});
await page.waitForFunction(t => document.getElementById('sound').currentTime *
    1000 >= t, from);
const soon = await at() - from < 1500;
const lit = await page.waitForSelector('.lit .now', {timeout: 3000})
    .then(() => true, () => false);
console.log('word plays', soon, 'lit', lit);
const row = page.locator('.row').first();
const box = await row.boundingBox();
const length = await page.evaluate(() =>
    Number(document.getElementById('chart').dataset.row));
await page.mouse.click(box.x + box.width / 4, box.y + 60);
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
console.log('without scripts zoom', zoomed, 'links', /#c\d+$/.test(bare.url()));
await browser.close();
