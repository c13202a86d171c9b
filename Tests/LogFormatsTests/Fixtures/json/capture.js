// Writes what JSON loggers of JavaScript write, one file a library.
//
// Needs Debian's nodejs, node-winston and node-bunyan (here those of Debian 12). Copied to /srv/shop/shop.js, and run in
// this folder with NODE_PATH=/usr/share/nodejs node /srv/shop/shop.js
const fs = require('fs');
const { Writable } = require('stream');
const bunyan = require('bunyan');
const winston = require('winston');

function sink() {
  const parts = [];
  const stream = new Writable({ write(chunk, encoding, done) { parts.push(chunk); done(); } });
  return { stream, text: () => Buffer.concat(parts) };
}

let out = sink();
const b = bunyan.createLogger({
  name: 'shop', src: true, serializers: bunyan.stdSerializers,
  streams: [{ level: 'trace', stream: out.stream }],
});
b.trace('entering');
b.info({ order: 7, tags: ['a', 'b'] }, 'order placed');
b.child({ component: 'db' }).warn('slow query');
b.error(new Error('connection refused'));
b.fatal('giving up');
fs.writeFileSync('bunyan.jsonl', out.text());

out = sink();
const w = winston.createLogger({
  level: 'silly', defaultMeta: { service: 'shop' },
  format: winston.format.combine(winston.format.timestamp(), winston.format.errors({ stack: true }), winston.format.json()),
  transports: [new winston.transports.Stream({ stream: out.stream })],
});
w.info('order placed', { order: 7 });
w.warn('disk almost full\nsecond line');
w.http('GET /');
w.silly('entering');
w.error(new Error('connection refused'));
w.on('finish', () => fs.writeFileSync('winston.jsonl', out.text()));
w.end();
