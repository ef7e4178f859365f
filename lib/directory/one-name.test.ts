import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { db, type Tx } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { ensureFirstAdministrator } from '@/lib/installation/ensure-first-administrator';
import { createGroup } from './create-group';
import { createImportedUser } from './create-imported-user';
import { createUser } from './create-user';
import { deleteUser } from './delete-user';
import { findUserByName } from './find-user-by-name';
import { restoreUser } from './restore-user';
import { userValuesSchema } from './schema';
import { aPerson, tester, unguarded } from './testing/people';
import { updateGroup } from './update-group';
import { updateUser } from './update-user';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'events');
});

const form = (username: string, email = `${randomUUID()}@acme.example`) =>
  userValuesSchema.parse({ username, email, firstname: 'Zoë', lastname: 'Lind' });
const add = (username: string, email?: string) =>
  createUser(tester, { ...form(username, email), sendActivation: false });
const refused = (field: string, message: unknown = expect.anything()) => ({ code: 'already_exists', field, message });

/** The embedded database has the C locale, in which lower() leaves Ä as it is. */
describe('two people never have one name', () => {
  test.each([
    ['Ärzte', 'ärzte'],
    ['Ärzte', 'A\u0308RZTE'],
    ['straße', 'STRASSE'],
    ['ana', 'ＡＮＡ'],
    ['ΟΔΟΣ', 'οδος'],
  ])('%s and %s', async (one, other) => {
    await add(one);
    await expect(add(other)).rejects.toMatchObject(refused('username'));
    const user = await add('somebody');
    const change = { ...form(other, user.email), id: user.id, version: 1 };
    await expect(updateUser(tester, change, unguarded)).rejects.toMatchObject(refused('username'));
    const application = { id: randomUUID(), displayLabel: 'Egnyte' };
    const imported = db.$transaction((tx) => createImportedUser(tx, tester, form(other), application));
    await expect(imported).rejects.toMatchObject(refused('username'));
    expect(await db.user.count()).toBe(2);
  });

  test('a username is nobody else’s e-mail address, and the reverse; of one person they may be the same', async () => {
    await add('own@acme.example', 'own@acme.example');
    await add('ben', 'ben@acme.example');
    await expect(add('BEN@acme.example')).rejects.toMatchObject(
      refused('username', '“BEN@acme.example” is the e-mail address of Zoë Lind (ben).'),
    );
    await add('later@acme.example', 'zoe@acme.example');
    await expect(add('late', 'later@acme.example')).rejects.toMatchObject(
      refused('email', '“later@acme.example” is the username of Zoë Lind (zoe@acme.example).'),
    );
    // The two names of one person may change places.
    const ben = await db.user.findFirstOrThrow({ where: { username: 'ben' } });
    const user = await updateUser(
      tester,
      {
        ...form('ben@acme.example', 'ben@other.example'),
        id: ben.id,
        version: 1,
      },
      unguarded,
    );
    expect(user.username).toBe('ben@acme.example');
  });

  test('of two who take one name at the same moment, one gets it and the other is told', async () => {
    for (let round = 0; round < 5; round += 1) {
      const outcomes = await Promise.allSettled([
        add(`Ärzte${round}`),
        add(`ärzte${round}`),
        add('x', `x${round}@acme.example`).catch(() => 0),
      ]);
      const [one, two] = outcomes;
      expect([one?.status, two?.status].sort()).toEqual(['fulfilled', 'rejected']);
      const failure = [one, two].find((outcome) => outcome?.status === 'rejected');
      expect(failure?.status === 'rejected' && failure.reason).toMatchObject(refused('username'));
    }
  });

  test.each([
    ['an\u200ba', 'Username holds U+200B (zero-width space).'],
    ['a\u00adna', 'Username holds U+00AD (soft hyphen).'],
    ['ana\u202e', 'Username holds U+202E (direction mark).'],
    ['anaמ', 'Username mixes letters written from left to right and from right to left.'],
    ['an a', 'A username has no spaces, quotes, < > or backslashes.'],
  ])('what is not seen is refused: %j', (username, message) => {
    const found = userValuesSchema.safeParse({ username, email: 'a@acme.example', firstname: 'A', lastname: 'B' });
    expect(found.error?.issues).toMatchObject([{ path: ['username'], message }]);
  });

  test('spaces around a name are no part of it', () => {
    expect(form(' ana ', ' ana@acme.example\n')).toMatchObject({ username: 'ana', email: 'ana@acme.example' });
  });

  test('whoever is deleted frees both names; who is restored is told who has one of them by now', async () => {
    const user = await add('ana', 'ana@acme.example');
    await deleteUser(tester, { id: user.id });
    const second = await add('other', 'ANA@acme.example');
    await expect(restoreUser(tester, { id: user.id })).rejects.toMatchObject({
      code: 'conflict',
      message: 'Zoë Lind (ana) cannot be restored: “ana@acme.example” is the e-mail address of Zoë Lind (other).',
    });
    await deleteUser(tester, { id: second.id });
    await restoreUser(tester, { id: user.id });
    expect(await findUserByName('Ana')).toMatchObject({ id: user.id });
  });

  test('the first administrator does not take a name that somebody has', async () => {
    process.env.LATCHKEY_ADMIN_EMAIL = 'boss@acme.example';
    await aPerson({ username: 'Boss', email: 'somebody@acme.example' });
    expect(await ensureFirstAdministrator()).toMatchObject({ username: 'boss@acme.example' });
    await emptyTables('users');
    await aPerson({ username: 'anybody', email: 'BOSS@acme.example' });
    await expect(ensureFirstAdministrator()).rejects.toThrow(/boss@acme.example.*is the e-mail address of/);
  });
});

