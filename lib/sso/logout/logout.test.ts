import { inflateRawSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { createSelfSigned } from '@/lib/crypto/certificate';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { suspendUser } from '@/lib/directory/suspend-user';
import { systemActor } from '@/lib/events/actor';
import type { SignedIn } from '../ask';
import { enter, logoutAnswer, logoutApplication, logoutQuery, logoutUrl, messageIn } from '../testing/logout';
import { samlApplication, saveSso, signedInPerson, signInAgain, type TestApplication } from '../testing/support';
import { answerCarriedLogout, answerLogoutRequest, receiveLogoutPost } from './answer-logout';
import { openLogout, sealLogout } from './carry-logout';
import { endAbandonedLogouts } from './end-abandoned';
import { endSession } from './end-session';
import { goOn } from './go-on';
import { describeLogout, listOpenAtApplications } from './queries';
import { takeLogoutResponse } from './take-answer';
import { unfinishedLogout } from './where';

let first: TestApplication;
let second: TestApplication;
let ana: SignedIn;
beforeEach(async () => {
  await emptyTables('users', 'applications', 'authn_requests', 'events');
  first = await logoutApplication();
  second = await logoutApplication();
  ana = await signedInPerson('ana', [first, second]);
});

const ask = (application: TestApplication, query: string, session: SignedIn | undefined = ana) =>
  answerLogoutRequest(
    application.slug,
    { binding: 'HTTP-Redirect', rawQuery: query },
    session && { sessionId: session.sessionId },
    '127.0.0.1',
  );
const answer = async (application: TestApplication, parts: Parameters<typeof logoutAnswer>[1]) =>
  goOn(
    await takeLogoutResponse(
      application.slug,
      { binding: 'HTTP-Redirect', rawQuery: logoutAnswer(application, parts) },
      null,
    ),
  );
const isLive = async ({ sessionId } = ana) =>
  (await db.session.findUniqueOrThrow({ where: { id: sessionId } })).revokedAt === null;
const told = async () => {
  const events = await db.event.findMany({
    where: { name: { in: ['sso_logout', 'session_end'] } },
    orderBy: { id: 'asc' },
  });
  return events.map(({ name, outcome, code, applicationId }) =>
    [name, outcome, code, { [first.id]: 'first', [second.id]: 'second' }[applicationId ?? '']]
      .filter(Boolean)
      .join(' '),
  );
};
const refusal = (code: string) => ({ code });

describe('a service provider asks', () => {
  test('alone: the session here ends, and it is answered with its RelayState', async () => {
    const index = await enter(first, ana);
    const step = await ask(
      first,
      logoutQuery(first, { id: '_mine', sessionIndexes: [index], relayState: 'back/here' }),
    );
    expect(messageIn(step)).toMatchObject({
      ...{ kind: 'LogoutResponse', url: logoutUrl, relayState: 'back/here', inResponseTo: '_mine' },
      statuses: ['Success'],
    });
    expect(await isLive()).toBe(false);
    expect(await told()).toEqual(['sso_logout success first', 'session_end success']);
  });

  test('and another is signed in to: it is asked in turn by name and SessionIndex, and then the first is answered', async () => {
    const [index, other] = [await enter(first, ana), await enter(second, ana)];
    const asked = messageIn(await ask(first, logoutQuery(first, { sessionIndexes: [index] })));
    expect(asked).toMatchObject({ kind: 'LogoutRequest', nameId: 'ana', sessionIndexes: [other] });
    const last = messageIn(await answer(second, { inResponseTo: asked.id }));
    expect(last).toMatchObject({ kind: 'LogoutResponse', statuses: ['Success'] });
    expect(await db.samlSession.count({ where: { endedAt: null } })).toBe(0);
    expect(await told()).toEqual([...['sso_logout success first', 'session_end success', 'sso_logout success second']]);
  });

  test.each([
    ['refuses', async (id: string) => answer(second, { inResponseTo: id, status: ['Responder', 'RequestDenied'] })],
    [
      'says that it was in part',
      async (id: string) => answer(second, { inResponseTo: id, status: ['Success', 'PartialLogout'] }),
    ],
    ['gives no answer', async () => goOn((await db.logout.findFirstOrThrow()).id)],
  ])('and another %s: the logout is partial, which is said', async (_what, next) => {
    const index = await enter(first, ana);
    await enter(second, ana);
    const asked = messageIn(await ask(first, logoutQuery(first, { sessionIndexes: [index] })));
    expect(messageIn(await next(asked.id)).statuses).toEqual(['Success', 'PartialLogout']);
    expect(await isLive()).toBe(false);
    expect((await told()).at(-1)).toBe('sso_logout error not_signed_out second');
    expect(await db.event.count({ where: { name: 'sso_logout', outcome: 'error' } })).toBe(1);
  });

  test('and another takes no part, or hangs on another browser: partial, and nobody is asked for it', async () => {
    const index = await enter(first, ana);
    const silent = await samlApplication();
    await db.applicationUser.create({ data: { applicationId: silent.id, userId: ana.userId, assigned: true } });
    await enter(silent, ana);
    const step = await ask(first, logoutQuery(first, { sessionIndexes: [index] }));
    expect(messageIn(step).statuses).toEqual(['Success', 'PartialLogout']);

    const again = await signInAgain(ana);
    const elsewhere = await signInAgain(ana);
    await enter(first, again);
    await enter(second, elsewhere);
    await enter(first, elsewhere);
    // No SessionIndex: all of hers, in whichever browser.
    const all = messageIn(await ask(first, logoutQuery(first), again));
    expect(all).toMatchObject({ kind: 'LogoutResponse', statuses: ['Success', 'PartialLogout'] });
    expect([await isLive(again), await isLive(elsewhere)]).toEqual([false, false]);
    const { refusal: why } = await db.samlSession.findFirstOrThrow({ where: { applicationId: second.id } });
    expect(why).toBe('It was begun in another browser.');
  });

  test('by POST: what was verified comes back with the cookie, and messages go by POST where that is set', async () => {
    await saveSso(second.id, { settings: { logoutBinding: 'post', logoutResponseUrl: `${logoutUrl}/done` } });
    const [index] = [await enter(second, ana), await enter(first, ana)];
    const query = new URLSearchParams(logoutQuery(second, { sessionIndexes: [index], privateKey: null }));
    await saveSso(second.id, { settings: { requireSignedLogout: false } });
    const xml = messageOf(query);
    const carried = await receiveLogoutPost(
      second.slug,
      { binding: 'HTTP-POST', message: Buffer.from(xml).toString('base64'), relayState: 'x' },
      null,
    );
    const step = await answerCarriedLogout(second.slug, carried, { sessionId: ana.sessionId }, null);
    const asked = messageIn(step);
    expect(asked).toMatchObject({ kind: 'LogoutRequest', nameId: 'ana' });
    const done = await answer(first, { inResponseTo: asked.id });
    expect(done).toMatchObject({ outgoing: { kind: 'post', url: `${logoutUrl}/done`, relayState: 'x' } });
    expect(messageIn(done)).toMatchObject({ kind: 'LogoutResponse', statuses: ['Success'] });
    const again = await answerCarriedLogout(second.slug, carried, { sessionId: ana.sessionId }, null);
    expect(messageIn(again).statuses, 'ended already').toEqual(['Success']);
    await expect(answerCarriedLogout(first.slug, carried, undefined, null)).rejects.toMatchObject(
      refusal('parameter_missing'),
    );
  });
});

const messageOf = (query: URLSearchParams) =>
  inflateRawSync(Buffer.from(query.get('SAMLRequest') ?? '', 'base64')).toString();

describe('a LogoutRequest ends nothing', () => {
  const unknown = async (query: string, session: SignedIn | undefined = ana) => {
    expect(messageIn(await ask(first, query, session)).statuses).toEqual(['Requester', 'UnknownPrincipal']);
    expect(await isLive()).toBe(true);
  };
  const nameId = (attributes: string, value = 'ana') => `<saml:NameID ${attributes}>${value}</saml:NameID>`;

  test('of a name, format, qualifier or SessionIndex that was not given there', async () => {
    const [index, other] = [await enter(first, ana), await enter(second, ana)];
    await unknown(logoutQuery(first, { sessionIndexes: [other] }));
    await unknown(logoutQuery(first, { sessionIndexes: [index], nameId: nameId('', 'bea') }));
    await unknown(logoutQuery(first, { sessionIndexes: [index], nameId: nameId('', 'ANA') }));
    const persistent = 'Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"';
    await unknown(logoutQuery(first, { sessionIndexes: [index], nameId: nameId(persistent) }));
    await unknown(logoutQuery(first, { sessionIndexes: [index], nameId: nameId('NameQualifier="urn:other"') }));
    await unknown(logoutQuery(first, { sessionIndexes: [index], nameId: nameId('SPNameQualifier="urn:other"') }));
    await unknown(logoutQuery(first, { sessionIndexes: [index], nameId: nameId('SPProvidedID="x"') }));
  });

  test('that nobody signed, unless this very browser has the session', async () => {
    const index = await enter(first, ana);
    await expect(ask(first, logoutQuery(first, { privateKey: null }))).rejects.toMatchObject(
      refusal('signature_required'),
    );
    await saveSso(first.id, { settings: { requireSignedLogout: false } });
    await expect(ask(first, logoutQuery(first, { privateKey: null }))).rejects.toMatchObject(
      refusal('signature_required'),
    );
    const unsigned = () => logoutQuery(first, { privateKey: null, sessionIndexes: [index] });
    await unknown(unsigned(), await signInAgain(ana));
    expect(messageIn(await ask(first, unsigned())).statuses).toEqual(['Success']);
  });

  test('a second time, of another service provider, by another key, or where SSO is not active', async () => {
    const index = await enter(first, ana);
    const query = logoutQuery(first);
    const earlier = await signInAgain(ana);
    await enter(first, earlier);
    await db.samlSession.updateMany({ where: { sessionId: ana.sessionId }, data: { endedAt: new Date() } });
    await ask(first, query, earlier);
    await db.samlSession.updateMany({ where: { sessionId: ana.sessionId }, data: { endedAt: null } });
    const { privateKey } = await createSelfSigned({ commonName: 'x', notBefore: new Date(), years: 1 });
    const cases: [string, string][] = [
      [query, 'request_replayed'],
      [logoutQuery(first, { sessionIndexes: [index], issuer: 'https://other.example' }), 'issuer_mismatch'],
      [logoutQuery(first, { sessionIndexes: [index], privateKey }), 'signature_invalid'],
      [logoutQuery(second, { sessionIndexes: [index] }), 'destination_mismatch'],
    ];
    for (const [sent, code] of cases) await expect(ask(first, sent), code).rejects.toMatchObject(refusal(code));
    await saveSso(first.id, { activation: 'deactivate' });
    await expect(ask(first, logoutQuery(first))).rejects.toMatchObject(refusal('not_active'));
    expect(await isLive()).toBe(true);
    expect(await db.event.count({ where: { name: 'sso_logout', outcome: 'error' } })).toBe(5);
  });
});

test('a session that has ended there already is answered as such, and a service provider without an address stays on our page', async () => {
  const index = await enter(first, ana);
  await ask(first, logoutQuery(first, { sessionIndexes: [index] }));
  expect(messageIn(await ask(first, logoutQuery(first, { sessionIndexes: [index] }))).statuses).toEqual(['Success']);
  const again = await signInAgain(ana);
  await saveSso(first.id, { settings: { logoutUrl: '' } });
  const next = await enter(first, again);
  expect((await ask(first, logoutQuery(first, { sessionIndexes: [next] }), again)).kind).toBe('done');
});

test('a LogoutResponse counts once, from the service provider that was asked, to what it was asked', async () => {
  const index = await enter(first, ana);
  await enter(second, ana);
  const { id } = messageIn(await ask(first, logoutQuery(first, { sessionIndexes: [index] })));
  const { privateKey } = await createSelfSigned({ commonName: 'x', notBefore: new Date(), years: 1 });
  const cases: [TestApplication, Parameters<typeof logoutAnswer>[1], string][] = [
    [second, { inResponseTo: '_never' }, 'response_unexpected'],
    [first, { inResponseTo: id }, 'response_unexpected'],
    [second, { inResponseTo: id, issuer: 'https://other.example' }, 'issuer_mismatch'],
    [second, { inResponseTo: id, privateKey: null }, 'signature_required'],
    [second, { inResponseTo: id, privateKey }, 'signature_invalid'],
  ];
  for (const [from, parts, code] of cases) {
    await expect(answer(from, parts), code).rejects.toMatchObject(refusal(code));
  }
  await saveSso(second.id, { activation: 'deactivate' });
  await expect(answer(second, { inResponseTo: id })).rejects.toMatchObject(refusal('not_active'));
  await saveSso(second.id, { activation: 'activate' });
  expect(await db.samlSession.count({ where: { endedAt: null } })).toBe(1);
  await answer(second, { inResponseTo: id });
  await expect(answer(second, { inResponseTo: id })).rejects.toMatchObject(refusal('response_unexpected'));
});

describe('it ends here', () => {
  /** The id in an address that a browser is sent to. */
  const idIn = (path: string | undefined) =>
    openLogout(new URL(path ?? '', 'http://x').searchParams.get('go') ?? '') ?? '';

  test('by signing out: each application is asked in turn, and the page names them, those that could not be first', async () => {
    expect(await endSession((await signInAgain(ana)).sessionId), 'nothing was open').toBeUndefined();
    const silent = await samlApplication();
    await db.applicationUser.create({ data: { applicationId: silent.id, userId: ana.userId, assigned: true } });
    for (const application of [first, second, silent]) await enter(application, ana);
    const path = await endSession(ana.sessionId);
    expect(path).toMatch(new RegExp(`^/saml2/${first.slug}/logout\\?go=v1\\.`));
    expect(await isLive()).toBe(false);
    const asked = messageIn(await goOn(idIn(path)));
    const next = messageIn(await answer(first, { inResponseTo: asked.id }));
    const done = await answer(second, { inResponseTo: next.id });
    if (done.kind !== 'done') throw new Error('There is nobody left to ask.');
    const view = await describeLogout(sealLogout(done.logoutId));
    expect(view?.applications.map(({ id, problem }) => [id, problem])).toEqual([
      [silent.id, 'It cannot be signed out of from here.'],
      [first.id, undefined],
      [second.id, undefined],
    ]);
    expect(await db.event.count({ where: { message: { contains: view?.reference ?? '-' } } })).toBe(2);
    expect(await endSession(ana.sessionId), 'once').toBeUndefined();
    expect(await describeLogout('v1.made-up')).toBeUndefined();
  });

  test('a browser that does not come back: ten minutes later it is told who was not signed out, once, and who was never asked is when it does', async () => {
    for (const application of [first, second]) await enter(application, ana);
    await goOn(idIn(await endSession(ana.sessionId)));
    const before = await told();
    await endAbandonedLogouts();
    expect(await told(), 'it has ten minutes').toEqual(before);
    await db.logout.updateMany({ data: { createdAt: new Date(Date.now() - 11 * 60_000) } });
    for (const _ of ['once', 'and no more']) await endAbandonedLogouts();
    expect((await told()).slice(before.length)).toEqual([
      'sso_logout error not_signed_out first',
      'sso_logout error not_signed_out second',
    ]);
    const messages = await db.event.findMany({ where: { code: 'not_signed_out' }, orderBy: { id: 'asc' } });
    expect(messages.map(({ message }) => message?.replace(/ Reference.*/, ''))).toEqual([
      'It gave no answer.',
      'The browser did not come back to ask it.',
    ]);
    const { displayLabel: application } = await db.application.findUniqueOrThrow({ where: { id: second.id } });
    const step = await goOn(idIn(await unfinishedLogout(ana.sessionId, undefined)));
    expect(step).toMatchObject({ kind: 'send', isLast: false, application });
  });

  test('without its browser: when that comes again each application is asked once, and others have nothing to do', async () => {
    await enter(first, ana);
    const other = await signInAgain(ana);
    await enter(second, other);
    expect(await unfinishedLogout(ana.sessionId, undefined), 'it goes on').toBeUndefined();
    await suspendUser(systemActor, { id: ana.userId });
    expect(await listOpenAtApplications(ana.userId)).toMatchObject([
      { id: second.id, isTold: true, askedAt: null },
      { id: first.id, isTold: true, askedAt: null },
    ]);
    const path = await unfinishedLogout(ana.sessionId, '/portal');
    expect(await unfinishedLogout(ana.sessionId, '/portal'), 'the same one, until it is over').toMatch(/^\/saml2/);
    expect(await db.logout.count()).toBe(1);
    const asked = messageIn(await goOn(idIn(path)));
    expect(asked).toMatchObject({ kind: 'LogoutRequest', nameId: 'ana' });
    const done = await answer(first, { inResponseTo: asked.id });
    if (done.kind !== 'done') throw new Error('Only what this browser began is asked for.');
    expect(await describeLogout(sealLogout(done.logoutId))).toMatchObject({ returnTo: '/portal' });
    expect(await unfinishedLogout(ana.sessionId, undefined)).toBeUndefined();
    expect(await listOpenAtApplications(ana.userId)).toMatchObject([{ id: second.id }]);
  });
});
