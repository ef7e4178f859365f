import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { anyFreePort, firstFreePort, isPortFree } from './ports';

const servers: Server[] = [];

async function occupy(host: string): Promise<number> {
  const port = await anyFreePort();
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return port;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

test('a taken port is passed over, and so is one that is spoken for', async () => {
  const port = await occupy('127.0.0.1');
  const next = await firstFreePort(port, '127.0.0.1');
  expect(next).toBeGreaterThan(port);
  expect(await firstFreePort(port, '127.0.0.1', [next])).toBeGreaterThan(next);
});

test('a listener on every address takes the loopback port too', async () => {
  expect(await isPortFree(await occupy('0.0.0.0'), '127.0.0.1')).toBe(false);
});

test('a listener on ::1 alone takes the port, because localhost may lead there', async () => {
  expect(await isPortFree(await occupy('::1'), '127.0.0.1')).toBe(false);
});
