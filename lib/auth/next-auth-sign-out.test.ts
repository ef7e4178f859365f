import { beforeEach, expect, test, vi } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { enter, logoutApplication } from '@/lib/sso/testing/logout';
import { signedInPerson } from '@/lib/sso/testing/support';
import { goOnAt } from './answer-next-auth';
import { authOptions, type SignInOutcome } from './next-auth';

// Exists inside of Next alone; a sign-out asks nothing of it.
vi.mock('next/headers', () => ({ cookies: async () => ({}), headers: async () => new Headers() }));

beforeEach(async () => {
  process.env.NEXTAUTH_SECRET ??= 's'.repeat(43);
  await emptyTables('users', 'applications', 'events');
});

/** As next-auth does it, with the token of the cookie. */
async function signOut(sessionId: string): Promise<SignInOutcome> {
  const outcome: SignInOutcome = {};
  const { events } = await authOptions(outcome);
  await events?.signOut?.({ token: { sessionId }, session: {} as never });
  return outcome;
}

test('signing out at next-auth’s own address ends the session and goes on to the applications, as our own button does', async () => {
  const application = await logoutApplication();
  const ana = await signedInPerson('ana', [application]);
  await enter(application, ana);
  const { goesOnAt = '' } = await signOut(ana.sessionId);
  expect((await db.session.findUniqueOrThrow({ where: { id: ana.sessionId } })).revokedAt).not.toBeNull();
  expect(goesOnAt).toMatch(/^\/saml2\//);

  const cookie = { 'set-cookie': 'next-auth.session-token=; Max-Age=0' };
  const form = goOnAt(goesOnAt, new Response(null, { status: 302, headers: { ...cookie, location: '/sign-in' } }));
  expect([form.status, new URL(form.headers.get('location') ?? '').pathname]).toEqual([303, goesOnAt.split('?')[0]]);
  expect(form.headers.has('set-cookie')).toBe(false);
  const script = goOnAt(goesOnAt, Response.json({ url: '/sign-in' }, { headers: cookie }));
  expect(await script.json()).toEqual({ url: form.headers.get('location') });
  expect(script.headers.has('set-cookie')).toBe(false);
});

test('where nothing is open at an application, it is next-auth’s own answer', async () => {
  const ana = await signedInPerson('ana', []);
  expect(await signOut(ana.sessionId)).toEqual({});
});
