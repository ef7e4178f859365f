import { beforeEach, describe, expect, test, vi } from 'vitest';
import { setClockOffset } from '@/lib/core/clock';
import { hashPassword } from '@/lib/crypto/password';
import { hashToken, randomToken } from '@/lib/crypto/tokens';
import { db } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { changePassword } from './change-password';
import { deleteUser } from './delete-user';
import { issueActivationLink } from './issue-activation-link';
import { getUser } from './queries';
import { reactivateUser } from './reactivate-user';
import { findActivation, redeemActivationLink } from './redeem-activation-link';
import { restoreUser } from './restore-user';
import type { UserValues } from './schema';
import { suspendUser } from './suspend-user';
import { aPerson, tester, unguarded } from './testing/people';
import { updateUser } from './update-user';
import { columnsOf } from './user-columns';

// The real thing, whose calls are counted.
vi.mock('@/lib/crypto/password', { spy: true });

const present = 'harbour violin teapot';
const passwordHash = await hashPassword(present);
const chosen = 'meadow lantern cobalt';

beforeEach(async () => {
  setClockOffset(0);
  await emptyTables('users', 'events', 'mails');
});

/** A person with an open link, whose token is given. */
async function withLink(values: Partial<User> = {}): Promise<{ person: User; token: string }> {
  const person = await aPerson({ passwordHash, ...values });
  const { url } = await issueActivationLink(tester, { id: person.id, mail: false });
  return { person, token: new URL(url).searchParams.get('token') ?? '' };
}

const use = (token: string) => redeemActivationLink({ token, password: chosen, clientAddress: null });
const edit = (person: User, values: Partial<UserValues>) =>
  updateUser(tester, { ...columnsOf(person), ...values, id: person.id, version: person.version }, unguarded);

const ending: Record<string, (person: User) => Promise<unknown>> = {
  'the password is changed': async (person) => {
    const at = new Date();
    const session = await db.session.create({
      data: { userId: person.id, authenticatedAt: at, lastSeenAt: at, expiresAt: new Date(at.getTime() + 60_000) },
    });
    await changePassword(tester, {
      userId: person.id,
      sessionId: session.id,
      currentPassword: present,
      newPassword: chosen,
    });
  },
  'the e-mail address is changed: the link lies in the old mailbox': (person) =>
    edit(person, { email: 'new.address@acme.example' }),
  'the role is raised: a link is never worth more than when it was issued': (person) =>
    edit(person, { role: 'administrator' }),
  'the person is suspended, also when reactivated later': async (person) => {
    await suspendUser(tester, { id: person.id });
    await reactivateUser(tester, { id: person.id });
  },
  'the person is deleted, also when restored later': async (person) => {
    await deleteUser(tester, { id: person.id });
    await restoreUser(tester, { id: person.id });
  },
  'somebody writes a password straight into the database': (person) =>
    db.user.update({ where: { id: person.id }, data: { passwordHash: 'by hand' } }),
};

describe('an open link ends when', () => {
  test.each(Object.entries(ending))('%s', async (_when, change) => {
    const { person, token } = await withLink();
    await change(person);
    await expect(use(token)).rejects.toMatchObject({ code: 'link_expired' });
    expect((await getUser(person.id)).openLink).toBeNull();
    expect(await findActivation(token)).toEqual({ state: 'ended' });
  });
});

test('a link outlives what makes nobody else its holder: a name, the username, a lower role, another link’s person', async () => {
  const { person, token } = await withLink({ role: 'helpdesk' });
  const other = await withLink();
  const user = await edit(person, { lastname: 'Married', username: 'renamed', department: 'Sales' });
  await edit(user, { role: 'user' });
  await use(other.token);
  expect((await getUser(person.id)).openLink).not.toBeNull();
  expect(await use(token)).toEqual({ username: 'renamed' });
});

test('using one link ends every other of the same person', async () => {
  const { person, token } = await withLink();
  const second = randomToken();
  await db.activationLink.create({
    data: { userId: person.id, tokenHash: hashToken(second), expiresAt: new Date(Date.now() + 60_000) },
  });
  await use(token);
  await expect(use(second)).rejects.toMatchObject({ code: 'link_expired' });
});

test('whoever opens a link that does not work is told why', async () => {
  const { person, token } = await withLink({ username: 'kim', passwordHash: null });
  expect(await findActivation(token)).toMatchObject({ state: 'open', username: 'kim', first: true });
  expect(await findActivation('no-token-of-ours')).toEqual({ state: 'unknown' });
  await use(token);
  expect(await findActivation(token)).toEqual({ state: 'used' });
  const newer = new URL((await issueActivationLink(tester, { id: person.id, mail: false })).url);
  const newerToken = newer.searchParams.get('token') ?? '';
  expect(await findActivation(newerToken)).toMatchObject({ state: 'open', first: false });
  setClockOffset(8 * 86_400_000);
  expect(await findActivation(newerToken)).toEqual({ state: 'expired' });
  expect((await getUser(person.id)).openLink).toBeNull();
});

test('somebody who makes up tokens gets no password hashed, and no event written', async () => {
  const { token } = await withLink();
  vi.mocked(hashPassword).mockClear();
  for (let guess = 0; guess < 5; guess += 1) {
    await expect(use(randomToken())).rejects.toMatchObject({ code: 'link_expired' });
  }
  expect(hashPassword).not.toHaveBeenCalled();
  expect(await db.event.count({ where: { name: 'user_activation', outcome: 'error' } })).toBe(0);
  await use(token);
  expect(hashPassword).toHaveBeenCalledOnce();
});

test('nobody who is suspended is given a link', async () => {
  const person = await aPerson({ status: 'suspended' });
  await expect(issueActivationLink(tester, { id: person.id, mail: true })).rejects.toMatchObject({
    code: 'not_active',
  });
  expect(await db.mail.count()).toBe(0);
});
