// The ws package against the WebSocket layer.
//   node ws-peer.mjs serve	prints its port; runs one connection's cases
//   node ws-peer.mjs call URL	a client of ws-serve
// Ends with 0 and "all N cases" where everything came back as it should.
import { createRequire } from 'node:module';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

const require = createRequire(process.env.NODE_MODULES + '/x.js');
const { WebSocket, WebSocketServer } = require('ws');

let cases = 0;
function check(good, what) {
	cases++;
	if (!good) {
		console.error('wrong: ' + what);
		process.exitCode = 1;
	}
}

// The messages of a socket one after the other: several may come at once.
function reader(socket) {
	const got = [], waiting = [];
	socket.on('message', (data, binary) => {
		const next = waiting.shift();
		if (next)
			next([data, binary]);
		else
			got.push([data, binary]);
	});
	return () => got.length ? Promise.resolve(got.shift()) :
	    new Promise(resolve => waiting.push(resolve));
}

// Sends each message and waits for the same to come back.
async function echoes(socket) {
	const next = reader(socket);
	const messages = ['', 'hello', 'κόσμε 🙂', 'x'.repeat(70000)];
	for (const n of [0, 1, 125, 126, 65535, 65536, 1 << 20, 5 << 20])
		messages.push(randomBytes(n));
	for (const m of messages) {
		socket.send(m);
		const [data, binary] = await next();
		check(Buffer.from(m).equals(data) &&
		    binary === (typeof m !== 'string'), 'echo of ' + m.length);
	}
	for (const m of messages)
		socket.send(m);
	for (const m of messages) {
		const [data] = await next();
		check(Buffer.from(m).equals(data), 'jammed echo of ' + m.length);
	}
	// fragments, a ping between them
	socket.send('one ', { fin: false });
	socket.send('two ', { fin: false });
	socket.ping('between');
	socket.send('three', { fin: true });
	const [[payload], [data]] = await Promise.all([once(socket, 'pong'),
	    next()]);
	check(String(payload) === 'between', 'pong');
	check(String(data) === 'one two three', 'fragments');
}

async function close(socket) {
	socket.close(4321, 'good-bye');
	const [code, reason] = await once(socket, 'close');
	check(code === 4321, 'close code ' + code);
	console.log('all ' + cases + ' cases');
}

if (process.argv[2] === 'serve') {
	// it would compress if it were offered
	const server = new WebSocketServer({ port: 0, host: '127.0.0.1',
	    perMessageDeflate: true });
	server.on('listening', () => console.log(server.address().port));
	server.on('connection', async socket => {
		await echoes(socket);
		await close(socket);
		server.close();
	});
} else {
	const socket = new WebSocket(process.argv[3], { ca: process.argv[4] &&
	    readFileSync(process.argv[4]) });
	await once(socket, 'open');
	check(socket.extensions === '', 'no extension');
	await echoes(socket);
	await close(socket);
}
