import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { api, apiToken } from '../support/api';
import { isOurOwn, origin } from '../support/environment';
import { send } from '../support/send';
import { expect, test } from '../support/test';

const somebody = '00000000-0000-4000-8000-000000000000';
const everyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'LOCK', 'SEARCH'];
const files = readdirSync('app', { recursive: true }).map(String);
const addressOf = (file: string) =>
  `/${file
    .split('/')
    .slice(0, -1)
    .filter((part) => !part.startsWith('('))
    .map((part) => (part.startsWith('[') ? somebody : part))
    .join('/')}`;
const routes = files.filter((file) => /(^|\/)route\.ts$/.test(file) && !file.includes('[...nextauth]'));
const pages = files.filter((file) => /(^|\/)page\.tsx$/.test(file));

function methodsOf(file: string): string[] {
  const source = readFileSync(join('app', file), 'utf8');
  const names = [
    ...source.matchAll(/(?:export (?:const|async function|function)|\bas) (GET|POST|PUT|PATCH|DELETE)\b/g),
  ];
  const methods = names.map(([, method = '']) => method);
  return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
}

/** What next-auth answers with a password as the one way to sign in. */
const authRoutes: Record<string, string[]> = {
  providers: ['GET', 'HEAD'],
  csrf: ['GET', 'HEAD'],
  session: ['GET', 'HEAD', 'POST'],
  signin: ['GET', 'HEAD', 'POST'],
  'signin/credentials': ['GET', 'HEAD', 'POST'],
  signout: ['GET', 'HEAD', 'POST'],
  'callback/credentials': ['POST'],
  'verify-request': ['GET', 'HEAD'],
  error: ['GET', 'HEAD'],
  _log: ['POST'],
};

const expected: [path: string, methods: string[]][] = [
  ...routes.map((file): [string, string[]] => [addressOf(file), methodsOf(file)]),
  ...pages.map((file): [string, string[]] => [addressOf(file), ['GET', 'HEAD', 'POST']]),
  ...Object.entries(authRoutes).map(([path, methods]): [string, string[]] => [`/api/auth/${path}`, methods]),
  ['/', ['GET', 'HEAD', 'POST']],
  ['/no/such/page', ['GET', 'HEAD', 'POST']],
  ['/icon.svg', ['GET', 'HEAD']],
  ['/_next/static/none.js', ['GET', 'HEAD']],
];

test('every path answers its methods, and every other method with 405 and those that are possible; none fails', async () => {
  expect(routes.length).toBeGreaterThan(15);
  expect(pages.length).toBeGreaterThan(30);
  for (const [path, methods] of expected) {
    for (const method of everyMethod) {
      const { status, headers } = await send(path, { method });
      if (methods.includes(method)) {
        expect.soft(status, `${method} ${path}`).toBeLessThan(500);
        expect.soft(status, `${method} ${path}`).not.toBe(405);
      } else {
        expect.soft(`${method} ${path} ${status}`).toBe(`${method} ${path} 405`);
        expect.soft(headers.allow?.split(', ').sort(), `${method} ${path}`).toEqual([...methods, 'OPTIONS'].sort());
      }
    }
  }
});

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';
const oddBodies: [type: string, body: string][] = [
  [form, ''],
  [form, 'a&'.repeat(8_000)],
  [form, 'callbackUrl=foo&json=true'],
  [json, '{'],
  [json, 'null'],
  [json, '[[]]'],
  [json, '{"callbackUrl":{},"csrfToken":[],"identifier":{},"password":1}'],
  ['multipart/form-data; boundary=x', '--x'],
  ['text/plain', 'x'],
];
const oddQueries = ['?callbackUrl=foo', '?callbackUrl=javascript:alert(1)', '?callbackUrl=%', '?error=__proto__'];
const oddCookies = ['next-auth.callback-url=foo', 'next-auth.csrf-token=%7C', 'next-auth.session-token=x'];

test('nothing that is sent to the sign-in makes it fail: addresses, queries, cookies and bodies of any kind', async () => {
  const odd = ['x', '__proto__', 'constructor', 'callback/x', 'signin/__proto__', 'callback/credentials/x'];
  for (const path of [...Object.keys(authRoutes), ...odd, 'callback/%63redentials', 'callback/credentials/']) {
    const asked = [...oddQueries, ''].map((query) => send(`/api/auth/${path}${query}`));
    const carried = oddCookies.map((cookie) => send(`/api/auth/${path}`, { headers: { cookie } }));
    const posted = oddBodies.map(([type, body]) =>
      send(`/api/auth/${path}`, { method: 'POST', headers: { 'content-type': type }, body }),
    );
    for (const { status, text } of await Promise.all([...asked, ...carried, ...posted])) {
      expect.soft(status, `${path}: ${text.slice(0, 200)}`).toBeLessThan(500);
    }
  }
});

