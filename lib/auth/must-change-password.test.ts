import { encode } from 'next-auth/jwt';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { hashPassword } from '@/lib/crypto/password';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { changePassword } from '@/lib/directory/change-password';
import { issueActivationLink } from '@/lib/directory/issue-activation-link';
import { redeemActivationLink } from '@/lib/directory/redeem-activation-link';
import { aPerson, tester } from '@/lib/directory/testing/people';
import { ensureFirstAdministrator } from '@/lib/installation/ensure-first-administrator';
import { sessionCookieName } from './cookies';
import { findSession } from './find-session';
import { type PermissionName, permissions } from './permissions';
import { authorize, requireSession } from './session';
import { signIn } from './sign-in';

// The only thing that is not real here is the request: cookie and headers exist inside of Next alone.
let cookie: string | undefined;
vi.mock('next/headers', () => ({
  cookies: async () => ({
    get: (name: string) => (cookie && name === sessionCookieName() ? { name, value: cookie } : undefined),
  }),
  headers: async () => new Headers({ 'x-latchkey-path': '/users?q=kim' }),
}));

const password = 'harbour violin teapot';
const passwordHash = await hashPassword(password);
const names = Object.keys(permissions) as PermissionName[];

beforeAll(() => {
  process.env.NEXTAUTH_SECRET = 'only-for-tests';
});
beforeEach(async () => {
  await emptyTables('users', 'events');
});

/** Signs in an administrator, who may everything else. */
async function enter(mustChangePassword: boolean) {
  const person = await aPerson({ username: 'kim', role: 'administrator', passwordHash, mustChangePassword });
  const started = await signIn({ identifier: 'kim', password, clientAddress: null, userAgent: null });
  const sessionId = started?.sessionId ?? '';
  cookie = await encode({ token: { sub: person.id, sessionId }, secret: 'only-for-tests' });
  return { person, sessionId };
}

test('nothing but the own password can be done before it is changed, by no action, route or page', async () => {
  await enter(true);
  for (const name of names.filter((candidate) => candidate !== 'account.password')) {
    await expect(authorize(name), name).rejects.toMatchObject({ code: 'password_change_required' });
    await expect(requireSession(name), name).rejects.toMatchObject({
      digest: expect.stringContaining('/change-password?callbackUrl=%2Fusers%3Fq%3Dkim'),
    });
  }
  expect(await authorize('account.password')).toMatchObject({ user: { username: 'kim' } });
  expect(await requireSession('account.password')).toMatchObject({ mustChangePassword: true });
});

test('the others are not asked', async () => {
  await enter(false);
  for (const name of names) await expect(authorize(name), name).resolves.toBeDefined();
});

test('a password of one’s own opens everything, chosen on the page or by a link', async () => {
  const { person, sessionId } = await enter(true);
  const changed = await changePassword(tester, {
    userId: person.id,
    sessionId,
    currentPassword: password,
    newPassword: 'meadow lantern cobalt',
  });
  expect(await findSession(changed.sessionId, null)).toMatchObject({ mustChangePassword: false });
  await db.user.update({ where: { id: person.id }, data: { mustChangePassword: true } });
  const { url } = await issueActivationLink(tester, { id: person.id, mail: false });
  const token = new URL(url).searchParams.get('token') ?? '';
  await redeemActivationLink({ token, password: 'copper violet anchor', clientAddress: null });
  expect(await db.user.findUnique({ where: { id: person.id } })).toMatchObject({ mustChangePassword: false });
});

test('the printed password of the first administrator has to be changed, one from the environment has not', async () => {
  const first = await ensureFirstAdministrator();
  expect(await db.user.findFirst()).toMatchObject({ username: first?.username, mustChangePassword: true });
  await emptyTables('users');
  process.env.LATCHKEY_ADMIN_PASSWORD = password;
  try {
    await ensureFirstAdministrator();
  } finally {
    delete process.env.LATCHKEY_ADMIN_PASSWORD;
  }
  expect(await db.user.findFirst()).toMatchObject({ mustChangePassword: false });
});
