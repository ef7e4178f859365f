import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../lib/core/config';
import {
  demoEnvironment,
  firstStartEnvironment,
  productEnvironment,
  readOrMakeSecretKey,
  sandboxEnvironment,
} from './environment';
import { reachableHost, requirePort } from './launch';
import { anyFreePort } from './ports';

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'latchkey data '));
}

test('production names the taken port instead of moving', async () => {
  const port = await anyFreePort();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '0.0.0.0', resolve));
  await expect(requirePort(port, '0.0.0.0', 0)).rejects.toThrow(`Port ${port} on 0.0.0.0 is taken`);
  server.close();
});

test('a port that a killed start is leaving is waited for', async () => {
  const port = await anyFreePort();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '0.0.0.0', resolve));
  const waiting = requirePort(port, '0.0.0.0');
  server.close();
  await waiting;
});

test('the secret key is made once, readable by its owner alone, and a damaged one is not used', () => {
  const dataDir = folder();
  const key = readOrMakeSecretKey(dataDir);
  expect(key.length).toBeGreaterThanOrEqual(43);
  expect(readOrMakeSecretKey(dataDir)).toBe(key);
  expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(dataDir, 'secret.key'), 'utf8').trim()).toBe(key);
  writeFileSync(join(dataDir, 'secret.key'), 'cut');
  expect(() => readOrMakeSecretKey(dataDir)).toThrow(/damaged/);
});

test('the session secret is derived from the secret key and is not the key', () => {
  const addresses = { origin: 'https://sso.example.com', port: 3000, host: '0.0.0.0' };
  const make = (key: string) => productEnvironment(readConfig({}), 'postgresql://db/x', key, addresses);
  const env = make('k'.repeat(43));
  expect(env.NEXTAUTH_SECRET).toMatch(/^[\w-]{43}$/);
  expect(env.NEXTAUTH_SECRET).not.toContain('kkk');
  expect(make('k'.repeat(43)).NEXTAUTH_SECRET).toBe(env.NEXTAUTH_SECRET);
  expect(make('j'.repeat(43)).NEXTAUTH_SECRET).not.toBe(env.NEXTAUTH_SECRET);
  expect(env.NEXTAUTH_URL).toBe('https://sso.example.com');
});

test('secrets of the first start reach its script alone, not web, worker or sandbox', () => {
  const secrets = { LATCHKEY_API_TOKEN: 't'.repeat(32), LATCHKEY_ADMIN_PASSWORD: 'p'.repeat(12) };
  const before = { ...process.env };
  Object.assign(process.env, secrets);
  try {
    const config = readConfig(secrets);
    const addresses = { origin: 'http://localhost:3000', port: 3000, host: '127.0.0.1' };
    const product = productEnvironment(config, 'postgresql://db/x', 'k'.repeat(43), addresses);
    const demo = demoEnvironment(product, { http: 4000, smtp: 4025 }, '/data');
    for (const env of [product, demo]) {
      expect(JSON.stringify(env)).not.toMatch(/tttt|pppp/);
      expect(firstStartEnvironment(env, config)).toMatchObject(secrets);
    }
  } finally {
    process.env = before;
  }
});

test('the sandbox is told its own settings and no secret of the product', () => {
  const demo = {
    ...{ PATH: '/bin', NODE_ENV: 'production' as const, SANDBOX_PORT: '4000', CONSOLE_URL: 'http://localhost:3000' },
    ...{ DATABASE_URL: 'postgresql://x', LATCHKEY_SECRET_KEY: 'x', NEXTAUTH_SECRET: 'x', SMTP_URL: 'smtp://x' },
  };
  const told = ['CONSOLE_URL', 'NODE_ENV', 'PATH', 'SANDBOX_PORT'];
  expect(Object.keys(sandboxEnvironment(demo)).sort()).toEqual(told);
});

test('the demo may reach its sandbox and what the operator allowed, and nothing else that is private', () => {
  const config = readConfig({ LATCHKEY_ALLOW_PRIVATE_TARGETS: '10.0.0.5:8443' });
  const addresses = { origin: 'http://localhost:3001', port: 3001, host: '127.0.0.1' };
  const product = productEnvironment(config, 'postgresql://db/x', 'k'.repeat(43), addresses);
  const demo = demoEnvironment(product, { http: 4001, smtp: 4026 }, '/data');
  expect(demo.LATCHKEY_ALLOW_PRIVATE_TARGETS).toBe('10.0.0.5:8443,localhost:4001,127.0.0.1:4001');
  expect(demo.SMTP_URL).toBe('smtp://127.0.0.1:4026');
  expect(product.LATCHKEY_DEMO).toBeUndefined();
});

test.each([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '127.0.0.1'],
  ['::1', '[::1]'],
  ['10.0.0.1', '10.0.0.1'],
])('what listens on %s is asked at %s', (host, reachable) => {
  expect(reachableHost(host)).toBe(reachable);
});
