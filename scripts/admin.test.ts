import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { hashPassword } from '@/lib/crypto/password';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { redeemActivationLink } from '@/lib/directory/redeem-activation-link';
import { aPerson } from '@/lib/directory/testing/people';

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** A command as npm runs it, bundled. */
async function command(name: string, args: string[], env: Record<string, string>): Promise<Outcome> {
  const { DATABASE_URL: _ours, ...rest } = process.env;
  const options = { env: { ...rest, ...env } };
  return promisify(execFile)(process.execPath, [`dist/${name}.mjs`, ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (failure: Outcome) => failure,
  );
}

const passwordHash = await hashPassword('correct horse battery');
const now = new Date();

async function signedIn(userId: string): Promise<void> {
  const expiresAt = new Date(now.getTime() + 3_600_000);
  await db.session.create({ data: { userId, authenticatedAt: now, lastSeenAt: now, expiresAt } });
}

async function heldUp(userId: string): Promise<void> {
  const row = { score: 5, halfLife: 900, most: 5, attempts: 5, at: now };
  await db.throttle.createMany({
    data: [
      { subject: `user:${userId}`, source: '192.0.2.7', ...row },
      { subject: 'address', source: '192.0.2.7', ...row },
      { subject: 'address', source: '192.0.2.8', ...row },
    ],
  });
}

afterAll(() => db.$disconnect());

describe('on a database of DATABASE_URL', () => {
  const run = (...args: string[]) =>
    command('admin', args, { DATABASE_URL: process.env.DATABASE_URL ?? '', ORIGIN: 'https://sso.example' });
  const openSessions = () => db.session.count({ where: { revokedAt: null } });

  beforeEach(async () => {
    await emptyTables('users', 'events', 'throttles');
  });

  test('unlock forgets what holds up the person, and at their addresses; sessions go on; it is an event of the machine', async () => {
    const { id } = await aPerson({ username: 'Kim', passwordHash });
    await signedIn(id);
    await heldUp(id);
    expect(await run('unlock', 'kim')).toMatchObject({ code: 0, stdout: '' });
    expect(await db.throttle.findMany()).toMatchObject([{ source: '192.0.2.8' }]);
    expect(await openSessions()).toBe(1);
    expect(await db.event.findMany()).toMatchObject([
      {
        name: 'user_unlock',
        outcome: 'success',
        actorId: null,
        targetId: id,
        message: '5 wrong passwords were forgotten.',
      },
    ]);
    const [{ actorName } = { actorName: '' }] = await db.event.findMany();
    expect(actorName).toMatch(/\(npm run admin\)$/);
  });

  test('reset-password takes the password away and ends sessions; only the link goes to standard output, and works once', async () => {
    const { id, username } = await aPerson({ passwordHash, role: 'administrator' });
    await signedIn(id);
    await heldUp(id);
    const { code, stdout, stderr } = await run('reset-password', `${username}@acme.example`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^https:\/\/sso\.example\/activate\?token=[\w-]+\n$/);
    const token = new URL(stdout.trim()).searchParams.get('token') ?? '';
    expect(stderr).not.toContain(token);
    expect(await openSessions()).toBe(0);
    expect(await db.throttle.count({ where: { subject: `user:${id}` } })).toBe(0);
    const user = await db.user.findUniqueOrThrow({ where: { id } });
    expect(user.passwordHash).not.toBe(passwordHash);
    expect(user.passwordHash).not.toBeNull();
    expect(JSON.stringify(await db.event.findMany({ select: { message: true, changes: true } }))).not.toContain(token);
    await redeemActivationLink({ token, password: 'velvet anchor puddle', clientAddress: null });
    await expect(
      redeemActivationLink({ token, password: 'copper lantern fig', clientAddress: null }),
    ).rejects.toThrow();
  });

  test('make-administrator gives the role, ends the sessions that began without, and is an event with both roles', async () => {
    const { id } = await aPerson({ username: 'kim', passwordHash });
    await signedIn(id);
    expect(await run('make-administrator', 'kim')).toMatchObject({ code: 0, stdout: '' });
    expect(await db.user.findFirst()).toMatchObject({ role: 'administrator', version: 2 });
    expect(await openSessions()).toBe(0);
    expect(await db.event.findFirst()).toMatchObject({ changes: { role: { from: 'user', to: 'administrator' } } });
  });

  test('what is refused, or cannot be understood, is told beside standard output, and the exit code says so', async () => {
    await aPerson({ username: 'away', status: 'suspended', passwordHash });
    for (const [args, words] of [
      [['reset-password', 'away'], 'is suspended.\nReactivate the person first.'],
      [['unlock'], 'npm run admin -- unlock <username>'],
      [['unlock', '--of', 'mars', 'kim'], '--of takes one of product, demo, dev.'],
    ] as const) {
      const outcome = await run(...args);
      expect(outcome).toMatchObject({ code: 1, stdout: '' });
      expect(outcome.stderr).toContain(words);
    }
  });
});

describe('on an embedded database', () => {
  const base = mkdtempSync(join(tmpdir(), 'latchkey admin '));
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  const run = (name: string, ...args: string[]) => command(name, args, { LATCHKEY_DATA_DIR: base });

  test('it works while Latchkey does not run, and makes no database where there is none', async () => {
    expect(await run('admin', 'unlock', 'kim')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no database in'),
    });
    await run('migrate');
    const stopped = await run('admin', 'unlock', 'kim');
    expect(stopped.stderr).toContain('Latchkey does not run: starting its database');
    expect(stopped.stderr).toContain('Nobody has the username');
    mkdirSync(join(base, 'demo', 'postgres'), { recursive: true });
    expect((await run('admin', 'unlock', 'kim')).stderr).toMatch(
      /more than one Latchkey here.*\n {2}--of product .*\n {2}--of demo/,
    );
  });
});
