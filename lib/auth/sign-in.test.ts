import { beforeEach, describe, expect, test } from 'vitest';
import { setClockOffset } from '@/lib/core/clock';
import { hashPassword } from '@/lib/crypto/password';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { issueActivationLink } from '@/lib/directory/issue-activation-link';
import { findActivation, redeemActivationLink } from '@/lib/directory/redeem-activation-link';
import { revokeSession } from '@/lib/directory/revoke-sessions';
import { suspendUser } from '@/lib/directory/suspend-user';
import { aPerson, tester } from '@/lib/directory/testing/people';
import { endSession } from '@/lib/sso/logout/end-session';
import { findSession } from './find-session';
import { signIn } from './sign-in';

const password = 'correct horse battery';
const passwordHash = await hashPassword(password);

const attempt = (identifier: string, given: string) =>
  signIn({ identifier, password: given, clientAddress: '192.0.2.7', userAgent: 'test' });

beforeEach(async () => {
  setClockOffset(0);
  await emptyTables('users', 'events', 'mails', 'throttles');
});

describe('signing in', () => {
  test('works by username and by e-mail address whatever their case, and is an event', async () => {
    const person = await aPerson({ username: 'Zoe.Lind', passwordHash });
    for (const identifier of ['zoe.lind', ' ZOE.LIND@acme.example ']) {
      const started = await attempt(identifier, password);
      expect(started?.userId).toBe(person.id);
    }
    expect(await db.event.count({ where: { name: 'session_start', outcome: 'success' } })).toBe(2);
  });

  test('a deleted person, a pending password and an unknown name get the same answer as a wrong password', async () => {
    await aPerson({ username: 'gone', passwordHash, deletedAt: new Date() });
    await aPerson({ username: 'pending' });
    await aPerson({ username: 'here', passwordHash });
    for (const name of ['gone', 'pending', 'nobody']) expect(await attempt(name, password)).toBeUndefined();
    expect(await attempt('here', 'wrong')).toBeUndefined();
  });

  test('a suspended person learns of it only with the right password', async () => {
    await aPerson({ username: 'kim', passwordHash, status: 'suspended' });
    expect(await attempt('kim', 'wrong')).toBeUndefined();
    await expect(attempt('kim', password)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('what was typed as the name of nobody is not kept: it may be a password', async () => {
    await attempt('my-secret-password', 'x');
    const events = await db.event.findMany();
    const kept = JSON.stringify(events, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(kept).not.toContain('my-secret-password');
  });
});

describe('sessions', () => {
  async function signedIn(username = 'kim') {
    const person = await aPerson({ username, passwordHash });
    const started = await attempt(username, password);
    if (!started) throw new Error('the sign-in failed');
    return { person, sessionId: started.sessionId };
  }

  test('a revoked session is nobody’s at its next request', async () => {
    const { sessionId, person } = await signedIn();
    expect(await findSession(sessionId, null)).toMatchObject({ user: { id: person.id, role: 'user' } });
    await revokeSession(tester, { sessionId });
    expect(await findSession(sessionId, null)).toBeUndefined();
  });

  test('signing out ends the session in the database, once', async () => {
    const { sessionId } = await signedIn();
    await endSession(sessionId);
    await endSession(sessionId);
    expect(await findSession(sessionId, null)).toBeUndefined();
    expect(await db.event.count({ where: { name: 'session_end' } })).toBe(1);
  });

  test('suspension and a new role count at the next request', async () => {
    const { sessionId, person } = await signedIn();
    await db.user.update({ where: { id: person.id }, data: { role: 'helpdesk' } });
    expect((await findSession(sessionId, null))?.user.role).toBe('helpdesk');
    await suspendUser(tester, { id: person.id });
    expect(await findSession(sessionId, null)).toBeUndefined();
  });

  test('an expired session is nobody’s, and the demo clock expires none', async () => {
    const { sessionId } = await signedIn();
    setClockOffset(30 * 86_400_000);
    expect(await findSession(sessionId, null)).toBeDefined();
    await db.session.update({ where: { id: sessionId }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect(await findSession(sessionId, null)).toBeUndefined();
  });

  test('last seen is written once a minute, not at every request', async () => {
    const { sessionId } = await signedIn();
    const seen = async () => (await db.session.findUniqueOrThrow({ where: { id: sessionId } })).lastSeenAt.getTime();
    const first = await seen();
    await findSession(sessionId, null);
    expect(await seen()).toBe(first);
    await db.session.update({ where: { id: sessionId }, data: { lastSeenAt: new Date(first - 61_000) } });
    await findSession(sessionId, null);
    expect(await seen()).toBeGreaterThanOrEqual(first);
  });
});

describe('activation links', () => {
  const tokenOf = (url: string) => new URL(url).searchParams.get('token') ?? '';
  const redeem = (token: string, chosen = 'meadow lantern cobalt') =>
    redeemActivationLink({ token, password: chosen, clientAddress: null });

  test('a link sets the password once; looking at it uses nothing up; only its hash is stored', async () => {
    const person = await aPerson({ username: 'kim' });
    const { url } = await issueActivationLink(tester, { id: person.id, mail: false });
    const token = tokenOf(url);
    expect(await findActivation(token)).toMatchObject({ username: 'kim' });
    expect(await findActivation(token)).toMatchObject({ username: 'kim' });
    expect(JSON.stringify(await db.activationLink.findMany())).not.toContain(token);
    expect(await redeem(token)).toEqual({ username: 'kim' });
    await expect(redeem(token)).rejects.toMatchObject({ code: 'link_expired' });
    expect(await findActivation(token)).toEqual({ state: 'used' });
    expect(await attempt('kim', 'meadow lantern cobalt')).toBeDefined();
  });

  test('used twice at the same moment, it works once', async () => {
    const person = await aPerson();
    const { url } = await issueActivationLink(tester, { id: person.id, mail: false });
    const outcomes = await Promise.allSettled([
      redeem(tokenOf(url), 'harbour violin teapot'),
      redeem(tokenOf(url), 'meadow lantern cobalt'),
    ]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('a newer link replaces the older, 7 days end it, and a suspended person cannot use it', async () => {
    const person = await aPerson();
    const older = await issueActivationLink(tester, { id: person.id, mail: false });
    const newer = await issueActivationLink(tester, { id: person.id, mail: false });
    await expect(redeem(tokenOf(older.url))).rejects.toMatchObject({ code: 'link_expired' });
    setClockOffset(7 * 86_400_000 + 1000);
    await expect(redeem(tokenOf(newer.url))).rejects.toMatchObject({ code: 'link_expired' });
    setClockOffset(0);
    await suspendUser(tester, { id: person.id });
    await expect(redeem(tokenOf(newer.url))).rejects.toMatchObject({ code: 'link_expired' });
    expect(await db.user.findUnique({ where: { id: person.id } })).toMatchObject({ passwordHash: null });
  });

  test('a new password ends every session that the person had', async () => {
    const person = await aPerson({ username: 'kim', passwordHash });
    const started = await attempt('kim', password);
    const { url } = await issueActivationLink(tester, { id: person.id, mail: false });
    await redeem(tokenOf(url));
    expect(await findSession(started?.sessionId ?? '', null)).toBeUndefined();
  });
});
