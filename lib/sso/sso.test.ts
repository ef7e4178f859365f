import { generateKeyPairSync, randomBytes, sign, verify, X509Certificate } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { assignUser } from '@/lib/applications/assign-user';
import { associateGroup } from '@/lib/applications/change-associations';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { createApplication } from '@/lib/applications/testing/create-application';
import { createSelfSigned } from '@/lib/crypto/certificate';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { attributeNameFormats } from '@/lib/saml/schema';
import { activateSso, deactivateSso } from './activate-sso';
import { answerRequest, startSignIn } from './answer-request';
import type { Answer, SignedIn } from './ask';
import { getProvider } from './provider';
import { getSsoTab, metadataOf } from './queries';
import { receiveRequest } from './receive-request';
import type { SsoValues } from './schema';
import { updateSso } from './update-sso';

const acs = 'https://acmeusw.egnyte.com/samlconsumer/AssertionConsumer';
let applicationId: string;
let slug: string;

beforeEach(async () => {
  await db.application.deleteMany();
  await db.group.deleteMany();
  await db.user.deleteMany();
  await db.event.deleteMany();
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const made = await createApplication(systemActor, { templateId: 'egnyte', displayLabel: 'Egnyte', ...general });
  applicationId = made.id;
  slug = made.slug;
});

/** Saves the SSO tab as the form would, with changes. */
async function save(
  more: Partial<Omit<SsoValues, 'settings'>> & { version?: number; settings?: Partial<SsoValues['settings']> } = {},
) {
  const tab = await getSsoTab(applicationId);
  return updateSso(systemActor, {
    applicationId,
    version: tab.version,
    idpEntityId: tab.idpEntityId,
    placeholders: { SUBDOMAIN: 'acmeusw' },
    spCertificates: tab.spCertificates.map((certificate) => certificate.certificate),
    activation: 'keep',
    ...more,
    settings: { ...tab.settings, ...more.settings },
  });
}

async function person(username: string): Promise<SignedIn> {
  const user = await db.user.create({
    data: { username, email: `${username}@example.com`, firstname: 'Ana', lastname: '<M&>', displayName: username },
  });
  const at = new Date();
  const session = await db.session.create({
    data: { userId: user.id, authenticatedAt: at, lastSeenAt: at, expiresAt: new Date(at.getTime() + 3_600_000) },
  });
  return {
    sessionId: session.id,
    userId: user.id,
    authenticatedAt: at,
    actor: { id: user.id, name: username, clientAddress: '192.0.2.7' },
  };
}

async function member(username: string): Promise<SignedIn> {
  const signedIn = await person(username);
  const group = await db.group.create({
    data: { name: `of ${username}`, members: { create: { userId: signedIn.userId } } },
  });
  await associateGroup(systemActor, { applicationId, groupId: group.id });
  return signedIn;
}

interface RequestOptions {
  id?: string;
  issuer?: string;
  attributes?: string;
}

function authnRequest({
  id = `_${randomBytes(8).toString('hex')}`,
  issuer,
  attributes = '',
}: RequestOptions = {}): string {
  return `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${new Date().toISOString()}" Destination="http://localhost:3000/saml2/${slug}" ${attributes}><saml:Issuer>${issuer ?? 'https://acmeusw.egnyte.com'}</saml:Issuer></samlp:AuthnRequest>`;
}

function redirectQuery(xml: string, relayState?: string): string {
  const parameters = [`SAMLRequest=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}`];
  if (relayState !== undefined) parameters.push(`RelayState=${encodeURIComponent(relayState)}`);
  return parameters.join('&');
}

function receive(options: RequestOptions = {}, relayState?: string) {
  const rawQuery = redirectQuery(authnRequest(options), relayState);
  return receiveRequest(slug, { binding: 'HTTP-Redirect', rawQuery }, '192.0.2.7');
}

function posted(answer: Answer): Extract<Answer, { kind: 'post' }> {
  if (answer.kind !== 'post') throw new Error(`not a response: ${answer.kind}`);
  return answer;
}

async function lastEvent() {
  return db.event.findFirst({ where: { name: 'sso_auth' }, orderBy: { id: 'desc' } });
}

