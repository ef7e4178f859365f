import pg from 'pg';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createApplication } from '@/lib/applications/testing/create-application';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { untilWaiting } from '@/lib/db/testing/until-waiting';
import { createUser } from '@/lib/directory/create-user';
import { deleteUser } from '@/lib/directory/delete-user';
import { purgeUser } from '@/lib/directory/purge-user';
import { userValuesSchema } from '@/lib/directory/schema';
import { unguarded } from '@/lib/directory/testing/people';
import { updateUser } from '@/lib/directory/update-user';
import { systemActor } from '@/lib/events/actor';
import { listProperties } from '@/lib/mappings/source';
import { type Naming, nameIdNaming, usernameNaming } from './naming';
import { setApplicationUsername } from './set-application-username';
import { settleAllNames, settleNames } from './settle-names';
import { userRecord } from './source-record';

const byPrefix = usernameNaming('email_prefix');

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'namings', 'stale_names');
});

const form = (username: string, email = `${username}@acme.example`) =>
  userValuesSchema.parse({ username, email, firstname: 'Zoë', lastname: 'Lind' });
const add = async (username: string, email?: string) =>
  await createUser(systemActor, { ...form(username, email), sendActivation: false });

async function names(naming: Naming): Promise<Record<string, string>> {
  const rows = await db.computedName.findMany({ where: { namingId: naming.id }, include: { user: true } });
  return Object.fromEntries(rows.map((row) => [row.user.username, row.name]));
}

test('everybody has a name by a naming, made once, and whoever changes one from then on', async () => {
  const ana = await add('ana');
  await add('ben', 'Benjamin@acme.example');
  await settleNames([byPrefix]);
  expect(await names(byPrefix)).toEqual({ ana: 'ana', ben: 'benjamin' });
  await add('cleo');
  await updateUser(systemActor, { ...form('ana', 'Anne@acme.example'), id: ana.id, version: 1 }, unguarded);
  expect(await db.staleName.count()).toBe(2);
  await settleNames([byPrefix]);
  expect(await names(byPrefix)).toEqual({ ana: 'anne', ben: 'benjamin', cleo: 'cleo' });
  expect(await db.staleName.count()).toBe(0);
  await deleteUser(systemActor, { id: ana.id });
  await db.userLink.create({ data: { userId: ana.id, applicationId: await application(), remoteId: '7' } });
  await purgeUser(systemActor, { id: ana.id });
  await settleNames([byPrefix]);
  expect(await names(byPrefix)).toEqual({ ben: 'benjamin', cleo: 'cleo' });
});

