import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isReadable, ruleFor } from './rules';
import { samlRoutes } from './saml/routes';

const app = join(import.meta.dirname, '..', '..', 'app');
const routes = readdirSync(app, { recursive: true, encoding: 'utf8' })
  .filter((file) => /(^|\/)route\.ts$/.test(file))
  .map((file) => ({
    path: `/${file
      .split('/')
      .slice(0, -1)
      .filter((part) => !part.startsWith('('))
      .map((part) => (part.startsWith('[') ? 'x' : part))
      .join('/')}`,
    methods: methodsOf(readFileSync(join(app, file), 'utf8')),
  }));

function methodsOf(source: string): string[] {
  const names = 'GET|POST|PUT|PATCH|DELETE';
  const exported = [...source.matchAll(new RegExp(`export (?:const|async function|function) (${names})\\b`, 'g'))];
  const renamed = [...source.matchAll(new RegExp(`\\bas (${names})\\b`, 'g'))];
  return [...exported, ...renamed].map(([, method = '']) => method).sort();
}

const saml = Object.entries(samlRoutes).map(([last, route]) => ({
  path: last === '' ? '/saml2/x' : `/saml2/x/${last}`,
  methods: Object.keys(route).sort(),
}));

test('every route of the product has exactly the methods in the table that it answers', () => {
  expect(routes.length).toBeGreaterThan(15);
  for (const { path, methods } of [...routes, ...saml]) {
    const allowed = ruleFor(path).methods.filter((method) => method !== 'HEAD');
    expect.soft([...allowed].sort(), path).toEqual(methods);
    expect.soft(ruleFor(path).methods.includes('HEAD'), `HEAD ${path}`).toBe(methods.includes('GET'));
  }
});

test('every page that somebody may come by on the way to an application lets its window hear from it again', () => {
  const entries = readdirSync(join(app, '(auth)'), { withFileTypes: true });
  const pages = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('_')).map(({ name }) => name);
  expect(pages).toContain('sign-in');
  expect(pages.filter((name) => ruleFor(`/${name}`).ownWindow)).toEqual([]);
  expect(ruleFor('/users').ownWindow).toBe(true);
});

test('a sign-in has 16 KiB, signed in or not; so has whatever is not known', () => {
  for (const path of ['/api/auth/callback/credentials', '/api/auth/signin', '/api/auth/no-such-thing']) {
    expect(ruleFor(path), path).toMatchObject({ maxBytes: 16_384, maxBytesSignedIn: 16_384 });
  }
  expect(ruleFor('/no/such/page').maxBytes).toBe(16_384);
});

const tricks = [
  '/api/v1/../auth/callback/credentials',
  '/api/v1/..%2fauth/callback/credentials',
  '/api/v1/%2e%2e/auth/callback/credentials',
  '/api/v1/%2E%2E/auth/callback/credentials',
  '//api//auth//callback//credentials',
  '/api\\auth\\callback\\credentials',
  '/api/auth/callback/%63redentials',
  '/api/auth/callback/credentials/',
  '/api/auth/./callback/credentials',
  '/api/%61uth/callback/credentials',
  '/saml2/x/../../api/auth/callback/credentials',
  '//x/../api/auth/callback/credentials',
];

test.each(tricks)('%s is a sign-in as well', (path) => {
  expect(ruleFor(path)).toMatchObject({ face: 'json', maxBytes: 16_384, maxBytesSignedIn: 16_384 });
});

test('an address that means nothing is told from one that does', () => {
  const unreadable = ['/%', '/users/%zz', '/users/%ff', '/saml2/%00', '/a%0d%0ab', '/%7f'];
  expect(unreadable.filter((path) => isReadable(path))).toEqual([]);
  expect(['/', '/users/%C3%A4', '/a%2fb', '//', '/x y', '*'].filter((path) => !isReadable(path))).toEqual([]);
});

test.each(['/API/auth/callback/credentials', '/api/v1%00', '/%', '/api;/v1', '/a%zz', '*', '', '/saml2/%'])(
  '%s gets no more than the smallest limit',
  (path) => {
    expect(ruleFor(path).maxBytes).toBe(16_384);
  },
);

test('what needs no database is told apart, so that an outage does not take it away', () => {
  const without = ['/healthz', '/readyz', '/_next/static/chunks/a.js', '/icon.svg', '/manifest.webmanifest'];
  expect(without.filter((path) => ruleFor(path).needsDatabase)).toEqual([]);
  const withIt = ['/', '/sign-in', '/users', '/api/search', '/api/v1/users', '/saml2/egnyte', '/saml2/egnyte/metadata'];
  expect(withIt.filter((path) => !ruleFor(path).needsDatabase)).toEqual([]);
});
