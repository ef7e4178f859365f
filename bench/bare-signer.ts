/**
 * What a sign-in is measured against: a server on `node:http` that answers every request with the form of a response, for which it
 * makes one RSA signature, and does nothing else. It reads no request, asks no database and keeps nothing.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
// As many octets as a SignedInfo has.
const octets = Buffer.alloc(700, 'x');
const [before, after] = ['<form method="post" action="https://sp.example.com/acs"><input value="', '"></form>'];
// As long as a response with eight attributes in base64.
const response = Buffer.alloc(5_000, 'x').toString();

const server = createServer((_request, answer) => {
  const signature = sign('sha256', octets, privateKey).toString('base64');
  const page = before + response + signature + after;
  answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': Buffer.byteLength(page) });
  answer.end(page);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
});
// It ends with whoever measures, however that ends.
createInterface({ input: process.stdin }).once('close', () => process.exit(0));
