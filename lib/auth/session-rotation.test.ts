import { beforeEach, describe, expect, test } from 'vitest';
import { hashPassword } from '@/lib/crypto/password';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { changePassword } from '@/lib/directory/change-password';
import { listSessions } from '@/lib/directory/queries';
import { aPerson, tester } from '@/lib/directory/testing/people';
import { endSession } from '@/lib/sso/logout/end-session';
import { findSession } from './find-session';
import { signIn } from './sign-in';

const password = 'harbour violin teapot';
const passwordHash = await hashPassword(password);

const enter = async (identifier: string, currentSessionId?: string): Promise<string> => {
  const started = await signIn({
    identifier,
    password,
    clientAddress: '192.0.2.7',
    userAgent: 'a browser',
    currentSessionId,
  });
  if (!started) throw new Error('the sign-in failed');
  return started.sessionId;
};

beforeEach(async () => {
  await emptyTables('users', 'applications', 'events');
});

/** The sessions that service providers began by this one. */
async function samlSessionOf(sessionId: string, sessionIndex: string): Promise<void> {
  const application = await db.application.create({
    data: {
      templateId: 'egnyte',
      templateVersion: 1,
      kind: 'saml',
      displayLabel: sessionIndex,
      logoColor: '#000000',
      slug: sessionIndex,
    },
  });
  await db.samlSession.create({ data: { applicationId: application.id, sessionId, sessionIndex, nameId: 'kim' } });
}
const indexesOf = async (sessionId: string) =>
  (await db.samlSession.findMany({ where: { sessionId } })).map((row) => row.sessionIndex);

describe('giving the password again in the same browser', () => {
  test('begins a new session and ends the old one: a copy of its cookie opens nothing', async () => {
    await aPerson({ username: 'kim', passwordHash });
    const first = await enter('kim');
    await db.session.update({ where: { id: first }, data: { authenticatedAt: new Date(0) } });
    const second = await enter('kim', first);
    expect(second).not.toBe(first);
    expect(await findSession(first, null)).toBeUndefined();
    expect((await findSession(second, null))?.authenticatedAt.getTime()).toBeGreaterThan(0);
  });

  test('takes along the sessions at service providers, with their SessionIndex', async () => {
    await aPerson({ username: 'kim', passwordHash });
    const first = await enter('kim');
    await samlSessionOf(first, '_index');
    const second = await enter('kim', first);
    expect(await indexesOf(second)).toEqual(['_index']);
    expect(await indexesOf(first)).toEqual([]);
  });

  test('leaves other browsers of the person alone', async () => {
    await aPerson({ username: 'kim', passwordHash });
    const elsewhere = await enter('kim');
    await enter('kim', await enter('kim'));
    expect(await findSession(elsewhere, null)).toBeDefined();
  });

  test('in two tabs, one after the other, leaves one session', async () => {
    const person = await aPerson({ username: 'kim', passwordHash });
    const first = await enter('kim');
    const second = await enter('kim', first);
    // The other tab's form was opened before, and is sent with the browser's present cookie.
    const third = await enter('kim', second);
    expect((await listSessions(person.id)).map((row) => row.id)).toEqual([third]);
  });
});

test('somebody else signing in in the same browser ends the session that was there, and its events say so', async () => {
  const kim = await aPerson({ username: 'kim', passwordHash });
  await aPerson({ username: 'zoe', passwordHash });
  const first = await enter('kim');
  await samlSessionOf(first, '_kims');
  const second = await enter('zoe', first);
  expect(await findSession(first, null)).toBeUndefined();
  expect(await indexesOf(second)).toEqual([]);
  expect(await indexesOf(first)).toEqual(['_kims']);
  expect(await db.event.findMany({ where: { name: 'session_end' } })).toMatchObject([{ targetId: kim.id }]);
});

test('an ended session is not carried on: signing in with its cookie is a sign-in like any other', async () => {
  await aPerson({ username: 'kim', passwordHash });
  const first = await enter('kim');
  await samlSessionOf(first, '_old');
  await endSession(first);
  const second = await enter('kim', first);
  expect(await indexesOf(second)).toEqual([]);
});

test('signing out after all of that leaves no session that works', async () => {
  const person = await aPerson({ username: 'kim', passwordHash });
  const last = await enter('kim', await enter('kim', await enter('kim')));
  await endSession(last);
  expect(await listSessions(person.id)).toEqual([]);
});

test('changing the password begins a new session in this browser and ends every other', async () => {
  const person = await aPerson({ username: 'kim', passwordHash });
  const here = await enter('kim');
  await samlSessionOf(here, '_here');
  const elsewhere = await enter('kim');
  const { sessionId } = await changePassword(tester, {
    userId: person.id,
    sessionId: here,
    currentPassword: password,
    newPassword: 'meadow lantern cobalt',
  });
  expect(await findSession(here, null)).toBeUndefined();
  expect(await findSession(elsewhere, null)).toBeUndefined();
  expect(await findSession(sessionId, null)).toMatchObject({ user: { id: person.id } });
  expect(await indexesOf(sessionId)).toEqual(['_here']);
  expect((await listSessions(person.id)).map((row) => row.userAgent)).toEqual(['a browser']);
});
