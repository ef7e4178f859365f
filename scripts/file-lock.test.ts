import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { isLocked, readOwner, tryLock } from './file-lock.mjs';

const lockModule = pathToFileURL(resolve('scripts/file-lock.mjs')).href;

function lockPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'latchkey-lock-')), 'a lock');
}

/** Another process that takes the lock, says `won` or `lost`, and stays until it is killed. */
async function contend(path: string): Promise<{ outcome: string; kill(): Promise<void>; pid: number }> {
  const script = `import(${JSON.stringify(lockModule)}).then(({ tryLock }) => {
    const { lock } = tryLock(${JSON.stringify(path)});
    lock?.note();
    console.log(lock ? 'won' : 'lost');
    setInterval(() => {}, 1000);
  })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const outcome = await new Promise<string>((done) => child.stdout.once('data', (data) => done(String(data).trim())));
  const kill = () =>
    new Promise<void>((done) => {
      child.once('exit', () => done());
      child.kill('SIGKILL');
    });
  return { outcome, kill, pid: child.pid ?? 0 };
}

test('of several starts at once exactly one wins, over the remains of a dead one', async () => {
  const path = lockPath();
  const dead = await contend(path);
  await dead.kill();
  const contenders = await Promise.all(Array.from({ length: 6 }, () => contend(path)));
  try {
    expect(contenders.map(({ outcome }) => outcome).sort()).toEqual(['lost', 'lost', 'lost', 'lost', 'lost', 'won']);
  } finally {
    await Promise.all(contenders.map(({ kill }) => kill()));
  }
});

test('the loser is told who has the lock, and gets it once that one is killed', async () => {
  const path = lockPath();
  const owner = await contend(path);
  expect(tryLock(path)).toMatchObject({ owner: { pid: owner.pid, host: hostname() } });
  expect(isLocked(path)).toBe(true);
  await owner.kill();
  expect(isLocked(path)).toBe(false);
  expect(tryLock(path).lock?.previous).toMatchObject({ pid: owner.pid });
});

test('what earlier owners wrote keeps nobody out, whichever process has their number now', () => {
  const path = lockPath();
  for (const text of ['', `${process.ppid} 12345\n`, JSON.stringify({ pid: process.ppid, host: 'elsewhere' })]) {
    writeFileSync(path, text);
    const { lock } = tryLock(path);
    lock?.note();
    expect(readOwner(path)).toMatchObject({ pid: process.pid });
    lock?.release();
  }
});

test('a lock whose file was taken away meanwhile is not taken for the one that others see', () => {
  const path = lockPath();
  const first = tryLock(path);
  rmSync(path);
  expect(tryLock(path).lock?.inode).not.toBe(first.lock?.inode);
  expect(isLocked(path)).toBe(true);
});

test('a folder that cannot be locked is told with the reason, not taken for a locked one', () => {
  const path = lockPath();
  mkdirSync(path);
  expect(() => tryLock(path)).toThrow(/EISDIR/);
});
