import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepRawQuery, rawQueryHeader } from './keep-raw-query';

keepRawQuery();
keepRawQuery();
const server = createServer((incoming, response) =>
  response.end(JSON.stringify(incoming.headers[rawQueryHeader] ?? null)),
);

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

function ask(path: string): Promise<unknown> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { [rawQueryHeader]: 'claimed' } }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve(JSON.parse(text)));
    })
      .on('error', reject)
      .end();
  });
}

it('keeps the octets of the query, however they are percent-encoded', async () => {
  const query = "SAMLRequest=a%2fb%2B&RelayState=(it's)~*!%61|^";
  expect(await ask(`/saml2/egnyte?${query}`)).toBe(query);
});

it('believes no caller, and leaves other addresses alone', async () => {
  expect(await ask('/saml2/egnyte')).toBeNull();
  expect(await ask('/applications?q=a')).toBeNull();
});
