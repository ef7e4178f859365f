import { encode } from 'next-auth/jwt';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { GET as listNewer } from '@/app/api/events/route';
import { sessionCookieName } from '@/lib/auth/cookies';
import { findSession } from '@/lib/auth/find-session';
import { authorize } from '@/lib/auth/session';
import { signIn } from '@/lib/auth/sign-in';
import { setClockOffset } from '@/lib/core/clock';
import { hashPassword } from '@/lib/crypto/password';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { listSessions } from '@/lib/directory/queries';
import { aPerson } from '@/lib/directory/testing/people';
import { systemActor } from '@/lib/events/actor';
import { updateSettings } from '@/lib/installation/update-settings';
import { forgetSettings, readSettings } from '@/lib/settings/settings';
import { startSignIn } from '@/lib/sso/answer-request';
import { samlApplication } from '@/lib/sso/testing/support';

// The only thing that is not real here is the request: cookie and headers exist inside of Next alone.
let cookie: string | undefined;
vi.mock('next/headers', () => ({
  cookies: async () => ({
    get: (name: string) => (cookie && name === sessionCookieName() ? { name, value: cookie } : undefined),
  }),
  headers: async () => new Headers(),
}));

const password = 'harbour violin teapot';
const passwordHash = await hashPassword(password);
const minuteMs = 60_000;

beforeAll(() => {
  process.env.NEXTAUTH_SECRET = 'only-for-tests';
});
beforeEach(async () => {
  setClockOffset(0);
  await emptyTables('users', 'applications', 'events', 'settings');
  forgetSettings();
});

async function set(limits: { sessionIdleMinutes?: number; sessionHours?: number }): Promise<void> {
  const { version, settings } = await readSettings();
  await updateSettings(systemActor, { ...settings, ...limits, version });
}

async function enter() {
  const person = await aPerson({ username: 'kim', role: 'administrator', passwordHash });
  const started = await signIn({ identifier: 'kim', password, clientAddress: null, userAgent: null });
  const sessionId = started?.sessionId ?? '';
  cookie = await encode({ token: { sub: person.id, sessionId }, secret: 'only-for-tests' });
  return { person, sessionId };
}

/** The last request was this long ago. */
const idle = (sessionId: string, minutes: number) =>
  db.session.update({ where: { id: sessionId }, data: { lastSeenAt: new Date(Date.now() - minutes * minuteMs) } });
const seenMinutesAgo = async (sessionId: string) => {
  const { lastSeenAt } = await db.session.findUniqueOrThrow({ where: { id: sessionId } });
  return Math.round((Date.now() - lastSeenAt.getTime()) / minuteMs);
};

test('a session that nobody used for as long as the setting says is over, for SSO too, and is not listed', async () => {
  const { person, sessionId } = await enter();
  await idle(sessionId, 119);
  const { slug } = await samlApplication();
  // Nobody is let in: whoever is signed in is told so.
  await expect(startSignIn(slug, { sessionId })).rejects.toMatchObject({ code: 'forbidden' });
  await idle(sessionId, 121);
  expect(await findSession(sessionId, null)).toBeUndefined();
  expect(await startSignIn(slug, { sessionId })).toEqual({ kind: 'sign_in', prompt: false });
  expect(await listSessions(person.id)).toEqual([]);
  // It does not come back with the next request.
  expect(await findSession(sessionId, null)).toBeUndefined();
});

test('the setting holds at once for sessions that are open, and each request begins the time anew', async () => {
  const { sessionId } = await enter();
  await idle(sessionId, 10);
  await set({ sessionIdleMinutes: 15 });
  expect(await findSession(sessionId, null)).toBeDefined();
  expect(await seenMinutesAgo(sessionId)).toBe(0);
  await idle(sessionId, 10);
  await set({ sessionIdleMinutes: 5 });
  expect(await findSession(sessionId, null)).toBeUndefined();
});

test('what a page asks for by itself, live, does not keep a session open', async () => {
  const { sessionId } = await enter();
  await idle(sessionId, 30);
  const answer = await listNewer(new Request('http://localhost/api/events?after=0'), { params: Promise.resolve({}) });
  expect(answer.status).toBe(200);
  expect(await seenMinutesAgo(sessionId)).toBe(30);
  await authorize('events.read');
  expect(await seenMinutesAgo(sessionId)).toBe(0);
});

test('a sign-in lasts for as many hours as the setting says, however much it is used', async () => {
  await set({ sessionHours: 2 });
  const { sessionId } = await enter();
  const { expiresAt } = await db.session.findUniqueOrThrow({ where: { id: sessionId } });
  expect(Math.round((expiresAt.getTime() - Date.now()) / minuteMs)).toBe(120);
  await db.session.update({ where: { id: sessionId }, data: { expiresAt: new Date(Date.now() - 1) } });
  expect(await findSession(sessionId, null)).toBeUndefined();
});

test('moving the demo clock makes nobody idle', async () => {
  const { sessionId } = await enter();
  setClockOffset(30 * 86_400_000);
  expect(await findSession(sessionId, null)).toBeDefined();
});

test('to applications, whoever has to choose a password first is not signed in', async () => {
  const { person, sessionId } = await enter();
  await db.user.update({ where: { id: person.id }, data: { mustChangePassword: true } });
  expect((await findSession(sessionId, null))?.user.id).toBe(person.id);
  const { slug } = await samlApplication();
  expect(await startSignIn(slug, { sessionId })).toEqual({ kind: 'sign_in', prompt: false });
});
