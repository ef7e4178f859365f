import { beforeEach, describe, expect, test } from 'vitest';
import { setClockOffset } from '@/lib/core/clock';
import { encodeCursor } from '@/lib/core/pagination';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { flushRefusals } from '@/lib/events/record';
import { createUser } from './create-user';
import { deleteUser } from './delete-user';
import { listUsers } from './list-users';
import { purgeExpiredUsers, purgeUser } from './purge-user';
import { getUser } from './queries';
import { reactivateUser } from './reactivate-user';
import { restoreUser } from './restore-user';
import { createUserSchema, type UserValues, userFilterSchema, userValuesSchema } from './schema';
import { suspendUser } from './suspend-user';
import { aGroup, aPerson, queued, tester, unguarded } from './testing/people';
import { updateUser } from './update-user';

const values = (over: Partial<UserValues> = {}) => ({
  ...createUserSchema.parse({
    username: 'zoe.lind',
    email: 'Zoe.Lind@acme.example',
    firstname: 'Zoe',
    lastname: 'Lind',
  }),
  ...over,
});

beforeEach(async () => {
  setClockOffset(0);
  await emptyTables('users', 'groups', 'events', 'mails', 'graphile_worker._private_jobs');
});

describe('creating', () => {
  test('a person, the event, the task and the mail with the link are written together', async () => {
    const { link, ...user } = await createUser(tester, values());
    expect(user).toMatchObject({ email: 'zoe.lind@acme.example', displayName: 'Zoe Lind', passwordHash: null });
    expect(link.url).toMatch(/\/activate\?token=[\w-]{43}$/);
    expect(await db.event.findMany()).toMatchObject([
      { name: 'user_create', targetName: 'zoe.lind', outcome: 'success' },
    ]);
    expect(await queued('directory-changed')).toEqual([{ userIds: [user.id], groupIds: [] }]);
    expect(await db.mail.findMany()).toMatchObject([{ to: 'zoe.lind@acme.example' }]);
  });

  test('a username or e-mail address that differs only in case is refused at its field, and nothing is left behind', async () => {
    await createUser(tester, values());
    await expect(
      createUser(tester, values({ username: 'ZOE.lind', email: 'other@acme.example' })),
    ).rejects.toMatchObject({
      code: 'already_exists',
      field: 'username',
    });
    await expect(
      createUser(tester, values({ username: 'other', email: 'ZOE.LIND@acme.example' })),
    ).rejects.toMatchObject({
      code: 'already_exists',
      field: 'email',
    });
    expect(await db.user.count()).toBe(1);
    expect(await queued('directory-changed')).toHaveLength(1);
    expect(await db.event.count({ where: { outcome: 'error', code: 'already_exists' } })).toBe(2);
  });
});

describe('the list', () => {
  test('a cursor that is none of its own counts as absent', async () => {
    await aPerson();
    const cursors = [['a', '-'.repeat(36)], ['a\0', crypto.randomUUID()], ['a', '1'], ['a']];
    for (const parts of cursors) {
      const filter = userFilterSchema.parse({ cursor: encodeCursor(parts) });
      expect((await listUsers(filter)).items, JSON.stringify(parts)).toHaveLength(1);
    }
  });
});

describe('changing', () => {
  test('a form that somebody else overtook is refused with the values as they are now, and saves nothing', async () => {
    const user = await createUser(tester, values());
    await updateUser(tester, { ...values({ department: 'Sales' }), id: user.id, version: 1 }, unguarded);
    await expect(
      updateUser(tester, { ...values({ jobTitle: 'Lead' }), id: user.id, version: 1 }, unguarded),
    ).rejects.toMatchObject({ code: 'stale_version', details: { version: 2, values: { department: 'Sales' } } });
    expect(await db.user.findUnique({ where: { id: user.id } })).toMatchObject({ department: 'Sales', jobTitle: null });
  });

  test('two changes of one version at the same moment: exactly one wins', async () => {
    const user = await createUser(tester, values());
    const outcomes = await Promise.allSettled(
      ['Sales', 'Legal'].map((department) =>
        updateUser(tester, { ...values({ department }), id: user.id, version: 1 }, unguarded),
      ),
    );
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('half of a character is refused at its field: the event could not be written', () => {
    const form = { ...values(), jobTitle: 'a\ud800', customAttributes: { shift: '\udc00' } };
    const issues = userValuesSchema.safeParse(form).error?.issues ?? [];
    expect(issues.map((issue) => issue.path.join('.'))).toEqual(['jobTitle', 'customAttributes.shift']);
    expect(userValuesSchema.safeParse({ ...values(), jobTitle: 'Zebras 🦓' }).success).toBe(true);
  });

  test('the event tells what changed, from and to', async () => {
    const user = await createUser(tester, values());
    await updateUser(tester, { ...values({ jobTitle: 'Lead' }), id: user.id, version: 1 }, unguarded);
    const event = await db.event.findFirst({ where: { name: 'user_update' } });
    expect(event?.changes).toEqual({ jobTitle: { from: null, to: 'Lead' } });
  });

  test('a manager whose name changes brings the reports along, and nobody can report to themselves through others', async () => {
    const boss = await aPerson({ username: 'boss' });
    const user = await createUser(tester, values({ managerId: boss.id }));
    await db.$executeRaw`TRUNCATE graphile_worker._private_jobs`;
    const form = userValuesSchema.parse({ ...boss, managerId: null, customAttributes: {} });
    await updateUser(tester, { ...form, username: 'chief', id: boss.id, version: 1 }, unguarded);
    expect(await queued('directory-changed')).toEqual([{ userIds: [boss.id, user.id], groupIds: [] }]);
    await expect(
      updateUser(tester, { ...form, username: 'chief', managerId: user.id, id: boss.id, version: 2 }, unguarded),
    ).rejects.toMatchObject({ code: 'invalid_input', field: 'managerId' });
  });
});

describe('the last administrator', () => {
  const administrator = () => aPerson({ role: 'administrator', passwordHash: 'x' });

  test('cannot be suspended, deleted or given another role; one whose password is pending does not count', async () => {
    const admin = await administrator();
    await aPerson({ role: 'administrator' });
    const refused = { code: 'last_administrator' };
    await expect(suspendUser(tester, { id: admin.id })).rejects.toMatchObject(refused);
    await expect(deleteUser(tester, { id: admin.id })).rejects.toMatchObject(refused);
    await expect(suspendUser(tester, { id: admin.id.toUpperCase() })).rejects.toMatchObject(refused);
    const form = userValuesSchema.parse({ ...admin, managerId: null, customAttributes: {}, role: 'helpdesk' });
    await expect(updateUser(tester, { ...form, id: admin.id, version: 1 }, unguarded)).rejects.toMatchObject(refused);
    await flushRefusals();
    const told = await db.event.findMany({ where: { code: 'last_administrator' }, orderBy: { name: 'asc' } });
    expect(told.map(({ name, count }) => [name, count])).toEqual([
      ['user_delete', 1],
      ['user_suspend', 1],
      ['user_suspend', 1],
      ['user_update', 1],
    ]);
  });

  test('stays when two administrators suspend each other at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      await emptyTables('users');
      const [a, b] = await Promise.all([administrator(), administrator()]);
      const outcomes = await Promise.allSettled([
        suspendUser({ id: a.id, name: a.username, clientAddress: null }, { id: b.id }),
        deleteUser({ id: b.id, name: b.username, clientAddress: null }, { id: a.id }),
      ]);
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
      expect(await db.user.count({ where: { status: 'active', deletedAt: null } })).toBe(1);
    }
  });
});

