import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unassignUser } from '@/lib/applications/assign-user';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { answerRedirect, answerRequest, startSignIn } from './answer-request';
import type { SignedIn } from './ask';
import { mendSignIn } from './failed-sign-ins/mend-sign-in';
import { getFailedSignIn, listFailedSignIns } from './failed-sign-ins/queries';
import { getSsoTab } from './queries';
import { type SsoValues, updateSsoSchema } from './schema';
import { testSignIn } from './sign-in-test/test-sign-in';
import {
  requestQuery,
  responseIn,
  samlApplication,
  saveSso,
  signedInPerson,
  type TestApplication,
} from './testing/support';

let application: TestApplication;
let ana: SignedIn;
beforeAll(async () => {
  application = await samlApplication();
  ana = await signedInPerson('ana', [application]);
});
afterAll(() => db.$disconnect());

const set = (settings: Partial<SsoValues['settings']>) => saveSso(application.id, { settings });
const start = (clientAddress: string | null) => startSignIn(application.slug, { ...ana, clientAddress });
const byRedirect = (clientAddress: string | null, attributes = '') =>
  answerRedirect(application.slug, requestQuery({ attributes }).rawQuery, { ...ana, clientAddress }, clientAddress);
const latestFailure = async () => {
  const [row] = (await listFailedSignIns(application.id, {})).items;
  return getFailedSignIn(row?.reference ?? '');
};

