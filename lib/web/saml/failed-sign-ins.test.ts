import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assignUser, unassignUser } from '@/lib/applications/assign-user';
import { carriedSession } from '@/lib/auth/carried-session';
import { createSelfSigned } from '@/lib/crypto/certificate';
import { db } from '@/lib/db/client';
import { countStatements } from '@/lib/db/testing/count-statements';
import { systemActor as actor } from '@/lib/events/actor';
import { searchEverything } from '@/lib/home/search';
import { nameIdFormats } from '@/lib/saml/schema';
import { signWithNodeSaml } from '@/lib/saml/testing/support';
import type { SignedIn } from '@/lib/sso/ask';
import { keepFailure, mostKept, mostOfSender } from '@/lib/sso/failed-sign-ins/keep-failure';
import { mendSignIn } from '@/lib/sso/failed-sign-ins/mend-sign-in';
import { getFailedSignIn, listFailedSignIns } from '@/lib/sso/failed-sign-ins/queries';
import type { SignInFix } from '@/lib/sso/failed-sign-ins/schema';
import { getSsoTab } from '@/lib/sso/queries';
import { trialCookie } from '@/lib/sso/sign-in-trials/trial-cookie';
import { findTrial, startTrial } from '@/lib/sso/sign-in-trials/trials';
import {
  acsUrl,
  requestQuery,
  samlApplication,
  saveSso,
  signedInPerson,
  type TestApplication,
} from '@/lib/sso/testing/support';
import { answerSaml } from '../answer-saml';
import { startFront } from '../testing/front';

let front: Awaited<ReturnType<typeof startFront>>;
let application: TestApplication;
let ana: SignedIn;
let cookie: string;
beforeAll(async () => {
  process.env.NEXTAUTH_SECRET = 'only-for-tests';
  front = await startFront({ handler: answerSaml, carriedSession: ({ headers }) => carriedSession(headers.cookie) });
  application = await samlApplication();
  ana = await signedInPerson('ana', [application]);
  const token = { sub: ana.userId, sessionId: ana.sessionId };
  cookie = `next-auth.session-token=${await encode({ token, secret: 'only-for-tests' })}`;
});
afterAll(async () => {
  front.close();
});

const send = (path: string, init: RequestInit = {}) =>
  fetch(`${front.url}/saml2/${application.slug}${path}`, { redirect: 'manual', headers: { cookie }, ...init });
const byRedirect = (parts: Parameters<typeof requestQuery>[0] = {}) => send(`?${requestQuery(parts).rawQuery}`);
const byPost = (xml: string) =>
  send('', { method: 'POST', body: new URLSearchParams({ SAMLRequest: Buffer.from(xml).toString('base64') }) });

/** What the page says that somebody saw. */
async function referenceOn(answer: Response | Promise<Response>): Promise<string> {
  const page = await (await answer).text();
  const reference = /Reference: <code>([0-9A-Z]{4}-[0-9A-Z]{4})<\/code>/.exec(page)?.[1];
  if (!reference) throw new Error(`no reference: ${page}`);
  return reference;
}

async function mend(reference: string, fix: SignInFix) {
  const { version } = await getSsoTab(application.id);
  return mendSignIn(actor, { applicationId: application.id, reference, fix, version });
}
const fixesOf = async (reference: string) => (await getFailedSignIn(reference)).explanation.fixes.map(({ fix }) => fix);