test('of many who ask in one moment one settles, and nothing is deleted where nobody has gone', async () => {
  await add('ana');
  await settleNames([byPrefix]);
  await add('ben');
  const asked = vi.spyOn(pg.Client.prototype, 'query');
  const count = (text: string) => asked.mock.calls.filter(([one]) => JSON.stringify(one).includes(text)).length;
  let settling: Promise<unknown> | undefined;
  await db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM users WHERE username = 'ben' FOR UPDATE`;
    settling = Promise.all(Array.from({ length: 5 }, () => settleNames([byPrefix])));
    await untilWaiting(1);
    await vi.waitFor(() => expect(count('FROM \\"public\\".\\"stale_names\\"')).toBeGreaterThanOrEqual(5));
  });
  await settling;
  const [settled, deleted] = [count('latchkey.names'), count('DELETE FROM \\"public\\".\\"computed_names\\"')];
  asked.mockRestore();
  expect([settled, deleted]).toEqual([1, 0]);
  expect(await names(byPrefix)).toEqual({ ana: 'ana', ben: 'ben' });
});

async function application(): Promise<string> {
  const made = await createApplication(systemActor, {
    templateId: 'bookmark',
    displayLabel: 'A',
    bookmarkUrl: 'https://a.example',
    showInPortal: true,
  });
  return made.id;
}

test('a change that is under way is neither missed nor undone by who computes at the same moment', async () => {
  const ana = await add('ana');
  await settleNames([byPrefix]);
  await db.user.update({ where: { id: ana.id }, data: { email: 'first@acme.example' } });
  let settling: Promise<void> | undefined;
  await db.$transaction(async (tx) => {
    await tx.user.update({ where: { id: ana.id }, data: { email: 'second@acme.example' } });
    settling = settleNames([byPrefix]);
    await untilWaiting(1);
  });
  await settling;
  await settleNames([byPrefix]);
  expect(await names(byPrefix)).toEqual({ ana: 'second' });
});

test('several who settle at the same moment come to one end', async () => {
  for (let index = 0; index < 30; index += 1) await add(`person.${index}`);
  const namings = [byPrefix, usernameNaming('username'), usernameNaming('Left([username], 8)')];
  await Promise.all([settleNames(namings), settleNames([...namings].reverse()), settleNames(namings)]);
  expect(await db.computedName.count()).toBe(90);
  await db.$executeRaw`UPDATE users SET email = 'x' || email, email_folded = 'x' || email_folded`;
  await Promise.all([settleNames(namings), settleNames(namings), add('more').then(() => settleNames(namings))]);
  expect(Object.values(await names(byPrefix)).filter((name) => name.startsWith('x'))).toHaveLength(30);
  expect(await db.computedName.count()).toBe(93);
});

test('every stored property of a person counts: none can change without the names being made anew', async () => {
  const user = await add('ana');
  const columns = await db.$queryRaw<{ name: string }[]>`
    SELECT event_object_column AS name FROM information_schema.triggered_update_columns WHERE trigger_name = 'users_names_stale'`;
  const fires = columns.map((column) => column.name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()));
  const record = userRecord(user, user.username, true);
  const fixed = ['id', 'active', 'applicationUsername'];
  const stored = listProperties('user').filter(({ name }) => name in record && !fixed.includes(name));
  expect(stored.length).toBeGreaterThan(10);
  const columnOf = (name: string) => (name === 'manager' ? 'managerId' : name);
  expect(stored.filter(({ name }) => !fires.includes(columnOf(name)))).toEqual([]);
  expect(fires).toContain('customAttributes');
});

describe('namings', () => {
  const nameId = (source: string, id = '00000000-0000-4000-8000-000000000001') =>
    nameIdNaming({ id, usernameFormat: 'username' }, { kind: 'property', source });

  test('of applications with one format are one; NameID from the application username needs none of its own', () => {
    expect(usernameNaming('email_prefix')).toEqual(usernameNaming('Word([email], 1, "@")'));
    expect(usernameNaming('email')).not.toEqual(usernameNaming('username'));
    expect([nameId('applicationUsername'), nameId('username'), nameId('login')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(nameId('email', '00000000-0000-4000-8000-000000000002')).toEqual(nameId('email'));
  });

  test('that depend on what is typed in an application are its own, and follow it', async () => {
    const ana = await add('ana');
    const id = (
      await createApplication(systemActor, { templateId: 'custom-saml', displayLabel: 'A', showInPortal: true })
    ).id;
    const naming = nameIdNaming(
      { id, usernameFormat: 'username' },
      { kind: 'expression', source: 'ToUpper([username])' },
    );
    if (!naming) throw new Error('It is a naming.');
    expect(naming.applicationId).toBe(id);
    await settleNames([naming]);
    expect(await names(naming)).toEqual({ ana: 'ana' });
    await setApplicationUsername(systemActor, { applicationId: id, userId: ana.id, applicationUsername: 'martinez' });
    await settleNames([naming]);
    expect(await names(naming)).toEqual({ ana: 'martinez' });
  });

  test('are kept of an application whose settings an older rule let in', async () => {
    const { id } = await createApplication(systemActor, {
      templateId: 'custom-saml',
      displayLabel: 'A',
      showInPortal: true,
    });
    const nameIdSource = { kind: 'property' as const, source: 'email' };
    const settings = { spEntityId: 'an entity with spaces', nameIdSource };
    await db.ssoSettings.update({ where: { applicationId: id }, data: { settings } });
    await settleAllNames();
    const naming = nameIdNaming({ id, usernameFormat: 'username' }, nameIdSource);
    expect(await db.naming.count({ where: { id: naming?.id ?? '', complete: true } })).toBe(1);
  });

  test('that no application has any more are forgotten by housekeeping, and the others are made', async () => {
    await add('ana');
    await settleNames([usernameNaming('[lastname]')]);
    await createApplication(systemActor, { templateId: 'custom-saml', displayLabel: 'A', showInPortal: true });
    await settleAllNames();
    expect((await db.naming.findMany()).map((naming) => naming.id)).toEqual([usernameNaming('username').id]);
    expect(await names(usernameNaming('username'))).toEqual({ ana: 'ana' });
  });
});
