import { expect, test } from 'vitest';
import { callerReader } from './caller';

const proxies = ['192.0.2.10', '10.1.0.0/16', '2001:db8:1::/48'];
const read = callerReader(proxies);
const addressOf = (peer: string, forwardedFor?: string | string[]) =>
  read(peer, forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }).address;

test('what somebody claims who is no trusted proxy counts for nothing', () => {
  const claims = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
  const seen = { address: '198.51.100.7', host: 'sso.acme.example', protocol: undefined };
  expect(read('198.51.100.7', { ...claims, host: 'sso.acme.example' })).toEqual(seen);
  expect(callerReader([])('127.0.0.1', { ...claims, host: 'a' })).toMatchObject({ address: '127.0.0.1', host: 'a' });
});

test('behind a trusted proxy, the caller is the rightmost address that is no trusted proxy', () => {
  expect(addressOf('192.0.2.10', '203.0.113.9')).toBe('203.0.113.9');
  expect(addressOf('192.0.2.10', 'claimed, 203.0.113.66, 203.0.113.9')).toBe('203.0.113.9');
  expect(addressOf('192.0.2.10', '127.0.0.1, 203.0.113.9, 10.1.2.3')).toBe('203.0.113.9');
  expect(addressOf('192.0.2.10', ['203.0.113.66', '203.0.113.9, 10.1.2.3'])).toBe('203.0.113.9');
  expect(addressOf('2001:db8:1::5', '2001:db8:ffff::1')).toBe('2001:db8:ffff::1');
});

test('where a proxy does not say who came to it, the proxy itself counts', () => {
  expect(addressOf('192.0.2.10')).toBe('192.0.2.10');
  expect(addressOf('192.0.2.10', '')).toBe('192.0.2.10');
  expect(addressOf('192.0.2.10', '203.0.113.9, unknown')).toBe('192.0.2.10');
  expect(addressOf('192.0.2.10', '203.0.113.9, _hidden, 10.1.2.3')).toBe('10.1.2.3');
  expect(addressOf('192.0.2.10', '10.1.9.9, 10.1.2.3')).toBe('10.1.9.9');
});

test.each([
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['::FFFF:cb00:7109', '203.0.113.9'],
  ['203.0.113.9:4711', '203.0.113.9'],
  ['[2001:DB8:0:0:0:0:0:1]:4711', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
])('%s is spelt %s', (written, spelt) => {
  expect(addressOf('192.0.2.10', written)).toBe(spelt);
  expect(addressOf('::ffff:192.0.2.10', written)).toBe(spelt);
});

test('host and protocol are what the nearest trusted proxy says', () => {
  const headers = { host: 'latchkey:3000', 'x-forwarded-host': 'claimed.example, sso.acme.example' };
  expect(read('10.1.0.1', { ...headers, 'x-forwarded-proto': 'HTTPS' })).toMatchObject({
    host: 'sso.acme.example',
    protocol: 'https',
  });
  expect(read('10.1.0.1', { ...headers, 'x-forwarded-proto': 'gopher' }).protocol).toBeUndefined();
  expect(read('10.1.0.1', { host: 'latchkey:3000' })).toMatchObject({ host: 'latchkey:3000', protocol: undefined });
});