test('the reference on the page leads to the failure, with the request as it was, and one button mends it', async () => {
  const other = 'https://sp.example.com/other-acs';
  const wrongAcs = () => byRedirect({ attributes: `AssertionConsumerServiceURL="${other}"`, relayState: 'secret' });
  const reference = await referenceOn(wrongAcs());
  for (const typed of [reference, reference.toLowerCase().replace('-', ' ')]) {
    const { items } = await searchEverything(typed);
    expect(items[0], typed).toMatchObject({ group: 'Failed sign-ins', href: `/failed-sign-ins/${reference}` });
  }
  const failed = await getFailedSignIn(reference);
  expect(failed).toMatchObject({ code: 'acs_not_registered', count: 1, clientAddress: '127.0.0.1', person: null });
  expect(failed.asked).toMatchObject({ binding: 'HTTP-Redirect', acsUrl: other, relayStateBytes: 6 });
  expect(failed.asked.xml).toMatch(/^<samlp:AuthnRequest /);
  expect(JSON.stringify(failed)).not.toContain('secret');
  expect(failed.explanation).toMatchObject({ cause: expect.stringContaining(other), fixes: [{ value: other }] });
  expect((await listFailedSignIns(application.id, {})).items.map((row) => row.reference)).toContain(reference);

  await mend(reference, 'add_acs_url');
  expect((await getSsoTab(application.id)).settings.acsUrls).toMatchObject([{ url: acsUrl }, { url: other, index: 1 }]);
  expect((await getFailedSignIn(reference)).explanation).toMatchObject({ mended: expect.any(String), fixes: [] });
  expect((await wrongAcs()).status).toBe(200);
  await expect(mend(reference, 'add_acs_url')).rejects.toMatchObject({ code: 'conflict' });
});

test('a certificate that signed the request is offered by its fingerprint; one that did not is not', async () => {
  const made = () => createSelfSigned({ commonName: 'sp', notBefore: new Date(), years: 1 });
  const [ours, theirs, unrelated] = [await made(), await made(), await made()];
  await saveSso(application.id, { spCertificates: [ours.certificate] });
  const signed = (keys: typeof theirs) => {
    const { xml } = requestQuery({ attributes: `Destination="${application.idpEntityId}"` });
    return signWithNodeSaml(xml, keys);
  };
  // Another certificate beside the signature: whoever does that wants it to be trusted.
  const forged = await referenceOn(byPost(signed({ ...theirs, certificate: unrelated.certificate })));
  expect(await fixesOf(forged)).toEqual([]);
  const reference = await referenceOn(byPost(signed(theirs)));
  expect(reference).not.toBe(forged);
  const { explanation } = await getFailedSignIn(reference);
  expect(explanation.fixes).toMatchObject([
    { fix: 'add_certificate', value: expect.stringMatching(/^([0-9A-F]{2}:){31}/) },
  ]);
  await mend(reference, 'add_certificate');
  expect((await byPost(signed(theirs))).status).toBe(303);
  expect((await byPost(signed(ours))).status, 'the one before stays').toBe(303);
  await saveSso(application.id, { spCertificates: [] });
});

test('who has no access is named and can be assigned; what the service provider is told as a status is kept as well', async () => {
  const pair = { applicationId: application.id, userId: ana.userId };
  await unassignUser(actor, pair);
  const denied = await referenceOn(send(''));
  expect(await getFailedSignIn(denied)).toMatchObject({
    ...{ code: 'forbidden', person: { id: ana.userId } },
    explanation: { cause: expect.stringContaining('has no access'), fixes: [{ fix: 'assign' }] },
  });
  await assignUser(actor, pair);
  expect((await getFailedSignIn(denied)).explanation.mended).toContain('has access now');

  const wanted = nameIdFormats.persistent;
  const persistent = () => byRedirect({ children: `<samlp:NameIDPolicy Format="${wanted}"/>` });
  expect((await persistent()).status).toBe(200);
  const [status] = (await listFailedSignIns(application.id, {})).items;
  expect(status).toMatchObject({ code: 'InvalidNameIDPolicy', person: { id: ana.userId } });
  expect((await getFailedSignIn(status?.reference ?? '')).asked.xml).toContain(wanted);
  await mend(status?.reference ?? '', 'use_name_id_format');
  expect((await getSsoTab(application.id)).settings.nameIdFormat).toBe(wanted);
  expect(await fixesOf(status?.reference ?? '')).toEqual([]);

  const skewed = await referenceOn(byRedirect({ issueInstant: new Date(Date.now() - 8 * 60_000) }));
  await mend(skewed, 'widen_clock_skew');
  expect((await getSsoTab(application.id)).settings.requestSkewMinutes).toBe(9);
});

test('pages without an application or without a request have a reference too', async () => {
  const nowhere = await referenceOn(fetch(`${front.url}/saml2/nowhere`));
  expect(await getFailedSignIn(nowhere)).toMatchObject({ applicationId: null, asked: { path: '/saml2/nowhere' } });
  const empty = await referenceOn(send('', { method: 'POST', body: new URLSearchParams({ a: 'b' }) }));
  expect(await getFailedSignIn(empty)).toMatchObject({ applicationId: application.id, code: 'parameter_missing' });
  const unreadable = await referenceOn(send('?SAMLRequest=%21%21'));
  expect(await getFailedSignIn(unreadable)).toMatchObject({ code: 'malformed_encoding' });
});