describe('suspending, deleting, restoring', () => {
  test('a suspended person is signed out everywhere, and comes back as before', async () => {
    const person = await aPerson();
    const at = new Date();
    await db.session.create({
      data: { userId: person.id, authenticatedAt: at, lastSeenAt: at, expiresAt: new Date(at.getTime() + 60_000) },
    });
    await suspendUser(tester, { id: person.id });
    expect(await db.session.count({ where: { revokedAt: null } })).toBe(0);
    await expect(suspendUser(tester, { id: person.id })).rejects.toMatchObject({ code: 'not_active' });
    expect(await reactivateUser(tester, { id: person.id })).toMatchObject({ status: 'active' });
  });

  test('a deleted person frees the username, and cannot be restored while somebody else has it', async () => {
    const first = await aPerson({ username: 'kim' });
    await aGroup('Readers', [first]);
    await deleteUser(tester, { id: first.id });
    const second = await aPerson({ username: 'Kim' });
    await expect(restoreUser(tester, { id: first.id })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(second.displayName),
    });
    await db.user.update({ where: { id: second.id }, data: { username: 'kim.2', email: 'kim.2@acme.example' } });
    expect(await restoreUser(tester, { id: first.id })).toMatchObject({ deletedAt: null });
    expect(await db.groupMember.count({ where: { userId: first.id } })).toBe(1);
  });

  test('permanent deletion is refused for somebody who is not deleted, and removes the row when no account is linked', async () => {
    const person = await aPerson();
    await expect(purgeUser(tester, { id: person.id })).rejects.toMatchObject({ code: 'conflict' });
    await expect(purgeUser(tester, { id: person.id, typed: 'somebody.else' })).rejects.toMatchObject({
      code: 'confirmation_mismatch',
    });
    await deleteUser(tester, { id: person.id });
    await purgeUser(tester, { id: person.id });
    expect(await db.user.count()).toBe(0);
    await expect(getUser(person.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('permanent deletion erases personal data, but keeps the row while an account is linked to it', async () => {
    const person = await aPerson({ department: 'Legal', phone: '+1 555 0100', passwordHash: 'x' });
    const report = await aPerson({ managerId: person.id });
    const application = await db.application.create({
      data: { templateId: 'custom', templateVersion: 1, kind: 'saml', displayLabel: 'A', logoColor: 'blue', slug: 'a' },
    });
    await db.userLink.create({ data: { applicationId: application.id, userId: person.id, remoteId: '7' } });
    await deleteUser(tester, { id: person.id });
    await purgeUser(tester, { id: person.id });
    const row = await db.user.findUniqueOrThrow({ where: { id: person.id } });
    expect(row.purgedAt).not.toBeNull();
    // An id may hold any digits.
    const kept = JSON.stringify(row).replaceAll(row.id, '');
    for (const personal of [person.username, person.email, 'Legal', '555', person.lastname]) {
      expect(kept).not.toContain(personal);
    }
    expect(await db.user.findUnique({ where: { id: report.id } })).toMatchObject({ managerId: null });
    await expect(restoreUser(tester, { id: person.id })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('whoever was deleted 30 days ago is deleted permanently by housekeeping, nobody earlier', async () => {
    const person = await aPerson();
    await deleteUser(tester, { id: person.id });
    setClockOffset(29 * 86_400_000);
    expect(await purgeExpiredUsers()).toBe(0);
    setClockOffset(30 * 86_400_000 + 1000);
    expect(await purgeExpiredUsers()).toBe(1);
  });
});