describe('activation', () => {
  it('is blocked while a placeholder has no value, naming the field; the draft is kept', async () => {
    const saved = await save({ placeholders: {}, settings: { loginUrl: 'https://kept.example.com/' } });
    expect(saved.ssoStatus).toBe('not_configured');
    expect(saved.problems).toEqual([
      {
        code: 'unresolved_placeholder',
        field: 'placeholders.SUBDOMAIN',
        message: expect.stringContaining('SUBDOMAIN'),
      },
    ]);
    expect((await getSsoTab(applicationId)).settings.loginUrl).toBe('https://kept.example.com/');
    await expect(activateSso(systemActor, { applicationId })).rejects.toMatchObject({
      code: 'unresolved_placeholder',
      field: 'placeholders.SUBDOMAIN',
    });
    const refused = await db.event.findFirst({ where: { name: 'sso_activate', outcome: 'error' } });
    expect(refused?.code).toBe('unresolved_placeholder');
  });

  it('lists in the event of a save what changed, and nothing else', async () => {
    const attributeStatements = [
      { name: 'email', nameFormat: attributeNameFormats.basic, sourceKind: 'property' as const, source: 'email' },
    ];
    const nameIdSource = { kind: 'expression' as const, source: 'ToLower([username])' };
    await save({ settings: { attributeStatements, nameIdSource } });
    await save({ settings: { sessionMinutes: 60 } });
    const event = await db.event.findFirstOrThrow({ where: { name: 'sso_update' }, orderBy: { id: 'desc' } });
    expect(event.changes).toEqual({ sessionMinutes: { from: 480, to: 60 } });
  });

  it('of what an earlier version let be saved is still read, shown and refused when it is saved again', async () => {
    await save({ settings: { loginUrl: 'https://kept.example.com/' } });
    await db.$executeRaw`UPDATE sso_settings SET settings = settings || '{"loginUrl": "javascript:alert(1)", "audience": "two words"}'`;
    expect((await getSsoTab(applicationId)).settings).toMatchObject({ loginUrl: 'javascript:alert(1)' });
    const provider = await getProvider(slug);
    expect(provider).toMatchObject({ loginUrl: '', resolved: { ok: false } });
    await expect(save()).rejects.toThrow('Enter a full address that starts with https://');
  });

  it('comes with the first complete save, and its event with it', async () => {
    expect(await save()).toMatchObject({ ssoStatus: 'active', problems: [] });
    expect(await db.event.count({ where: { name: 'sso_activate', outcome: 'success' } })).toBe(1);
  });

  it('refuses a value that is no subdomain, at its field', async () => {
    await expect(save({ placeholders: { SUBDOMAIN: 'https://acmeusw.egnyte.com' } })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'placeholders.SUBDOMAIN',
    });
  });

  it('never leaves active SSO broken', async () => {
    await save();
    await expect(save({ placeholders: { SUBDOMAIN: '' } })).rejects.toMatchObject({ code: 'unresolved_placeholder' });
    await expect(save({ settings: { requireSignedRequests: true } })).rejects.toMatchObject({
      field: 'spCertificates',
    });
    await expect(save({ settings: { nameIdSource: { kind: 'property', source: 'nope' } } })).rejects.toMatchObject({
      field: 'settings.nameIdSource.source',
    });
    expect((await getSsoTab(applicationId)).problems).toEqual([]);
  });

  it('encrypts to a certificate only: it is missed and refused at its field, kept clean, and told by its fingerprint', async () => {
    await save();
    const encrypting = { encryptAssertion: true };
    const field = 'settings.encryptionCertificate';
    await expect(save({ settings: encrypting })).rejects.toMatchObject({ code: 'invalid_input', field });
    await expect(save({ settings: { ...encrypting, encryptionCertificate: 'nonsense' } })).rejects.toMatchObject({
      field,
    });
    const { certificate } = await createSelfSigned({ commonName: 'sp', notBefore: new Date(), years: 1 });
    await save({ settings: { ...encrypting, encryptionCertificate: certificate.replaceAll('\n', '\r\n') } });
    const tab = await getSsoTab(applicationId);
    expect(tab.settings.encryptionCertificate).toBe(certificate);
    expect(tab.encryptionCertificate).toMatchObject({ subject: expect.stringContaining('CN=sp') });
    const event = await db.event.findFirstOrThrow({ where: { name: 'sso_update' }, orderBy: { id: 'desc' } });
    expect(event.changes).toEqual({
      encryptAssertion: { from: false, to: true },
      encryptionCertificate: { from: '', to: tab.encryptionCertificate?.fingerprint },
    });
    const signedIn = await member('encrypted');
    const { samlResponse } = posted(await answerRequest(slug, (await receive()).carried, signedIn));
    expect(samlResponse).toContain('<saml:EncryptedAssertion ');
    expect(samlResponse).not.toContain('<saml:Assertion ');
  });

  it('refuses what NameID could never be made of, by itself as well as while saving', async () => {
    await save();
    await deactivateSso(systemActor, { applicationId });
    await save({ settings: { nameIdSource: { kind: 'property', source: 'nope' } } });
    await expect(activateSso(systemActor, { applicationId })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'settings.nameIdSource.source',
    });
  });

  it('can still be saved when the template no longer has a placeholder that has a value', async () => {
    const placeholders = { SUBDOMAIN: 'acmeusw', GONE: 'x' };
    await db.application.update({ where: { id: applicationId }, data: { placeholders } });
    const tab = await getSsoTab(applicationId);
    expect(tab.placeholders).toEqual({ SUBDOMAIN: 'acmeusw' });
    expect(await updateSso(systemActor, { applicationId, version: tab.version })).toMatchObject({ problems: [] });
  });

  it('stays off after Deactivate SSO and save, until somebody activates it again', async () => {
    await save();
    expect((await save({ activation: 'deactivate' })).ssoStatus).toBe('inactive');
    expect((await save()).ssoStatus).toBe('inactive');
    expect((await save({ activation: 'activate' })).ssoStatus).toBe('active');
    await deactivateSso(systemActor, { applicationId });
    await activateSso(systemActor, { applicationId });
    expect((await getSsoTab(applicationId)).ssoStatus).toBe('active');
  });

  it('refuses the second of two administrators', async () => {
    const tab = await getSsoTab(applicationId);
    await save();
    await expect(save({ version: tab.version })).rejects.toMatchObject({
      code: 'stale_version',
      details: { version: 2 },
    });
  });
});