test('an address that is written in any other way than ours is answered, and never with a mistake of the server', async ({
  cookiesOf,
}) => {
  const cookie = (await cookiesOf('administrator')).map(({ name, value }) => `${name}=${value}`).join('; ');
  const starts = ['/', '/users/', '/applications/', '/saml2/', '/api/', '/api/v1/', '/api/v1/users/', '/api/auth/'];
  const ends = [
    '%',
    '%zz',
    '%ff',
    '%00',
    '%0d%0ax',
    '%2e%2e/x',
    '..;/x',
    'a%2fb',
    '/',
    '\\x',
    'x/',
    '__proto__',
    'x?q=%&%',
  ];
  const whole = ['/_global-error', '/_error', '/500', '/_next/', '/_next/static/%', '/package.json', '/.env', '/x/..'];
  const queries = [
    '/users?q=%00',
    '/users?q=%ff',
    '/sign-in?callbackUrl=%',
    '/activate?token=%00',
    '/api/search?q=%00',
  ];
  for (const path of [...starts.flatMap((start) => ends.map((end) => start + end)), ...whole, ...queries]) {
    for (const sent of [{ method: 'POST' }, { headers: { cookie } }]) {
      const { status, headers, text } = await send(path, sent);
      expect.soft(status, `${sent.method ?? 'GET'} ${path}`).toBeLessThan(500);
      if (!String(headers['content-type']).startsWith('text/html')) continue;
      const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1];
      const scripts = text.match(/<script\b[^>]*>/g) ?? [];
      const others = scripts.filter((script) => !script.includes(`nonce="${nonce}"`));
      expect.soft(others, path).toEqual([]);
    }
  }
});

test('a body beyond what a path takes is refused by its length and by its chunks, however the path is written', async () => {
  const credentials = 'api/auth/callback/credentials';
  const limits: [path: string, maxBytes: number][] = [
    [`/${credentials}`, 16_384],
    [`//${credentials}`, 16_384],
    [`/api/v1/../../${credentials}`, 16_384],
    [`/api/v1/%2e%2e/auth/callback/credentials`, 16_384],
    [`/${credentials.toUpperCase()}`, 16_384],
    [`/${credentials}/`, 16_384],
    [`${origin}/${credentials}`, 16_384],
    ['/sign-in', 16_384],
    ['/no/such/page', 16_384],
    ['/api/applications/x/mapping-preview', 16_384],
    ['/saml2/egnyte', 262_144],
    ['/api/v1/users', 2_097_152],
  ];
  for (const [path, maxBytes] of limits) {
    const body = Buffer.alloc(maxBytes + 1, 'a&');
    const headers = { 'content-type': form };
    expect.soft((await send(path, { method: 'POST', headers, body })).status, path).toBe(413);
    const chunked = { ...headers, 'transfer-encoding': 'chunked' };
    expect.soft((await send(path, { method: 'POST', headers: chunked, body })).status, `${path} chunked`).toBe(413);
    const fits = await send(path, { method: 'POST', headers, body: body.subarray(1) });
    expect.soft(fits.status, `${path} just fits`).not.toBe(413);
    expect.soft(fits.status, `${path} just fits`).toBeLessThan(500);
  }
});

test('forty megabytes that never stop coming leave the memory of the web process where it was', {
  tag: '@alone',
}, async () => {
  test.skip(!isOurOwn || process.platform !== 'linux', 'reads /proc of the product that was started for the tests');
  const pid = webProcess();
  const before = residentKilobytes(pid);
  const body = Buffer.alloc(40 * 1024 * 1024, 'a&');
  for (const path of ['/api/auth/callback/credentials', '/sign-in', '/saml2/egnyte', '/api/v1/users']) {
    const headers = { 'content-type': form, 'transfer-encoding': 'chunked' };
    expect((await send(path, { method: 'POST', headers, body })).status).toBe(413);
  }
  // Each of them was 40 MB; four kept and parsed once took a gigabyte.
  expect(residentKilobytes(pid) - before).toBeLessThan(40 * 1024);
});

function webProcess(): string {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return command.includes('dist/web.mjs') && environment.includes(`PORT=${new URL(origin).port}\0`);
    } catch {
      return false;
    }
  });
  if (!found) throw new Error('The web process was not found.');
  return found;
}

function residentKilobytes(pid: string): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

test('an event names the address that a trusted proxy saw, and from anybody else the address that it came from', async () => {
  test.skip(!isOurOwn, '127.0.0.2 is a trusted proxy only there');
  const mark = `Callers ${Date.now()}`;
  const callers: [from: string, forwardedFor: string, seen: string][] = [
    ['127.0.0.1', '203.0.113.66', '127.0.0.1'],
    ['127.0.0.2', '203.0.113.66, 198.51.100.7', '198.51.100.7'],
    ['127.0.0.2', '198.51.100.8, 127.0.0.2', '198.51.100.8'],
  ];
  for (const [from, forwardedFor, seen] of callers) {
    const headers = { authorization: `Bearer ${apiToken}`, 'content-type': json, 'x-forwarded-for': forwardedFor };
    const body = JSON.stringify({ name: `${mark} ${seen}` });
    expect((await send('/api/v1/groups', { method: 'POST', from, headers, body })).status).toBe(201);
  }
  const { items } = (await api('GET', `/events?names=group_create&q=${encodeURIComponent(mark)}`)).body as {
    items: { target: { name: string }; clientAddress: string }[];
  };
  const seen = items.map(({ target, clientAddress }) => `${target.name} was seen at ${clientAddress}`);
  expect(seen.sort()).toEqual(callers.map(([, , address]) => `${mark} ${address} was seen at ${address}`).sort());
});
