import { expect, test } from 'vitest';
import { expiryOfJwt } from './jwt-expiry';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: unknown) => `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;

test('a JWT says when it ends, also with its scheme pasted in front', () => {
  expect(expiryOfJwt(jwt({ exp: 1_800_000_000 }))).toEqual(new Date('2027-01-15T08:00:00Z'));
  expect(expiryOfJwt(` Bearer ${jwt({ exp: 1_800_000_000 })}\n`)).toEqual(new Date('2027-01-15T08:00:00Z'));
});

test.each([
  ['a token that is none', 'opaque-token'],
  ['one of two parts', `${part({})}.${part({ exp: 1 })}`],
  ['claims that are no JSON', 'a.b.c'],
  ['claims that are a list', `a.${part([1])}.c`],
  ['no exp', jwt({})],
  ['an exp in words', jwt({ exp: 'tomorrow' })],
  ['an exp beyond all dates', jwt({ exp: 1e300 })],
  ['an exp before all', jwt({ exp: -5 })],
])('%s says nothing', (_name, token) => {
  expect(expiryOfJwt(token)).toBeUndefined();
});
