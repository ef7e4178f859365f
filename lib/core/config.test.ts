import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './config';

function problem(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  return '';
}

test('an empty environment is a complete configuration', () => {
  expect(readConfig({ PATH: '/usr/bin' })).toMatchObject({ PORT: 3000, LATCHKEY_DATA_DIR: '.data' });
});

test('an empty variable counts as absent, as compose files write it', () => {
  expect(readConfig({ DATABASE_URL: '', PORT: ' ' })).toEqual(readConfig({}));
});

test('every wrong variable is named at once, and no value is repeated', () => {
  const message = problem({ PORT: 'abc', ORIGIN: 'sso.example.com', LATCHKEY_SECRET_KEY: 'hunter2' });
  expect(message).toContain('PORT must be a number');
  expect(message).toContain('ORIGIN must be an address like');
  expect(message).toContain('LATCHKEY_SECRET_KEY must have 32 characters');
  expect(message).not.toContain('hunter2');
});

test.each([
  ['PORT', '70000'],
  ['PORT', '0'],
  ['ORIGIN', 'https://example.com/latchkey'],
  ['ORIGIN', 'ftp://example.com'],
  ['DATABASE_URL', 'mysql://localhost/x'],
  ['SMTP_URL', 'mail.example.com'],
  ['LATCHKEY_ADMIN_PASSWORD', 'short'],
  ['LATCHKEY_ALLOW_PRIVATE_TARGETS', 'http://10.0.0.1:80'],
  ['LATCHKEY_TRUSTED_PROXIES', 'nginx.internal'],
  ['LATCHKEY_TRUSTED_PROXIES', '10.0.0.1, 10.0.0.0/33'],
  ['LATCHKEY_TRUSTED_PROXIES', '2001:db8::/129'],
  ['LATCHKEY_TRUSTED_PROXIES', '0.0.0.0/0'],
])('%s=%s is refused', (name, value) => {
  expect(problem({ [name]: value })).toContain(name);
});

test('an origin is kept without its last slash', () => {
  expect(readConfig({ ORIGIN: 'https://SSO.example.com/' }).ORIGIN).toBe('https://sso.example.com');
});

test('private targets are a list of host:port', () => {
  const { LATCHKEY_ALLOW_PRIVATE_TARGETS } = readConfig({ LATCHKEY_ALLOW_PRIVATE_TARGETS: 'localhost:4000, [::1]:80' });
  expect(LATCHKEY_ALLOW_PRIVATE_TARGETS).toEqual(['localhost:4000', '[::1]:80']);
});

test('trusted proxies are a list of addresses and networks of both families', () => {
  const { LATCHKEY_TRUSTED_PROXIES } = readConfig({ LATCHKEY_TRUSTED_PROXIES: '10.0.0.5, 10.1.0.0/16,::1, fd00::/8' });
  expect(LATCHKEY_TRUSTED_PROXIES).toEqual(['10.0.0.5', '10.1.0.0/16', '::1', 'fd00::/8']);
  expect(readConfig({}).LATCHKEY_TRUSTED_PROXIES).toEqual([]);
});
