import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { flushRefusals } from '@/lib/events/record';
import { requireNamed } from './find-named';
import { makeAdministrator } from './make-administrator';
import { resetPassword } from './reset-password';
import { aPerson, tester } from './testing/people';
import { unlockSignIn } from './unlock-sign-in';

const ids: Record<string, string> = {};

beforeAll(async () => {
  const people = [
    { username: 'twice@acme.example', email: 'one@acme.example' },
    { username: 'other', email: 'twice@acme.example' },
    { username: 'away', status: 'suspended' as const },
    { username: 'gone', deletedAt: new Date('2026-11-02T10:00:00Z') },
    { username: 'Here' },
    { username: 'boss', role: 'administrator' as const },
  ];
  // As people are who were called alike before names were unique.
  await db.$executeRaw`ALTER TABLE users DISABLE TRIGGER users_take_names`;
  for (const person of people) ids[person.username] = (await aPerson(person)).id;
  await db.$executeRaw`ALTER TABLE users ENABLE TRIGGER users_take_names`;
});
afterAll(() => db.$disconnect());

describe('a name that is typed on the machine', () => {
  test.each(['here', ' HERE@acme.example '])('is found by username and e-mail address: %s', async (typed) => {
    expect((await requireNamed(typed)).id).toBe(ids.Here);
  });

  test('is certain as an id', async () => {
    expect((await requireNamed(ids.other ?? '')).username).toBe('other');
  });

  test.each([
    ['nobody', 'not_found', 'Nobody has the username or e-mail address nobody.'],
    ['', 'not_found', 'Nobody has'],
    [
      'twice@acme.example',
      'conflict',
      /2 people are called twice@acme\.example:\n.*one@acme\.example.*\n.*twice@acme\.example/,
    ],
    ['gone', 'conflict', 'Person 4 (gone) was deleted on 2026-11-02.'],
  ])('that is not one person is told as what it is: %s', async (typed, code, message) => {
    await expect(requireNamed(typed)).rejects.toMatchObject({ code });
    await expect(requireNamed(typed)).rejects.toThrow(message);
  });
});

describe.each([
  ['unlock', unlockSignIn],
  ['reset-password', resetPassword],
  ['make-administrator', makeAdministrator],
])('%s', (_name, command) => {
  test.each([
    ['away', 'not_active'],
    ['gone', 'conflict'],
  ])('is refused for who is %s, changes nothing, and the attempt is an event', async (name, code) => {
    const before = await db.user.findUnique({ where: { id: ids[name] ?? '' } });
    const told = await refusals(name, code);
    await expect(command(tester, { id: ids[name] ?? '' })).rejects.toMatchObject({ code });
    expect(await db.user.findUnique({ where: { id: ids[name] ?? '' } })).toEqual(before);
    expect(await refusals(name, code)).toBe(told + 1);
  });
});

/** How often somebody was refused, alike refusals of one minute counted together. */
async function refusals(targetName: string, code: string): Promise<number> {
  await flushRefusals();
  const { _sum } = await db.event.aggregate({
    where: { outcome: 'error', targetName, code },
    _sum: { count: true },
  });
  return _sum.count ?? 0;
}

test('nobody becomes an administrator twice', async () => {
  await expect(makeAdministrator(tester, { id: ids.boss ?? '' })).rejects.toMatchObject({ code: 'conflict' });
});
