import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { refusedExitCode } from '../lib/core/explain';
import { isAlive } from './postgres-folder';
import { bundleOptions } from './prepare.mjs';
import { runOnce, Supervised, waitUntilReady } from './supervisor';

const folder = mkdtempSync(join(tmpdir(), 'latchkey supervisor '));
const started: Supervised[] = [];

beforeAll(async () => {
  await build({ ...bundleOptions(), entryPoints: { guard: 'scripts/guard.ts', supervisor: 'scripts/supervisor.ts' } });
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((process) => process.stop()));
});

function script(name: string, code: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, code);
  return path;
}

function supervise(path: string, onRefused?: () => void): { process: Supervised; lines: string[] } {
  const lines: string[] = [];
  const spec = { name: 'probe', args: [path], env: process.env };
  const process_ = new Supervised(spec, (line) => lines.push(line), onRefused);
  started.push(process_);
  process_.start();
  return { process: process_, lines };
}

test('a process that crashes is started again, and says so under its name', async () => {
  const mark = join(folder, 'second-time');
  const { lines } = supervise(
    script(
      'crash-once',
      `import { existsSync, writeFileSync } from 'node:fs';
       if (!existsSync(${JSON.stringify(mark)})) { writeFileSync(${JSON.stringify(mark)}, ''); process.exit(3); }
       console.log('up'); setInterval(() => {}, 1000);`,
    ),
  );
  await vi.waitFor(() => expect(lines).toContain('[probe] up'), 10_000);
  expect(lines[0]).toMatch(/^\[probe\] ended by itself \(code 3\); starting it again in /);
});

test('a process that cannot run before somebody mends something is not started again', async () => {
  const path = script('refuses', `console.error('wrong key'); process.exit(${refusedExitCode});`);
  const lines = await new Promise<string[]>((resolve) => {
    const supervised = supervise(path, () => resolve(supervised.lines));
  });
  await vi.waitFor(() => expect(lines).toEqual(['[probe] wrong key']));
});

test('a process that ends in the same way again and again says why twice, and then that it does', async () => {
  const { lines, process: running } = supervise(script('crash', `console.error('no database'); process.exit(1);`));
  await vi.waitFor(() => expect(running.crashCount).toBe(4), 20_000);
  const why = (pause: string) => [
    '[probe] no database',
    `[probe] ended by itself (code 1); starting it again in ${pause} s`,
  ];
  expect(lines.slice(0, 5)).toEqual([...why('0.5'), ...why('1'), expect.stringContaining('again and again')]);
  expect(lines).toHaveLength(5);
});

test('structured lines pass through as they are', async () => {
  const { lines } = supervise(script('json', `console.log('{"level":"info"}'); setInterval(() => {}, 1000);`));
  await vi.waitFor(() => expect(lines).toContain('{"level":"info"}'), 10_000);
});

test('a process that is told to stop ends in its own way and is not started again', async () => {
  const mark = join(folder, 'ended-well');
  const { process: running, lines } = supervise(
    script(
      'graceful',
      `import { writeFileSync } from 'node:fs';
       process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(mark)}, ''); process.exit(0); });
       console.log('up'); setInterval(() => {}, 1000);`,
    ),
  );
  await vi.waitFor(() => expect(lines).toContain('[probe] up'), 10_000);
  await running.stop();
  expect(existsSync(mark)).toBe(true);
  expect(lines).toEqual(['[probe] up']);
});

test('a process ends by itself when its supervisor is killed outright', async () => {
  const pidFile = join(folder, 'orphan.pid');
  const orphan = script(
    'orphan',
    `import { writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000);`,
  );
  const parent = script(
    'parent',
    `import { Supervised } from ${JSON.stringify(join(process.cwd(), 'dist', 'supervisor.mjs'))};
     new Supervised({ name: 'x', args: [${JSON.stringify(orphan)}], env: process.env }, () => {}).start();`,
  );
  const supervisor = spawn(process.execPath, [parent], { stdio: 'ignore' });
  await vi.waitFor(() => expect(Number(readFileSync(pidFile, 'utf8'))).toBeGreaterThan(0), 10_000);
  const pid = Number(readFileSync(pidFile, 'utf8'));
  expect(isAlive(pid)).toBe(true);
  supervisor.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 10_000);
});

test('a process whose supervisor was killed before it began ends by itself as well', async () => {
  const pidFile = join(folder, 'late.pid');
  const late = script('late', `setTimeout(() => {}, 15_000);`);
  const parent = script(
    'killed-at-once',
    `import { writeFileSync } from 'node:fs';
     import { Supervised } from ${JSON.stringify(join(process.cwd(), 'dist', 'supervisor.mjs'))};
     const supervised = new Supervised({ name: 'x', args: [${JSON.stringify(late)}], env: process.env }, () => {});
     supervised.start();
     writeFileSync(${JSON.stringify(pidFile)}, String(supervised.child.pid));
     process.kill(process.pid, 'SIGKILL');`,
  );
  const ended = new Promise((resolve) => spawn(process.execPath, [parent], { stdio: 'ignore' }).once('exit', resolve));
  await ended;
  await vi.waitFor(() => expect(isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false), 10_000);
});

test('a script that fails is reported with what it said', async () => {
  const path = script('fails', `console.error('no such table'); process.exit(1);`);
  await expect(runOnce({ name: 'seed', args: [path], env: process.env })).rejects.toThrow(
    /seed failed:\nno such table/,
  );
});

test('waiting for readiness ends with the last reason when it does not come', async () => {
  const server = createServer((_request, response) => response.writeHead(503).end('no worker'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`;
  expect(await waitUntilReady(url, 500, () => false)).toBe('503: no worker');
  expect(await waitUntilReady(url, 60_000, () => true)).toBe('no answer');
  server.close();
});
