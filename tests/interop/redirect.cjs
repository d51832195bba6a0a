// Preloaded into a client whose addresses are fixed: TLS connections to
// Google's hosts go to gl-emulator instead ($GL_EMULATOR_HOST).
const tls = require('node:tls');
const [host, port] = process.env.GL_EMULATOR_HOST.split('/').pop().split(':');
const connect = tls.connect;

tls.connect = function (...args) {
	const o = args.find(a => a !== null && typeof a === 'object');
	if (/\.googleapis\.com$/.test(o?.host ?? o?.hostname ?? ''))
		Object.assign(o, { servername: 'localhost', host,
			port: Number(port), path: undefined, socket: undefined });
	return connect.apply(this, args);
};