describe('names at the same moment', () => {
  const named = (username: string, email: string) => aPerson({ username, email });
  /** Begins `others` while `hold` has changed something and not committed; both wait for it. */
  async function meanwhile(hold: (tx: Tx) => Promise<unknown>, others: (() => Promise<unknown>)[]) {
    let begun: Promise<PromiseSettledResult<unknown>[]> | undefined;
    await db.$transaction(async (tx) => {
      await hold(tx);
      begun = Promise.allSettled(others.map((other) => other()));
      await expect
        .poll(
          async () =>
            (
              await db.$queryRaw<unknown[]>`
          SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
            ).length,
        )
        .toBe(others.length);
    });
    return (await begun) ?? [];
  }

  test('two who take the same two names crosswise follow each other, and do not wait in a circle', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [one, other] = [`a${round}@acme.example`, `b${round}@acme.example`];
      const holder = await named(other, `holder${round}@acme.example`);
      const outcomes = await meanwhile(
        (tx) => tx.user.update({ where: { id: holder.id }, data: { username: `left${round}` } }),
        [() => named(one, other), () => named(other, one)],
      );
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(outcomes.map((outcome) => String('reason' in outcome ? outcome.reason : '')).join()).not.toMatch(
        /40P01|deadlock/,
      );
    }
  });

  test('who is restored and who takes the name meanwhile, with a name to be kept in groups, do not wait in a circle', async () => {
    const [gone, taker] = [await named('gone', 'gone@acme.example'), await named('taker', 'taker@acme.example')];
    await db.user.update({ where: { id: gone.id }, data: { deletedAt: new Date() } });
    const [restored] = await meanwhile(
      (tx) => tx.user.update({ where: { id: taker.id }, data: { username: 'gone', lastname: 'Taker' } }),
      [() => db.user.update({ where: { id: gone.id }, data: { deletedAt: null } })],
    );
    expect(restored).toMatchObject({ status: 'rejected', reason: { code: 'P2002' } });
  });

  test('a name that is given up is the next one’s, also when who waited longest gives up waiting just then', async () => {
    const [first, second, third] = [await named('first', 'n@acme.example'), await aPerson(), await aPerson()];
    await db.$executeRaw`
      INSERT INTO taken_names (name, user_id, contested) SELECT 'n@acme.example', id, true FROM users WHERE id <> ${first.id}::uuid`;
    await meanwhile(
      (tx) => tx.user.update({ where: { id: second.id }, data: { username: 'second' } }),
      [() => db.user.update({ where: { id: first.id }, data: { email: 'other@acme.example' } })],
    );
    const holders = await db.takenName.findMany({ where: { name: 'n@acme.example' } });
    expect(holders).toEqual([{ name: 'n@acme.example', userId: third.id, contested: false }]);
  });
});

describe('who is meant by a name', () => {
  test('is found by username and e-mail address in any form, and by no name that is contested', async () => {
    const first = await aPerson({ username: 'Ärzte', email: 'first@acme.example' });
    const second = await aPerson({ username: 'second', email: 'second@acme.example' });
    for (const name of [
      'ärzte',
      ' ÄRZTE ',
      'A\u0308rzte',
      'FIRST@acme.example',
      'ｆｉｒｓｔ@acme.example',
      'är\u200bzte',
    ]) {
      expect(await findUserByName(name)).toMatchObject({ id: first.id });
    }
    // As a migration leaves two people of one name.
    await db.$executeRaw`UPDATE users SET username = 'ärzte' WHERE id = ${second.id}::uuid`;
    await db.$executeRaw`UPDATE taken_names SET name = 'ärzte', contested = true WHERE user_id = ${second.id}::uuid AND name = 'second'`;
    await db.$executeRaw`ALTER TABLE users DISABLE TRIGGER users_take_names`;
    await db.user.update({ where: { id: second.id }, data: { username: 'ärzte' } });
    await db.$executeRaw`ALTER TABLE users ENABLE TRIGGER users_take_names`;
    expect(await findUserByName('ärzte')).toMatchObject({ id: first.id });
    expect(await findUserByName('second@acme.example')).toMatchObject({ id: second.id });
    // Something else of either can be changed; the name is free for the other once one of them has another.
    const keep = { ...form('ärzte', 'moved@acme.example'), id: second.id, version: 1 };
    expect(await updateUser(tester, keep, unguarded)).toMatchObject({ email: 'moved@acme.example' });
    await updateUser(tester, { ...form('aerzte', 'first@acme.example'), id: first.id, version: 1 }, unguarded);
    expect(await findUserByName('ÄRZTE')).toMatchObject({ id: second.id });
    expect(await findUserByName('')).toBeUndefined();
  });
});

test('two user groups never have one name', async () => {
  const make = (name: string) => createGroup(tester, { name, description: '' });
  await make('Größe');
  await expect(make('GRÖSSE')).rejects.toMatchObject(refused('name'));
  const { id } = await make('Sales');
  const change = { id, version: 1, name: 'größe', description: '' };
  await expect(updateGroup(tester, change)).rejects.toMatchObject(refused('name'));
});
