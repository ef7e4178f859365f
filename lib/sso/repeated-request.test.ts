import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { flushRefusals } from '@/lib/events/record';
import { answerRequest, startSignIn } from './answer-request';
import type { SignedIn } from './ask';
import type { IncomingRequest } from './incoming-request';
import { linkRelayState, linkWithRelayState } from './link-relay-state';
import { receiveRequest } from './receive-request';
import { startAgainAt } from './start-again';
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
beforeEach(async () => {
  await flushRefusals();
  await emptyTables('users', 'applications', 'authn_requests', 'events');
  application = await samlApplication();
  ana = await signedInPerson('ana', [application]);
});

afterEach(() => {
  vi.useRealTimers();
});

const redirect = (parts: Parameters<typeof requestQuery>[0]): IncomingRequest => ({
  binding: 'HTTP-Redirect',
  rawQuery: requestQuery(parts).rawQuery,
});
const posted = (parts: Parameters<typeof requestQuery>[0]): IncomingRequest => ({
  binding: 'HTTP-POST',
  samlRequest: Buffer.from(requestQuery(parts).xml).toString('base64'),
  ...(parts?.relayState === undefined ? {} : { relayState: parts.relayState }),
});
const receive = (incoming: IncomingRequest) => receiveRequest(application.slug, incoming, '192.0.2.7');
/** @param session null: nobody is signed in */
const answer = (carried: string, session: SignedIn | null = ana) =>
  answerRequest(application.slug, carried, session ?? undefined);
const refusals = () => db.event.count({ where: { name: 'sso_auth', outcome: 'error' } });

describe('one request that comes several times', () => {
  test.each([
    ['by redirect', redirect],
    ['by POST', posted],
  ])('%s is gone on with while it waits, and answered once', async (_how, by) => {
    const incoming = by({ id: '_r1', relayState: 'x' });
    const received = await Promise.all([1, 2, 3].map(() => receive(incoming)));
    // While the person signs in, the link is opened again and the page is reloaded.
    for (const { carried } of received) expect(await answer(carried, null)).toEqual({ kind: 'sign_in', prompt: false });
    expect(await refusals()).toBe(0);
    const [{ carried: first } = { carried: '' }, { carried: second } = { carried: '' }] = received;
    expect(responseIn(await answer(first))).toMatchObject({ statuses: ['Success'], relayState: 'x' });
    const refusal = { code: 'request_replayed', hint: expect.stringContaining('start again there') };
    await expect(receive(incoming)).rejects.toMatchObject(refusal);
    for (const carried of [first, second]) await expect(answer(carried)).rejects.toMatchObject(refusal);
  });

  test.each([
    ['another RelayState', { relayState: 'y' }],
    ['another ForceAuthn', { attributes: 'ForceAuthn="1"' }],
    ['another subject', { children: '<saml:Subject><saml:NameID>ben</saml:NameID></saml:Subject>' }],
  ])('with %s: each goes on as it came, and only one of the two is answered', async (_what, more) => {
    const { carried: first } = await receive(redirect({ id: '_r1', relayState: 'x' }));
    const { carried: other } = await receive(redirect({ id: '_r1', relayState: 'x', ...more }));
    expect(responseIn(await answer(first))).toMatchObject({ statuses: ['Success'], relayState: 'x' });
    await expect(answer(other)).rejects.toMatchObject({ code: 'request_replayed' });
  });

  test('is answered once, however many go on with it at the same moment, wherever they received it', async () => {
    const received = await Promise.all([1, 2, 3, 4].map(() => receive(redirect({ id: '_r1' }))));
    const outcomes = await Promise.allSettled(received.map(({ carried }) => answer(carried)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await db.event.count({ where: { name: 'sso_auth', outcome: 'success' } })).toBe(1);
  });

  test('is not gone on with once its time is over', async () => {
    const { carried } = await receive(redirect({ id: '_r1' }));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 60_000 });
    await expect(answer(carried)).rejects.toMatchObject({ code: 'request_expired' });
  });

  test('is known for as long as it could come again', async () => {
    const incoming = redirect({ id: '_r1' });
    const { carried } = await receive(incoming);
    await answer(carried);
    const { answeredAt, expiresAt } = await db.authnRequest.findFirstOrThrow();
    // It is timely for fifteen minutes either way at most, whatever is set by then; what comes in at the last moment is carried for thirty.
    expect(expiresAt.getTime() - answeredAt.getTime()).toBe(60 * 60_000);
  });
});

