import pg from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { db } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { deleteUser } from '@/lib/directory/delete-user';
import { purgeUser } from '@/lib/directory/purge-user';
import { reactivateUser } from '@/lib/directory/reactivate-user';
import { restoreUser } from '@/lib/directory/restore-user';
import { suspendUser } from '@/lib/directory/suspend-user';
import { aPerson, tester } from '@/lib/directory/testing/people';
import { type Actor, systemActor } from '@/lib/events/actor';
import { authenticateToken } from './authenticate-token';
import { createToken } from './create-token';
import { presetToken } from './preset-token';
import { listTokens } from './queries';
import { revokeToken } from './revoke-token';
import { createTokenSchema, tokenFilterSchema } from './schema';

let ada: User;
let actor: Actor;

beforeEach(async () => {
  await emptyTables('users', 'events', 'api_tokens');
  // Somebody who stays, so that everything may happen to Ada.
  await aPerson({ username: 'other', role: 'administrator', passwordHash: 'x' });
  ada = await aPerson({ username: 'ada', displayName: 'Ada Byron', role: 'administrator', passwordHash: 'x' });
  actor = { id: ada.id, name: ada.username, clientAddress: null };
});
afterEach(() => {
  vi.restoreAllMocks();
  delete process.env.LATCHKEY_API_TOKEN;
});
afterAll(() => db.$disconnect());

type Values = { label?: string; role?: 'administrator' | 'helpdesk'; expiresAt?: Date; requestsPerMinute?: number };
const make = (by: Actor, values: Values = {}) =>
  createToken(by, createTokenSchema.parse({ label: 'deploy', role: 'administrator', ...values }));
const use = (token: string) => authenticateToken(`Bearer ${token}`, '192.0.2.7');
const setRole = (role: User['role']) => db.user.update({ where: { id: ada.id }, data: { role } });
const listed = async () => (await listTokens()).items.map(({ label, state, reason }) => ({ label, state, reason }));

describe('a token is not accepted while the person whose it is', () => {
  test.each<[string, () => Promise<unknown>, string, () => Promise<unknown>]>([
    [
      'is suspended',
      () => suspendUser(tester, { id: ada.id }),
      'Ada Byron is suspended',
      () => reactivateUser(tester, { id: ada.id }),
    ],
    [
      'is deleted',
      () => deleteUser(tester, { id: ada.id }),
      'Ada Byron is deleted',
      () => restoreUser(tester, { id: ada.id }),
    ],
    [
      'is helpdesk only',
      () => setRole('helpdesk'),
      'Ada Byron has the role helpdesk, which may do less',
      () => setRole('administrator'),
    ],
    [
      'is a user only',
      () => setRole('user'),
      'Ada Byron has the role user, which may do less',
      () => setRole('administrator'),
    ],
  ])('%s; the list says so, and it works again afterwards', async (_, happens, reason, ends) => {
    const { token } = await make(actor);
    await use(token);
    await happens();
    await expect(use(token)).rejects.toMatchObject({
      code: 'token_not_accepted',
      message: `This token is not accepted: ${reason}.`,
      hint: expect.stringContaining('Settings › API Tokens'),
    });
    expect(await listed()).toEqual([{ label: 'deploy', state: 'not_accepted', reason }]);
    await ends();
    expect((await use(token)).role).toBe('administrator');
    expect(await listed()).toEqual([{ label: 'deploy', state: 'active', reason: null }]);
  });

  test('is gone for good, with or without a row that is left of them', async () => {
    const { token } = await make(actor);
    await deleteUser(tester, { id: ada.id });
    await purgeUser(tester, { id: ada.id });
    expect(await db.user.count({ where: { id: ada.id } })).toBe(0);
    const refusal = { code: 'token_not_accepted', message: 'This token is not accepted: ada is deleted permanently.' };
    await expect(use(token)).rejects.toMatchObject(refusal);
    // A bare row stays while accounts in applications are linked to it.
    const names = { username: 'x', email: 'x', firstname: '', lastname: '', displayName: 'Deleted person' };
    await db.user.create({ data: { id: ada.id, ...names, deletedAt: new Date(), purgedAt: new Date() } });
    await expect(use(token)).rejects.toMatchObject(refusal);
  });

  test('may do less than the token: a helpdesk token goes on when an administrator becomes helpdesk', async () => {
    const { token } = await make(actor, { role: 'helpdesk' });
    await setRole('helpdesk');
    expect((await use(token)).role).toBe('helpdesk');
    await setRole('user');
    await expect(use(token)).rejects.toMatchObject({ code: 'token_not_accepted' });
  });
});

test('what is revoked or expired is told as that, whoever made it', async () => {
  const revoked = await make(actor);
  await revokeToken(tester, { id: revoked.id });
  await suspendUser(tester, { id: ada.id });
  await expect(use(revoked.token)).rejects.toMatchObject({ message: 'This token is revoked.' });
});

test('a token that was not accepted does not count as used', async () => {
  const { id, token } = await make(actor);
  await suspendUser(tester, { id: ada.id });
  await expect(use(token)).rejects.toThrow();
  expect((await db.apiToken.findUniqueOrThrow({ where: { id } })).lastUsedAt).toBeNull();
});