describe('metadata', () => {
  it('names the immutable address, both bindings and the certificate that certificate.pem holds', async () => {
    const provider = await getProvider(slug);
    const xml = metadataOf(provider);
    expect(xml).toContain('entityID="http://localhost:3000/saml2/egnyte"');
    expect(xml.match(/Location="http:\/\/localhost:3000\/saml2\/egnyte"/g)).toHaveLength(2);
    const der = new X509Certificate(provider.keys[0]?.certificate ?? '').raw.toString('base64');
    expect(xml).toContain(der);
  });
});

describe('signing in', () => {
  beforeEach(async () => {
    await save();
  });

  it('answers a request of a member at the registered ACS, RelayState unchanged, and records it', async () => {
    const ana = await member('ana');
    const { carried } = await receive({ id: '_r1' }, 'deep/link?a=1&b=ü');
    const answer = posted(await answerRequest(slug, carried, ana));
    expect(answer).toMatchObject({ acsUrl: acs, relayState: 'deep/link?a=1&b=ü' });
    expect(answer.samlResponse).toContain('InResponseTo="_r1"');
    expect(answer.samlResponse).toContain('>ana</saml:NameID>');
    expect(answer.samlResponse).toContain('<saml:Audience>https://acmeusw.egnyte.com</saml:Audience>');
    expect(answer.samlResponse).toContain('&lt;M&amp;&gt;');
    expect(await lastEvent()).toMatchObject({ outcome: 'success', actorName: 'ana', applicationLabel: 'Egnyte' });
    expect(await db.samlSession.findFirst()).toMatchObject({ sessionId: ana.sessionId, nameId: 'ana' });
  });

  it('signs with the key of this application, which verifies with its certificate', async () => {
    const answer = posted(await startSignIn(slug, await member('ana')));
    const provider = await getProvider(slug);
    const info = /<ds:SignedInfo.*<\/ds:SignedInfo>/.exec(answer.samlResponse)?.[0] ?? '';
    const value = /<ds:SignatureValue>([^<]*)</.exec(answer.samlResponse)?.[1] ?? '';
    const key = new X509Certificate(provider.keys[0]?.certificate ?? '').publicKey;
    expect(info).not.toBe('');
    // Canonical form of the element by itself: the namespace that it uses is declared on it.
    const canonical = info.replace('<ds:SignedInfo>', '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">');
    expect(verify('sha256', Buffer.from(canonical), key, Buffer.from(value, 'base64'))).toBe(true);
    expect(answer.samlResponse).not.toContain('InResponseTo');
  });

  it('sends the username typed for this one person', async () => {
    const ana = await member('ana');
    await setApplicationUsername(systemActor, { applicationId, userId: ana.userId, applicationUsername: 'amartinez' });
    expect(posted(await startSignIn(slug, ana)).samlResponse).toContain('>amartinez</saml:NameID>');
  });

  it('denies everybody whom nothing lets in, plainly, and writes the event', async () => {
    const ben = await person('ben');
    await expect(startSignIn(slug, ben)).rejects.toMatchObject({
      code: 'forbidden',
      message: /do not have access to Egnyte/,
    });
    const { carried } = await receive();
    await expect(answerRequest(slug, carried, ben)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await lastEvent()).toMatchObject({ outcome: 'error', code: 'forbidden', actorName: 'ben' });
    await assignUser(systemActor, { applicationId, userId: ben.userId });
    expect((await startSignIn(slug, ben)).kind).toBe('post');
  });

  it('denies a suspended person whose session is still alive', async () => {
    const ana = await member('ana');
    await db.user.update({ where: { id: ana.userId }, data: { status: 'suspended' } });
    await expect(startSignIn(slug, ana)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('goes on with a request that comes again, and refuses one that was answered', async () => {
    const ana = await member('ana');
    const { carried } = await receive({ id: '_again' });
    await receive({ id: '_again' });
    await answerRequest(slug, carried, ana);
    await expect(answerRequest(slug, carried, ana)).rejects.toMatchObject({ code: 'request_replayed' });
    await expect(receive({ id: '_again' })).rejects.toMatchObject({ code: 'request_replayed' });
    expect(await lastEvent()).toMatchObject({ outcome: 'error', code: 'request_replayed' });
    expect(await db.samlSession.count()).toBe(1);
  });

  it('answers a request once, however many go on with it at the same moment', async () => {
    const ana = await member('ana');
    const { carried } = await receive();
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => answerRequest(slug, carried, ana)));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect(await db.samlSession.count()).toBe(1);
  });

  it('refuses another service provider, a foreign ACS, and an application that is not active', async () => {
    await expect(receive({ issuer: 'https://acmeuse.egnyte.com' })).rejects.toMatchObject({ code: 'issuer_mismatch' });
    await expect(
      receive({ attributes: 'AssertionConsumerServiceURL="https://evil.example/acs"' }),
    ).rejects.toMatchObject({ code: 'acs_not_registered' });
    await deactivateSso(systemActor, { applicationId });
    await expect(receive()).rejects.toMatchObject({ code: 'not_active' });
    await expect(startSignIn(slug, await member('ana'))).rejects.toMatchObject({ code: 'not_active' });
  });

  it('asks for the password again under ForceAuthn, and not a third time', async () => {
    const ana = await member('ana');
    const { carried } = await receive({ attributes: 'ForceAuthn="true"' });
    const passwordGiven = (authenticatedAt: Date) =>
      db.session.update({ where: { id: ana.sessionId }, data: { authenticatedAt } });
    await passwordGiven(new Date(Date.now() - 60_000));
    expect(await answerRequest(slug, carried, ana)).toEqual({ kind: 'sign_in', prompt: true });
    await passwordGiven(new Date());
    expect((await answerRequest(slug, carried, ana)).kind).toBe('post');
  });

  it('answers IsPassive with NoPassive when nobody is signed in', async () => {
    const { carried } = await receive({ attributes: 'IsPassive="true"' });
    expect(posted(await answerRequest(slug, carried, undefined)).samlResponse).toContain('status:NoPassive');
  });

  it('requires a signature by the SP certificate where it is told to', async () => {
    const pair = await createSelfSigned({ commonName: 'sp', notBefore: new Date(), years: 1 });
    await save({ spCertificates: [pair.certificate], settings: { requireSignedRequests: true } });
    await expect(receive()).rejects.toMatchObject({ code: 'signature_required' });
    const signed = (key: string) => {
      const octets = `${redirectQuery(authnRequest())}&SigAlg=${encodeURIComponent('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')}`;
      const signature = sign('sha256', Buffer.from(octets), key).toString('base64');
      return `${octets}&Signature=${encodeURIComponent(signature)}`;
    };
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    await expect(
      receiveRequest(slug, { binding: 'HTTP-Redirect', rawQuery: signed(other.toString()) }, null),
    ).rejects.toMatchObject({ code: 'signature_invalid' });
    const { carried } = await receiveRequest(
      slug,
      { binding: 'HTTP-Redirect', rawQuery: signed(pair.privateKey) },
      null,
    );
    await answerRequest(slug, carried, await member('ana'));
    expect((await lastEvent())?.message).toContain('HTTP-Redirect, signed request');
  });

  it('sends people to the service provider where it alone may start', async () => {
    await save({ settings: { idpInitiated: false } });
    expect(await startSignIn(slug, await member('ana'))).toEqual({
      kind: 'redirect',
      url: 'https://acmeusw.egnyte.com',
    });
  });
});