describe('what is carried through the sign-in', () => {
  test('of a request that nobody has answered nothing is stored, however many come', async () => {
    for (let count = 0; count < 200; count += 1) await receive(redirect({}));
    expect([await db.authnRequest.count(), await db.event.count({ where: { name: 'sso_auth' } })]).toEqual([0, 0]);
  });

  test('a flood of requests pushes nobody out who is in the middle of signing in', async () => {
    const { carried } = await receive(redirect({ id: '_mine', relayState: 'deep' }));
    for (let count = 0; count < 500; count += 1) await receive(redirect({}));
    expect(responseIn(await answer(carried))).toMatchObject({ statuses: ['Success'], relayState: 'deep' });
  });

  test('is ours and this application’s: nothing of it can be altered, cut or taken elsewhere', async () => {
    const { carried } = await receive(redirect({ id: '_r1' }));
    const other = await samlApplication();
    const altered = `${carried.slice(0, -2)}${carried.endsWith('AA') ? 'BB' : 'AA'}`;
    for (const wrong of [
      '',
      'x',
      'v1.',
      'v1.AAAA',
      altered,
      carried.slice(0, -1),
      `${carried}A`,
      `v1.${'A'.repeat(9_000)}`,
    ]) {
      await expect(answer(wrong), wrong.slice(0, 20)).rejects.toMatchObject({ code: 'parameter_missing' });
    }
    await expect(answerRequest(other.slug, carried, ana)).rejects.toMatchObject({ code: 'parameter_missing' });
    expect(carried).not.toContain('_r1');
  });

  test.each([
    ['3 KiB of anything', randomBytes(1_536).toString('hex').slice(0, 3_072)],
    ['4 KiB of text', 'https://sp.example.com/path?deep=link&'.repeat(107)],
    ['umlauts and keys', 'ü🔑'.repeat(500)],
  ])('a RelayState of %s goes through, in an address that every server takes', async (_what, relayState) => {
    const { carried } = await receive(redirect({ relayState }));
    expect(carried.length).toBeLessThanOrEqual(5_500);
    expect(responseIn(await answer(carried)).relayState).toBe(relayState);
  });

  test('more than fits is refused at once, by its reason', async () => {
    const relayState = randomBytes(4_096).toString('base64').slice(0, 4_096);
    const children = `<samlp:NameIDPolicy Format="${randomBytes(3_000).toString('base64')}"/>`;
    await expect(receive(redirect({ relayState, children }))).rejects.toMatchObject({ code: 'too_large' });
  });
});

describe('refusals', () => {
  test('that strangers cause again and again are counted, and use no request up', async () => {
    const { carried } = await receive(redirect({ attributes: 'IsPassive="1"' }));
    for (let count = 0; count < 20; count += 1)
      expect(responseIn(await answer(carried, null)).statuses).toContain('NoPassive');
    expect([await refusals(), await db.authnRequest.count()]).toEqual([1, 0]);
    await flushRefusals();
    const events = await db.event.findMany({ where: { name: 'sso_auth' }, orderBy: { id: 'asc' } });
    expect(events).toMatchObject([
      { code: 'NoPassive', count: 1, clientAddress: '192.0.2.7' },
      { code: 'NoPassive', count: 19, clientAddress: '192.0.2.7' },
    ]);
    expect(responseIn(await answer(carried)).statuses).toEqual(['Success']);
  });

  test('of requests that are none are counted by address', async () => {
    const nonsense = { binding: 'HTTP-Redirect' as const, rawQuery: 'SAMLRequest=x' };
    for (let count = 0; count < 50; count += 1) await expect(receive(nonsense)).rejects.toThrow();
    expect(await refusals()).toBe(1);
    await flushRefusals();
    const counted = await db.event.aggregate({ where: { name: 'sso_auth' }, _sum: { count: true } });
    expect(counted._sum.count).toBe(50);
  });

  test('a person who signs in to applications again and again is stopped for a moment, and leaves no more behind', async () => {
    // The limit refills with time, of which a busy machine takes more.
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const outcomes: string[] = [];
    for (let count = 0; count < 70; count += 1) {
      outcomes.push(
        await startSignIn(application.slug, ana).then(
          ({ kind }) => kind,
          (error: { code: string }) => error.code,
        ),
      );
    }
    expect(outcomes.filter((kind) => kind === 'post')).toHaveLength(60);
    expect(outcomes.at(-1)).toBe('rate_limited');
    expect(await db.event.count({ where: { name: 'sso_auth', outcome: 'success' } })).toBe(60);
    expect((await startSignIn(application.slug, await signedInPerson('ben', [application]))).kind).toBe('post');
  });
});

test('two requests of two tabs in the middle of signing in are both finished', async () => {
  const [one, two] = [await receive(redirect({ id: '_r1' })), await receive(redirect({ id: '_r2' }))];
  for (const { carried } of [one, two]) expect((await answer(carried, null)).kind).toBe('sign_in');
  expect(responseIn(await answer(two.carried)).xml).toContain('InResponseTo="_r2"');
  expect(responseIn(await answer(one.carried)).xml).toContain('InResponseTo="_r1"');
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
