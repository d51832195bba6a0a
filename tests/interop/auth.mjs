// The other side of gl-auth, made of packages from npm: assertions verified by
// jose, requests signed for Amazon by aws4, and Google's own library as a
// client of gl-emulator.
//
//	auth.mjs serve PUBLIC_KEY READY	answers /token and /v1/token
//	auth.mjs client ENDPOINT FOLDER	gets tokens from gl-emulator
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { readFileSync, writeFileSync, renameSync } from 'node:fs';

const require = createRequire(process.env.NODE_MODULES + '/x.js');
const [verb, first, second] = process.argv.slice(2);

const AWS = { accessKeyId: 'AKIDEMULATOR', secretAccessKey: 'aws-secret-1c2d',
	sessionToken: 'aws-session-3e4f' };
const AUDIENCE = '//iam/pools/p/providers/x';

async function assertion(form, key) {
	const jose = await import(require.resolve('jose'));
	const { payload, protectedHeader } = await jose.jwtVerify(
	    form.get('assertion'), key, { algorithms: ['RS256'],
		audience: 'https://oauth2.googleapis.com/token',
		issuer: 'robot@proj-one.iam.gserviceaccount.com',
		maxTokenAge: '5 min' });
	if (protectedHeader.kid !== 'kid-1' || protectedHeader.typ !== 'JWT')
		throw new Error('header');
	if (payload.scope !== 'https://www.googleapis.com/auth/cloud-platform')
		throw new Error('scope');
}

function amazon(form) {
	const aws4 = require('aws4');
	const request = JSON.parse(decodeURIComponent(form.get('subject_token')));
	const url = new URL(request.url);
	const given = Object.fromEntries(request.headers.map((h) =>
	    [h.key.toLowerCase(), h.value]));
	const again = aws4.sign({ service: 'sts', region: 'eu-west-1',
		method: request.method, host: url.host,
		path: url.pathname + url.search,
		headers: { 'x-amz-date': given['x-amz-date'],
		    'x-amz-security-token': AWS.sessionToken } }, AWS);
	if (again.headers.Authorization !== given.authorization)
		throw new Error(`${again.headers.Authorization} wanted, ` +
		    `${given.authorization} given`);
	if (given.host !== 'sts.eu-west-1.amazonaws.com' ||
	    given['x-goog-cloud-target-resource'] !== AUDIENCE ||
	    form.get('audience') !== AUDIENCE)
		throw new Error('headers');
}

async function serve() {
	const jose = await import(require.resolve('jose'));
	const key = await jose.importSPKI(readFileSync(first, 'utf8'), 'RS256');
	const server = createServer((q, r) => {
		let body = '';
		q.on('data', (d) => { body += d; });
		q.on('end', async () => {
			const form = new URLSearchParams(body);
			let answer = { access_token: 'verified',
				expires_in: 3600, token_type: 'Bearer' };
			try {
				if (q.url === '/token')
					await assertion(form, key);
				else
					amazon(form);
			} catch (e) {
				answer = { error: 'invalid_grant',
					error_description: String(e) };
			}
			r.writeHead(answer.error ? 400 : 200,
			    { 'Content-Type': 'application/json' });
			r.end(JSON.stringify(answer));
		});
	});
	server.listen(0, '127.0.0.1', () => {
		writeFileSync(second + '.new', String(server.address().port));
		renameSync(second + '.new', second);
	});
}

async function client() {
	const lib = require('google-auth-library');
	const say = (what, token) => console.log(what,
	    /^ya29\.emulator-/.test(token) ? 'ok' : token);
	const sa = JSON.parse(readFileSync(second + '/sa.json'));
	const gtoken = first + '/token';

	// a service account: the library's assertion against our checks
	const jose = await import(require.resolve('jose'));
	const now = Math.floor(Date.now() / 1000);
	const jwt = await new jose.SignJWT({ scope: 'x' })
	    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'kid-1' })
	    .setIssuer(sa.client_email).setIssuedAt(now).setExpirationTime(now + 600)
	    .setAudience('https://oauth2.googleapis.com/token')
	    .sign(await jose.importPKCS8(sa.private_key, 'RS256'));
	const r = await fetch(gtoken, { method: 'POST', body: new URLSearchParams({
		grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
		assertion: jwt }) });
	say('jose', (await r.json()).access_token);

	// a file, and Amazon, by Google's library
	for (const name of ['file', 'aws']) {
		const c = lib.ExternalAccountClient.fromJSON({
			...JSON.parse(readFileSync(`${second}/${name}.json`)),
			token_url: first + '/v1/token' });
		c.scopes = ['https://www.googleapis.com/auth/cloud-platform'];
		say(name, (await c.getAccessToken()).token);
	}
}

await (verb === 'serve' ? serve() : client());
