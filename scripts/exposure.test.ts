import { expect, test } from 'vitest';
import { readConfig } from '../lib/core/config';
import { exposureWarnings } from './exposure';

const warningsOf = (host: string, origin: string, proxies = '') =>
  exposureWarnings(readConfig({ LATCHKEY_TRUSTED_PROXIES: proxies }), host, origin);

test('a start that is open to others without TLS says so, and how to mend it', () => {
  for (const host of ['0.0.0.0', '::', '10.0.0.5']) {
    const [warning] = warningsOf(host, 'http://localhost:3000');
    expect(warning).toMatch(/^Warning: Everybody who reaches this machine/);
    expect(warning).toContain(`HOST is ${host}`);
    expect(warning).toContain('ORIGIN is http://localhost:3000');
    expect(warning).toContain('set HOST to 127.0.0.1');
  }
});

test('a start behind a proxy that nobody named says what that means', () => {
  expect(warningsOf('0.0.0.0', 'https://sso.acme.example')).toEqual([
    expect.stringContaining('LATCHKEY_TRUSTED_PROXIES names none'),
  ]);
});

test('a start that is as it should be says nothing', () => {
  expect(warningsOf('127.0.0.1', 'http://localhost:3000')).toEqual([]);
  expect(warningsOf('0.0.0.0', 'https://sso.acme.example', '10.0.0.2')).toEqual([]);
});
