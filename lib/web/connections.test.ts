import { afterEach, describe, expect, test } from 'vitest';
import { startFront, Wire } from './testing/front';

const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
});

const get = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';
const most = 8;
const greedy = '127.0.0.9';

async function start(options: Parameters<typeof startFront>[0] = {}) {
  const front = await startFront({ ...options, patience: { mostConnections: most } });
  ending.push(front.close);
  return front.port;
}

async function open(port: number, from?: string): Promise<Wire> {
  const wire = await Wire.open(port, from);
  ending.push(() => wire.destroy());
  return wire;
}

/** A connection that was used, and is kept. */
async function kept(port: number, from?: string): Promise<Wire> {
  const wire = await open(port, from);
  await wire.send(get).until(/through/);
  return wire;
}

describe('one address that takes all the connections there are keeps nobody out', () => {
  test.each([
    ['saying nothing', open],
    ['keeping what it has used', kept],
  ])('%s', async (_name, take) => {
    const port = await start();
    for (let count = 0; count < most * 3; count += 1) await take(port, greedy);
    for (const from of ['127.0.0.1', '127.0.0.2', '127.0.0.3']) {
      expect(await (await open(port, from)).send(get).until(/through/)).toMatch(/^HTTP\/1\.1 200 /);
    }
  });

  test('also while they come all at once, from several of its addresses', async () => {
    const port = await start();
    const many = Array.from({ length: most * 6 }, (_, at) => open(port, `127.0.0.${20 + (at % 6)}`));
    await Promise.all(many);
    expect(await (await open(port)).send(get).until(/through/)).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('and who holds few of them loses none', async () => {
    const port = await start();
    const modest = await kept(port);
    for (let count = 0; count < most * 3; count += 1) await open(port, greedy);
    expect(await modest.send(get).until(/through.*through/s)).toContain('through');
  });
});

test('a connection that an answer is owed on is not the one that is given up', async () => {
  const waiting: (() => void)[] = [];
  const port = await start({
    answer: (_request, response) => void waiting.push(() => response.writeHead(200).end('late')),
  });
  const asked = await open(port, greedy);
  asked.send(get);
  await expect.poll(() => waiting.length).toBe(1);
  for (let count = 0; count < most * 2; count += 1) await open(port, greedy);
  for (const answer of waiting) answer();
  expect(await asked.until(/late/)).toMatch(/^HTTP\/1\.1 200 /);
});