test('the list is narrowed to those that are not accepted, and they are not among the active', async () => {
  const one = await make(actor, { label: 'of Ada' });
  await make(systemActor, { label: 'of the machine' });
  await suspendUser(tester, { id: ada.id });
  const labels = async (state: string) =>
    (await listTokens(tokenFilterSchema.parse({ state }))).items.map(({ label }) => label);
  expect(await labels('not_accepted')).toEqual(['of Ada']);
  expect(await labels('active')).toEqual(['of the machine']);
  await revokeToken(tester, { id: one.id });
  expect(await labels('not_accepted')).toEqual([]);
  expect(await labels('revoked')).toEqual(['of Ada']);
});

test('finding out who asks is one statement, whoever made the token', async () => {
  for (const by of [actor, systemActor]) {
    const { token } = await make(by);
    await use(token);
    const query = vi.spyOn(pg.Client.prototype, 'query');
    await use(token);
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
  }
});

describe('tokens made on the machine or by its environment', () => {
  test('belong to the installation, and say so; nobody has to be active for them', async () => {
    process.env.LATCHKEY_API_TOKEN = 'chosen-by-the-operator-0123456789abcdef';
    await presetToken();
    const script = await make({ id: null, name: 'root (npm run token)', clientAddress: null }, { label: 'script' });
    const own = await make(actor, { label: 'own' });
    await db.user.updateMany({ data: { status: 'suspended' } });
    await use(process.env.LATCHKEY_API_TOKEN);
    expect((await use(script.token)).actor).toMatchObject({ id: null, makerId: null });
    await expect(use(own.token)).rejects.toThrow();
    const owners = (await listTokens()).items.map(({ label, owner }) => [label, owner]);
    expect(owners).toEqual([
      ['script', 'installation'],
      ['LATCHKEY_API_TOKEN', 'installation'],
      ['own', 'person'],
    ]);
  });
});

describe('a token that a token made', () => {
  test("is the same person's, however long the chain", async () => {
    const first = await use((await make(actor)).token);
    const second = await use((await make(first.actor, { label: 'second' })).token);
    const third = await make(second.actor, { label: 'third' });
    expect((await use(third.token)).actor).toMatchObject({ id: null, name: 'third', makerId: ada.id });
    expect((await listTokens()).items.map(({ label, createdByName, owner }) => [label, createdByName, owner])).toEqual([
      ['third', 'second', 'person'],
      ['second', 'deploy', 'person'],
      ['deploy', 'ada', 'person'],
    ]);
    await suspendUser(tester, { id: ada.id });
    await expect(use(third.token)).rejects.toMatchObject({ code: 'token_not_accepted' });
  });

  test("of the machine's is the installation's", async () => {
    const first = await use((await make(systemActor)).token);
    await make(first.actor, { label: 'second' });
    expect((await listTokens()).items.map(({ owner }) => owner)).toEqual(['installation', 'installation']);
  });

  test('is revoked with it, each with an event of its own; what is revoked already keeps its moment', async () => {
    const first = await make(actor);
    const { actor: script } = await use(first.token);
    const early = await make(script, { label: 'early' });
    await revokeToken(tester, { id: early.id });
    const { revokedAt } = await db.apiToken.findUniqueOrThrow({ where: { id: early.id } });
    const second = await make(script, { label: 'second' });
    const third = await make((await use(second.token)).actor, { label: 'third' });
    const stranger = await make(actor, { label: 'stranger' });
    await db.event.deleteMany();
    expect(await revokeToken(tester, { id: first.id })).toMatchObject({ id: first.id, changed: 3 });
    for (const { token } of [first, second, third]) {
      await expect(use(token)).rejects.toMatchObject({ message: 'This token is revoked.' });
    }
    await use(stranger.token);
    expect((await db.apiToken.findUniqueOrThrow({ where: { id: early.id } })).revokedAt).toEqual(revokedAt);
    const events = await db.event.findMany({ where: { name: 'api_token_revoke' }, orderBy: { id: 'asc' } });
    expect(events.map(({ targetId }) => targetId).sort()).toEqual([first.id, second.id, third.id].sort());
    expect(events.find(({ targetId }) => targetId === third.id)?.message).toContain('deploy');
  });

  test('may do no more than it: neither a greater role nor more requests a minute', async () => {
    const few = await use((await make(actor, { requestsPerMinute: 10 })).token);
    await expect(make(few.actor)).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'requestsPerMinute',
      hint: 'At most 10.',
    });
    await make(few.actor, { requestsPerMinute: 10 });
    // The table of permissions lets administrators alone make tokens; the command does not rely on it.
    const helpdesk = await use((await make(actor, { role: 'helpdesk' })).token);
    await expect(make(helpdesk.actor)).rejects.toMatchObject({ code: 'forbidden' });
    await make(helpdesk.actor, { role: 'helpdesk' });
    const events = await db.event.findMany({ where: { name: 'api_token_create', outcome: 'error' } });
    expect(events.map(({ code }) => code)).toEqual(['invalid_input', 'forbidden']);
  });

  test('nor may a person make one that may do more than the person', async () => {
    await setRole('helpdesk');
    await expect(make(actor)).rejects.toMatchObject({ code: 'forbidden' });
    await make(actor, { role: 'helpdesk' });
  });
});
