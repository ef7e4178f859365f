import { expect, test } from 'vitest';
import { safeCallbackPath } from './callback-url';
import { isSameOrigin } from './request-info';

test('only paths of this origin are honoured after signing in', () => {
  expect(safeCallbackPath('/users?status=active')).toBe('/users?status=active');
  expect(safeCallbackPath('/saml2/egnyte?continue=1#x')).toBe('/saml2/egnyte?continue=1');
  const refused = [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/a/..//evil.example',
    'javascript:alert(1)',
    'users',
    '/sign-in?callbackUrl=/',
    '',
    undefined,
    null,
  ];
  for (const value of refused) expect(safeCallbackPath(value), String(value)).toBeUndefined();
});

test('a request that a page of another site made is told from one of ours', () => {
  const from = (headers: Record<string, string>) => isSameOrigin(new Headers(headers), 'https://sso.acme.example');
  expect(from({ origin: 'https://sso.acme.example' })).toBe(true);
  expect(from({ origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' })).toBe(true);
  expect(from({ origin: 'https://evil.example', host: 'sso.acme.example' })).toBe(false);
  expect(from({ origin: 'null', host: 'sso.acme.example' })).toBe(false);
  expect(from({ 'sec-fetch-site': 'cross-site' })).toBe(false);
  expect(from({ 'sec-fetch-site': 'same-site' })).toBe(false);
  expect(from({})).toBe(true);
});