describe('networks allowed', () => {
  const allowedNetworks = ['192.0.2.0/24', '2001:db8::/32'];
  const elsewhere = '203.0.113.9';

  test.each([
    ['192.0.2.77', true],
    ['2001:db8:5::1', true],
    ['203.0.113.200', false],
    ['2001:db9::1', false],
    ['unknown', false],
    [null, false],
  ])('from %s: %s, whoever starts', async (address, isLetIn) => {
    await set({ allowedNetworks });
    for (const signIn of [start, byRedirect]) {
      const answer = signIn(address);
      if (isLetIn) expect(responseIn(await answer).statuses).toEqual(['Success']);
      else await expect(answer).rejects.toMatchObject({ code: 'network_not_allowed' });
    }
  });

  test('no networks: from anywhere, even where nobody can tell', async () => {
    await set({ allowedNetworks: [] });
    expect((await start(null)).kind).toBe('post');
  });

  test('who is elsewhere is told what to do, is an event, and is let in by one button; a passive request is told by its status', async () => {
    await set({ allowedNetworks });
    await expect(start(elsewhere)).rejects.toMatchObject({ hint: expect.stringMatching(/203\.0\.113\.9.*VPN/) });
    const event = await db.event.findFirst({ where: { name: 'sso_auth', code: 'network_not_allowed' } });
    expect(event).toMatchObject({ outcome: 'error', actorId: ana.userId, applicationId: application.id });
    const failed = await latestFailure();
    expect(failed).toMatchObject({ code: 'network_not_allowed', clientAddress: elsewhere, person: { id: ana.userId } });
    expect(failed.explanation.fixes).toMatchObject([{ fix: 'allow_network', value: `${elsewhere}/32` }]);

    const passive = await byRedirect(elsewhere, 'IsPassive="true"');
    expect(responseIn(passive)).toMatchObject({ statuses: ['Responder', 'RequestDenied'], assertions: 0 });
    expect((await latestFailure()).explanation.fixes).toMatchObject([{ fix: 'allow_network' }]);
    // Before a password is asked for in vain.
    await expect(byRedirect(elsewhere, 'ForceAuthn="true"')).rejects.toMatchObject({ code: 'network_not_allowed' });

    const { version } = await getSsoTab(application.id);
    const { reference } = failed;
    await mendSignIn(systemActor, { applicationId: application.id, reference, fix: 'allow_network', version });
    expect((await getSsoTab(application.id)).settings.allowedNetworks).toEqual([...allowedNetworks, `${elsewhere}/32`]);
    expect((await start(elsewhere)).kind).toBe('post');
    expect((await getFailedSignIn(reference)).explanation).toMatchObject({
      ...{ cause: expect.stringContaining(elsewhere), mended: expect.any(String), fixes: [] },
    });
  });

  test('who comes from two places is kept for each: what is looked at is what is allowed', async () => {
    await set({ allowedNetworks });
    const seen: string[] = [];
    for (const address of ['198.51.100.1', '198.51.100.2']) {
      await start(address).catch(() => undefined);
      seen.push((await latestFailure()).explanation.fixes[0]?.value ?? '');
    }
    expect(seen).toEqual(['198.51.100.1/32', '198.51.100.2/32']);
  });

  test('a test tells of it, and shows what is said all the same', async () => {
    await set({ allowedNetworks });
    const { checks, assertion } = await testSignIn({ applicationId: application.id, userId: ana.userId });
    expect(checks.find(({ name }) => name === 'network')).toMatchObject({
      state: 'note',
      words: expect.stringContaining('192.0.2.0/24, 2001:db8::/32'),
    });
    expect(assertion).toMatchObject({ asIf: false });
  });

  test('who has no access is told that, not where to go', async () => {
    const bea = await signedInPerson('bea', [application]);
    await unassignUser(systemActor, { applicationId: application.id, userId: bea.userId });
    await expect(startSignIn(application.slug, { ...bea, clientAddress: elsewhere })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('password again', () => {
  const minutesAgo = (count: number) => new Date(Date.now() - count * 60_000);
  const given = (authenticatedAt: Date) =>
    db.session.update({ where: { id: ana.sessionId }, data: { authenticatedAt } });
  const instantIn = (xml: string) => Date.parse(/AuthnInstant="([^"]+)"/.exec(xml)?.[1] ?? '');

  test.each([
    [null, 600, false],
    [30, 29, false],
    [30, 31, true],
    [1440, 1_439, false],
    [1440, 1_441, true],
  ])(
    'after %s minutes, given %s minutes ago: asked %s, whoever starts; passive: NoPassive',
    async (passwordMinutes, ago, isAsked) => {
      await set({ allowedNetworks: [], passwordMinutes });
      await given(minutesAgo(ago));
      for (const signIn of [start, byRedirect]) {
        expect(await signIn(null)).toMatchObject(isAsked ? { kind: 'sign_in', prompt: true } : { kind: 'post' });
      }
      const { statuses } = responseIn(await byRedirect(null, 'IsPassive="true"'));
      expect(statuses).toEqual(isAsked ? ['Responder', 'NoPassive'] : ['Success']);
    },
  );

  test('once it is given, the same request goes on, and the assertion says when that was', async () => {
    await set({ passwordMinutes: 15 });
    await given(minutesAgo(20));
    const asked = await byRedirect(null);
    if (asked.kind !== 'sign_in' || !asked.carried) throw new Error(asked.kind);
    const at = minutesAgo(0);
    await given(at);
    const { xml } = responseIn(await answerRequest(application.slug, asked.carried, ana));
    expect(instantIn(xml)).toBe(Math.floor(at.getTime() / 1_000) * 1_000);
    expect(responseIn(await start(null)).statuses).toEqual(['Success']);
  });

  test('who may not come in is told so before a password is asked for; a test tells of it', async () => {
    await set({ allowedNetworks: ['192.0.2.0/24'], passwordMinutes: 15 });
    await given(minutesAgo(20));
    await expect(start('203.0.113.50')).rejects.toMatchObject({ code: 'network_not_allowed' });
    const { checks } = await testSignIn({ applicationId: application.id, userId: ana.userId });
    expect(checks.filter(({ state }) => state === 'note').map(({ name }) => name)).toEqual(['network', 'password']);
  });
});

test.each([
  ['no minutes', { passwordMinutes: 0 }, 'settings.passwordMinutes', 'From 1'],
  ['more than a day', { passwordMinutes: 1_441 }, 'settings.passwordMinutes', '1440'],
  ['half a minute', { passwordMinutes: 1.5 }, 'settings.passwordMinutes', ''],
  ['no network', { allowedNetworks: ['192.0.2.0/24', 'office'] }, 'settings.allowedNetworks', '“office” is no network'],
  ['too long a prefix', { allowedNetworks: ['192.0.2.0/33'] }, 'settings.allowedNetworks', '192.0.2.0/33'],
  ['a zone', { allowedNetworks: ['fe80::1%eth0'] }, 'settings.allowedNetworks', 'fe80::1%eth0'],
  ['51', { allowedNetworks: Array(51).fill('192.0.2.1') }, 'settings.allowedNetworks', 'At most 50'],
] as const)('%s is refused at its field, by its name', (_what, settings, field, message) => {
  const { error } = updateSsoSchema.safeParse({ applicationId: application.id, version: 1, settings });
  expect(error?.issues[0]?.path.join('.')).toBe(field);
  expect(error?.issues[0]?.message).toContain(message);
});