test('what goes on failing is one row and no statement for each', async () => {
  const ofOne = () => byRedirect({ attributes: 'Destination="https://elsewhere.example"' });
  const reference = await referenceOn(ofOne());
  // What is read for the answer is read every time; what a process does by the clock besides is not of it.
  const ofFailures = (text: string) => /failed_sign_ins|INSERT INTO "?events/.test(text);
  const statements = await countStatements(async () => {
    expect(await referenceOn(ofOne())).toBe(reference);
  }, ofFailures);
  expect(statements).toBe(0);
  expect(await db.failedSignIn.count({ where: { code: 'destination_mismatch' } })).toBe(1);
});

test('a sign-in that is tried is kept with its request and its response, once, and nobody else’s', async () => {
  const { token, href } = await startTrial(application.id, ana.userId);
  expect(href).toBe(`/saml2/${application.slug}`);
  const watched = { headers: { cookie: `${cookie}; ${trialCookie}=${token}` } };
  const trial = () => findTrial(application.id, ana.userId);
  await byRedirect();
  expect(await trial(), 'not of this browser').toMatchObject({ asked: null, response: null, endedAt: null });
  const { rawQuery, xml } = requestQuery();
  expect(
    (
      await fetch(`${front.url}/saml2/${application.slug}?${rawQuery}`, {
        redirect: 'manual',
        headers: { cookie: `${trialCookie}=${token}` },
      })
    ).status,
  ).toBe(303);
  expect(await trial(), 'asked, and to sign in first').toMatchObject({ asked: { xml }, response: null, endedAt: null });
  await send(`?${rawQuery}`, watched);
  const answered = await trial();
  expect(answered).toMatchObject({ asked: { xml }, endedAt: expect.any(Date), reference: null });
  expect(answered?.response).toContain('<ds:SignatureValue>(not shown)<');
  await send(`?${requestQuery().rawQuery}`, watched);
  expect(await trial(), 'the first stays').toEqual(answered);

  const second = await startTrial(application.id, ana.userId);
  const again = { headers: { cookie: `${cookie}; ${trialCookie}=${second.token}` } };
  const wrong = requestQuery({ attributes: 'Destination="https://wrong.example"' }).rawQuery;
  const reference = await referenceOn(send(`?${wrong}`, again));
  expect(await trial()).toMatchObject({ reference, response: null, asked: { destination: 'https://wrong.example' } });
});

test('a flood takes nobody else’s place, and costs rows for few', async () => {
  const failed = (clientAddress: string, issuer: string, userId: string | null = null) =>
    keepFailure({
      ...{ applicationId: application.id, userId, code: 'issuer_mismatch', message: 'No.', clientAddress },
      inspect: () => ({ issuer }),
    });
  await db.failedSignIn.deleteMany();
  const honest = await failed('192.0.2.1', 'https://honest.example');
  const of = await failed('192.0.2.1', 'https://honest.example', ana.userId);
  const flooded = new Set<string | undefined>();
  for (let n = 0; n < 200; n += 1) flooded.add(await failed('203.0.113.9', `https://${n}.example`));
  // Thirty in a minute are looked at, ten of them kept; the rest is what the last was.
  expect(flooded.size).toBeLessThan(150);
  expect(await db.failedSignIn.count({ where: { sender: '203.0.113.9' } })).toBe(mostOfSender);
  // Of many senders, all that is looked at in a minute: whoever sends most makes room first.
  for (let n = 0; n < 300; n += 1) await failed(`198.51.100.${n % 250}`, `https://many-${n}.example`);
  const rows = await db.failedSignIn.findMany({ select: { reference: true, userId: true } });
  expect(rows.filter(({ userId }) => userId === null).length).toBeLessThanOrEqual(mostKept);
  const kept = rows.map(({ reference }) => reference);
  expect(kept).toContain(of);
  expect(kept).toContain(honest);
});
