import { beforeEach, describe, expect, test } from 'vitest';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { startSignIn } from './answer-request';
import type { SignedIn } from './ask';
import {
  ask,
  responseIn,
  samlApplication,
  saveSso,
  signedInPerson,
  signInAgain,
  type TestApplication,
} from './testing/support';
import { writeSignIn } from './write-sign-in';

let application: TestApplication;
let ana: SignedIn;
beforeEach(async () => {
  await emptyTables('users', 'applications', 'authn_requests', 'events');
  application = await samlApplication();
  ana = await signedInPerson('ana', [application]);
});

const facts = async (session = ana, to = application) => {
  const { sessionIndex, sessionNotOnOrAfter } = responseIn(await startSignIn(to.slug, session));
  return { sessionIndex, sessionNotOnOrAfter };
};
const minutesFromNow = (text: string | null | undefined) => Math.round((Date.parse(text ?? '') - Date.now()) / 60_000);
/** Lets time go by for what was begun. */
async function age(minutes: number): Promise<void> {
  await db.$executeRaw`UPDATE saml_sessions SET created_at = created_at - make_interval(mins => ${minutes}),
    ends_at = ends_at - make_interval(mins => ${minutes})`;
  await db.$executeRaw`UPDATE sessions SET authenticated_at = authenticated_at - make_interval(mins => ${minutes})`;
}

describe('within one session', () => {
  test('SessionNotOnOrAfter and SessionIndex stay, however often the person signs in and whoever starts', async () => {
    const first = await facts();
    await age(100);
    const stayed = { ...first, sessionNotOnOrAfter: expect.any(String) };
    const second = await facts();
    expect(second).toEqual(stayed);
    expect(minutesFromNow(second.sessionNotOnOrAfter)).toBe(380);
    expect(responseIn(await ask(application, ana))).toMatchObject(second);
    expect(await db.samlSession.count()).toBe(1);
  });

  test('it never outlives the session here, however long it is set to last', async () => {
    await saveSso(application.id, { settings: { sessionMinutes: 43_200 } });
    const { sessionNotOnOrAfter } = await facts();
    const session = await db.session.findUniqueOrThrow({ where: { id: ana.sessionId } });
    expect(Date.parse(sessionNotOnOrAfter ?? '')).toBeLessThanOrEqual(session.expiresAt.getTime());
    expect(minutesFromNow(sessionNotOnOrAfter)).toBe(720);
    const short = await signInAgain(ana, 20);
    expect(minutesFromNow((await facts(short)).sessionNotOnOrAfter)).toBe(20);
  });

  test('one that is over over there is begun anew, still within the session here', async () => {
    await saveSso(application.id, { settings: { sessionMinutes: 5 } });
    const first = await facts();
    await age(6);
    const second = await facts();
    expect(second.sessionIndex).not.toBe(first.sessionIndex);
    expect(minutesFromNow(second.sessionNotOnOrAfter)).toBe(5);
  });

  test('sign-ins at the same moment are one session', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => facts()));
    expect(new Set(all.map(({ sessionIndex }) => sessionIndex)).size).toBe(1);
    expect(await db.samlSession.count()).toBe(1);
  });

  test('applications have indexes of their own, so that two cannot compare them', async () => {
    const other = await samlApplication();
    const { userId } = ana;
    await db.applicationUser.create({ data: { applicationId: other.id, userId, assigned: true } });
    expect((await facts(ana, other)).sessionIndex).not.toBe((await facts()).sessionIndex);
  });
});

test('another session, a password given again and another name begin another one', async () => {
  const first = await facts();
  const again = await signInAgain(ana);
  expect((await facts(again)).sessionIndex).not.toBe(first.sessionIndex);
  await db.session.update({ where: { id: ana.sessionId }, data: { authenticatedAt: new Date() } });
  const second = await facts();
  expect(second.sessionIndex).not.toBe(first.sessionIndex);
  await setApplicationUsername(systemActor, {
    applicationId: application.id,
    userId: ana.userId,
    applicationUsername: 'a.m',
  });
  expect((await facts()).sessionIndex).not.toBe(second.sessionIndex);
});

test('a session that was ended gets no assertion: the person signs in again', async () => {
  await db.session.update({ where: { id: ana.sessionId }, data: { revokedAt: new Date() } });
  const answer = await ask(application, ana);
  expect(answer).toEqual({ kind: 'sign_in', prompt: false });
  expect(await db.samlSession.count()).toBe(0);
  expect(await db.authnRequest.count()).toBe(0);
});

describe('what happened after everything was read', () => {
  const now = new Date();
  const write = (requestId?: string) =>
    writeSignIn({
      ...{ applicationId: application.id, sessionId: ana.sessionId, authenticatedAt: ana.authenticatedAt, requestId },
      ...{
        nameId: 'ana',
        issued: { value: 'ana', format: 'f' },
        transient: false,
        begun: { sessionIndex: `_${requestId}`, endsAt: now },
        now,
      },
      event: { name: 'sso_auth', actor: ana.actor, message: 'written' },
    });
  const written = async () => ({
    sessions: await db.samlSession.count(),
    requests: await db.authnRequest.count(),
    events: await db.event.count({ where: { message: 'written' } }),
  });

  test.each([
    ['ended', { revokedAt: now }],
    ['over', { expiresAt: now }],
  ])('a session that is %s by then: nothing is written, and no assertion goes out', async (_what, data) => {
    await db.session.update({ where: { id: ana.sessionId }, data });
    expect(await write('_1')).toMatchObject({ outcome: 'ended' });
    expect(await written()).toEqual({ sessions: 0, requests: 0, events: 0 });
  });

  test('a request that is answered by then: of several at once one is written, and the others write nothing', async () => {
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => write('_1').then(({ outcome }) => outcome)));
    expect(outcomes.sort()).toEqual(['answered', 'replayed', 'replayed', 'replayed']);
    expect(await written()).toEqual({ sessions: 1, requests: 1, events: 1 });
  });
});
