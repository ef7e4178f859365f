import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { tryLock } from './file-lock.mjs';

const lockModule = pathToFileURL(resolve('scripts/file-lock.mjs')).href;

function lockPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'latchkey-lock-')), 'a lock');
}

/** Another process that takes the lock, says `won` or `lost`, and stays until it is killed. */
async function contend(path: string): Promise<{ outcome: string; kill(): Promise<void>; pid: number }> {
  const script = `import(${JSON.stringify(lockModule)}).then(({ tryLock }) => {
    console.log('release' in tryLock(${JSON.stringify(path)}) ? 'won' : 'lost');
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
  expect(tryLock(path)).toEqual({ ownerPid: owner.pid });
  await owner.kill();
  expect(tryLock(path)).toHaveProperty('release');
});

test.runIf(process.platform === 'linux')('a later process that was given the same number does not keep it', () => {
  const path = lockPath();
  writeFileSync(path, `${process.ppid} 12345\n`);
  expect(tryLock(path)).toHaveProperty('release');
});

test('a half-written or empty lock file does not block for ever', () => {
  const path = lockPath();
  writeFileSync(path, '');
  expect(tryLock(path)).toHaveProperty('release');
});
