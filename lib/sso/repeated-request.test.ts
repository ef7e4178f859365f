import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { answerRequest, startSignIn } from './answer-request';
import type { SignedIn } from './ask';
import { linkRelayState, linkWithRelayState } from './link-relay-state';
import { type IncomingRequest, receiveRequest } from './receive-request';
import { startAgainAt } from './start-again';
import {
  requestQuery,
  responseIn,
  samlApplication,
  saveSso,
  signedInPerson,
  type TestApplication,
} from './test-support';

let application: TestApplication;
let ana: SignedIn;
beforeEach(async () => {
  await db.$executeRaw`TRUNCATE users, applications, events CASCADE`;
  application = await samlApplication();
  ana = await signedInPerson('ana', [application]);
});

const redirect = (parts: Parameters<typeof requestQuery>[0]): IncomingRequest => ({
  binding: 'HTTP-Redirect',
  rawQuery: requestQuery(parts).rawQuery,
});
const posted = (parts: Parameters<typeof requestQuery>[0]): IncomingRequest => ({
  binding: 'HTTP-POST',
  samlRequest: Buffer.from(requestQuery(parts).xml).toString('base64'),
});
const receive = (incoming: IncomingRequest) => receiveRequest(application.slug, incoming, null);
/** @param session null: nobody is signed in */
const answer = (id: string, session: SignedIn | null = ana) =>
  answerRequest(application.slug, id, session ?? undefined);

describe('one request that comes several times', () => {
  test.each([
    ['by redirect', redirect],
    ['by POST', posted],
  ])('%s is gone on with while it waits, and answered once', async (_how, by) => {
    const incoming = by({ id: '_r1', relayState: 'x' });
    const ids = await Promise.all([1, 2, 3].map(() => receive(incoming)));
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
    const [{ id } = { id: '' }] = ids;
    // While the person signs in, the link is opened again and the page is reloaded.
    expect(await answer(id, null)).toEqual({ kind: 'sign_in', prompt: false });
    expect(await receive(incoming)).toEqual({ id });
    expect(await db.event.count({ where: { name: 'sso_auth', outcome: 'error' } })).toBe(0);
    expect(responseIn(await answer(id)).statuses).toEqual(['Success']);
    const refusal = { code: 'request_replayed', hint: expect.stringContaining('start again there') };
    await expect(receive(incoming)).rejects.toMatchObject(refusal);
    await expect(answer(id)).rejects.toMatchObject(refusal);
  });

  test.each([
    ['another RelayState', { relayState: 'y' }],
    ['another ForceAuthn', { attributes: 'ForceAuthn="1"' }],
    ['another subject', { children: '<saml:Subject><saml:NameID>ben</saml:NameID></saml:Subject>' }],
  ])('is not one with %s: that is refused, and the first goes on', async (_what, more) => {
    const { id } = await receive(redirect({ id: '_r1', relayState: 'x' }));
    await expect(receive(redirect({ id: '_r1', relayState: 'x', ...more }))).rejects.toMatchObject({
      code: 'request_replayed',
      message: expect.stringContaining('same ID'),
    });
    expect(responseIn(await answer(id))).toMatchObject({ statuses: ['Success'], relayState: 'x' });
  });

  test('is not gone on with once its time is over', async () => {
    const incoming = redirect({ id: '_r1' });
    await receive(incoming);
    await db.authnRequest.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
    await expect(receive(incoming)).rejects.toMatchObject({ code: 'request_replayed' });
  });
});

test('two requests of two tabs in the middle of signing in are both finished', async () => {
  const [one, two] = [await receive(redirect({ id: '_r1' })), await receive(redirect({ id: '_r2' }))];
  for (const { id } of [one, two]) expect((await answer(id, null)).kind).toBe('sign_in');
  expect(responseIn(await answer(two.id)).xml).toContain('InResponseTo="_r2"');
  expect(responseIn(await answer(one.id)).xml).toContain('InResponseTo="_r1"');
});

test('where to start again is the login URL of the application, else its tile, else nowhere', async () => {
  const label = expect.stringMatching(/^Start again at App /);
  expect(await startAgainAt(application.slug)).toEqual({ href: `/saml2/${application.slug}`, label });
  await saveSso(application.id, { settings: { idpInitiated: false } });
  expect(await startAgainAt(application.slug)).toBeUndefined();
  await saveSso(application.id, { settings: { loginUrl: 'https://sp.example.com/login' } });
  expect(await startAgainAt(application.slug)).toEqual({ href: 'https://sp.example.com/login', label });
  expect(await startAgainAt('nothing-here')).toBeUndefined();
});

describe('a link with a RelayState', () => {
  const opened = async (query: string) => startSignIn(application.slug, ana, linkRelayState(query));

  test('begins at that place, and without one at the default', async () => {
    await saveSso(application.id, { settings: { defaultRelayState: '/home' } });
    expect(responseIn(await opened('RelayState=%2Fdeep%3Fa%3D1%26b%3D%C3%BC')).relayState).toBe('/deep?a=1&b=ü');
    expect(responseIn(await opened('')).relayState).toBe('/home');
    expect(responseIn(await opened('RelayState=')).relayState).toBe('/home');
    expect(responseIn(await opened('RelayState=https%3A%2F%2Fevil.example%2F')).relayState).toBe(
      'https://evil.example/',
    );
  });

  test('leads nowhere itself: where the application has to start, its login URL is gone to as it is', async () => {
    await saveSso(application.id, { settings: { idpInitiated: false, loginUrl: 'https://sp.example.com/login' } });
    expect(await opened('RelayState=https%3A%2F%2Fevil.example%2F')).toEqual({
      kind: 'redirect',
      url: 'https://sp.example.com/login',
    });
  });

  test.each(['x'.repeat(4096), '🔑'.repeat(1024), `a b+c%&=?#"'<>\n`])(
    'comes back after signing in: %#',
    async (relayState) => {
      const query = new URLSearchParams({ RelayState: relayState }).toString();
      const back = linkWithRelayState(`/saml2/${application.slug}`, linkRelayState(query));
      // Twice in one address, below what servers and browsers take.
      expect(encodeURIComponent(back).length).toBeLessThan(6000);
      expect(responseIn(await opened(new URL(back, 'http://x').search)).relayState).toBe(relayState);
    },
  );
});

test('a RelayState with a NUL is refused with the request, not by the database', async () => {
  await expect(receive(redirect({ relayState: 'a\0b' }))).rejects.toMatchObject({ code: 'malformed_encoding' });
});
