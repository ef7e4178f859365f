import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSelfSigned } from '@/lib/crypto/certificate';
import { db } from '@/lib/db/client';
import { encryptedNameIdFormat, nameIdFormats } from '@/lib/saml/schema';
import { schemaComplaints } from '@/lib/saml/testing/schemas';
import type { SignedIn } from './ask';
import {
  ask,
  lastSignInEvent,
  responseIn,
  samlApplication,
  saveSso,
  signedInPerson,
  spEntityId,
  type TestApplication,
} from './testing/support';

let application: TestApplication;
let ana: SignedIn;
let ben: SignedIn;
beforeAll(async () => {
  application = await samlApplication();
  ana = await signedInPerson('ana', [application]);
  ben = await signedInPerson('ben.k', [application]);
});
beforeEach(() => setFormat(nameIdFormats.unspecified));

const setFormat = (nameIdFormat: (typeof nameIdFormats)[keyof typeof nameIdFormats]) =>
  saveSso(application.id, {
    settings: {
      nameIdFormat,
      nameIdSource: { kind: 'property', source: nameIdFormat === nameIdFormats.emailAddress ? 'email' : 'username' },
    },
  });

const named = (value: string, attributes = '') =>
  `<saml:Subject><saml:NameID ${attributes}>${value}</saml:NameID></saml:Subject>`;
const format = (urn: string) => `Format="${urn}"`;
const policy = (urn: string) => `<samlp:NameIDPolicy Format="${urn}"/>`;
const outcome = async (session: SignedIn | undefined, children: string, attributes = '') => {
  const response = responseIn(await ask(application, session, { children, attributes }));
  expect(schemaComplaints(response.xml)).toEqual([]);
  // Either an assertion or a refusal, never both.
  expect(response.assertions).toBe(response.statuses.includes('Success') ? 1 : 0);
  return response.statuses.join(' ');
};

describe('a request that names somebody else', () => {
  test('gets UnknownPrincipal and no assertion; the event tells whom it names, the service provider not who is there', async () => {
    const response = responseIn(await ask(application, ben, { children: named('ana') }));
    expect(response).toMatchObject({ statuses: ['Responder', 'UnknownPrincipal'], assertions: 0 });
    expect(response.xml).not.toContain('ben.k');
    expect(await lastSignInEvent()).toMatchObject({
      outcome: 'error',
      code: 'UnknownPrincipal',
      actorName: 'ben.k',
      message: expect.stringContaining('ana'),
    });
    expect(await db.samlSession.count({ where: { sessionId: ben.sessionId } })).toBe(0);
  });

  test.each([
    ['with IsPassive', 'IsPassive="true"'],
    ['with ForceAuthn, before a password is asked for in vain', 'ForceAuthn="true"'],
  ])('%s too', async (_how, attributes) => {
    expect(await outcome(ben, named('ana'), attributes)).toBe('Responder UnknownPrincipal');
  });

  test.each([
    ['in a format that NameID does not have', named('ana', format(nameIdFormats.emailAddress))],
    ['persistent, by the text of another format', named('ana', format(nameIdFormats.persistent))],
    ['by her address where her name goes out', named('ana@example.com')],
    ['in upper case', named('ANA')],
    ['as another identity provider knows her', named('ana', 'NameQualifier="https://other.example"')],
    ['as another service provider knows her', named('ana', 'SPNameQualifier="https://other.example"')],
    ['by an identifier of its own', named('ana', 'SPProvidedID="7"')],
    ['of nobody here', named('nobody')],
  ])('is one that names her %s', async (_how, children) => {
    expect(await outcome(ana, children)).toBe('Responder UnknownPrincipal');
  });
});

describe('a request that names the person who is there goes on', () => {
  test.each([
    ['without a format', named('ana')],
    ['unspecified', named(' ana ', format(nameIdFormats.unspecified))],
    [
      'with the qualifiers of both',
      (app: TestApplication) => named('ana', `NameQualifier="${app.idpEntityId}" SPNameQualifier="${spEntityId}"`),
    ],
    [
      'in another format, where the policy names ours',
      named('Ana@Example.com', format(nameIdFormats.emailAddress)) + policy(nameIdFormats.unspecified),
    ],
    [
      'unspecified by her address, where the policy names ours',
      named('ana@example.com') + policy(nameIdFormats.unspecified),
    ],
  ])('%s', async (_how, children) => {
    const written = typeof children === 'string' ? children : children(application);
    expect(await outcome(ana, written)).toBe('Success');
    expect(await outcome(ben, written)).toBe('Responder UnknownPrincipal');
  });

  test('by her persistent identifier, and nobody else by it', async () => {
    await setFormat(nameIdFormats.persistent);
    const { nameId } = responseIn(await ask(application, ana));
    const children = named(nameId?.value ?? '', format(nameIdFormats.persistent));
    const again = responseIn(await ask(application, ana, { children }));
    expect(again.nameId).toEqual(nameId);
    expect(await outcome(ben, children)).toBe('Responder UnknownPrincipal');
    expect(await outcome(ana, named(nameId?.value ?? ''))).toBe('Success');
    expect(await outcome(ana, named('ana'))).toBe('Responder UnknownPrincipal');
    expect(await outcome(ana, named('ana') + policy(nameIdFormats.persistent))).toBe('Success');
  });

  test('by the transient one of her session, which is then given again', async () => {
    await setFormat(nameIdFormats.transient);
    const { nameId } = responseIn(await ask(application, ana));
    const children = named(nameId?.value ?? '', format(nameIdFormats.transient));
    expect(responseIn(await ask(application, ana, { children })).nameId).toEqual(nameId);
    expect(await outcome(ben, children)).toBe('Responder UnknownPrincipal');
    expect(await outcome(ana, named('_made-up', format(nameIdFormats.transient)))).toBe('Responder UnknownPrincipal');
  });

  test('after her password, where ForceAuthn wants it', async () => {
    const answer = await ask(
      application,
      { ...ana, authenticatedAt: new Date(0) },
      { children: named('ana'), attributes: 'ForceAuthn="1"' },
    );
    expect(answer).toEqual({ kind: 'sign_in', prompt: true });
  });
});

describe('while nobody is signed in', () => {
  test('whoever is named is whom the sign-in page asks for, where it is a name to type', async () => {
    const hint = async (children: string) => ask(application, undefined, { children });
    expect(await hint(named('ana'))).toEqual({ kind: 'sign_in', prompt: false, identifier: 'ana' });
    expect(await hint(named('a@b', format(nameIdFormats.emailAddress)))).toMatchObject({ identifier: 'a@b' });
    expect(await hint(named('3fa', format(nameIdFormats.persistent)))).toEqual({ kind: 'sign_in', prompt: false });
    expect(await hint(named('a'.repeat(255)))).toEqual({ kind: 'sign_in', prompt: false });
  });

  test('IsPassive is refused with NoPassive, whoever is named', async () => {
    expect(await outcome(undefined, named('ana'), 'IsPassive="1"')).toBe('Responder NoPassive');
  });
});

describe('what is legal and not served is refused before anybody signs in', () => {
  test.each([
    [
      'a SubjectConfirmation',
      '<saml:Subject><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"/></saml:Subject>',
      'RequestUnsupported',
    ],
    [
      'a SubjectConfirmation beside the right name',
      named('ana').replace(
        '</saml:Subject>',
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"/></saml:Subject>',
      ),
      'RequestUnsupported',
    ],
    ['an EncryptedID', '<saml:Subject><saml:EncryptedID/></saml:Subject>', 'RequestUnsupported'],
    [
      'another audience',
      '<saml:Conditions><saml:AudienceRestriction><saml:Audience>urn:x</saml:Audience></saml:AudienceRestriction></saml:Conditions>',
      'RequestUnsupported',
    ],
    [
      'a restriction of passing on',
      '<saml:Conditions><saml:ProxyRestriction Count="0"/></saml:Conditions>',
      'RequestUnsupported',
    ],
    [
      'other identity providers',
      '<samlp:Scoping><samlp:IDPList><samlp:IDPEntry ProviderID="urn:x"/></samlp:IDPList></samlp:Scoping>',
      'NoSupportedIDP',
    ],
  ])('%s', async (_what, children, status) => {
    expect(await outcome(undefined, children)).toBe(`Requester ${status}`);
    expect(await outcome(ana, children)).toBe(`Requester ${status}`);
    expect(await lastSignInEvent()).toMatchObject({ outcome: 'error', code: status });
  });

  test('an encrypted NameID, even where the format is forced', async () => {
    await saveSso(application.id, { settings: { nameIdFormatForced: true } });
    expect(await outcome(ana, policy('urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted'))).toBe(
      'Requester InvalidNameIDPolicy',
    );
    expect(await outcome(ana, policy(nameIdFormats.transient))).toBe('Success');
    await saveSso(application.id, { settings: { nameIdFormatForced: false } });
  });

  test('an encrypted NameID, until there is a certificate to encrypt it to', async () => {
    const { certificate } = await createSelfSigned({ commonName: 'sp', notBefore: new Date(), years: 1 });
    await saveSso(application.id, { settings: { encryptionCertificate: certificate } });
    const answer = await ask(application, ana, { children: policy(encryptedNameIdFormat) });
    const { xml, statuses, nameId } = responseIn(answer);
    expect({ statuses, nameId }).toEqual({ statuses: ['Success'], nameId: undefined });
    expect(xml).toContain('<saml:EncryptedID>');
    // Whoever does not ask for it gets it as ever.
    expect(responseIn(await ask(application, ana)).nameId?.value).toBe('ana');
    await saveSso(application.id, { settings: { encryptionCertificate: '' } });
  });
});

describe('conditions that can be kept', () => {
  const conditions = async (attributes: string, inner = '') =>
    responseIn(await ask(application, ana, { children: `<saml:Conditions ${attributes}>${inner}</saml:Conditions>` }));
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

  test('make the assertion hold for less long, never for longer', async () => {
    const shorter = at(60);
    const { conditions: narrowed, xml } = await conditions(`NotBefore="${at(-10)}" NotOnOrAfter="${shorter}"`);
    expect(narrowed?.getAttribute('NotOnOrAfter')).toBe(`${shorter.slice(0, 19)}Z`);
    expect(xml).toContain(`SubjectConfirmationData InResponseTo=`);
    const wide = (await conditions(`NotBefore="${at(-9000)}" NotOnOrAfter="${at(9000)}"`)).conditions;
    expect(Date.parse(wide?.getAttribute('NotOnOrAfter') ?? '') - Date.now()).toBeLessThanOrEqual(300_000);
    expect(Date.now() - Date.parse(wide?.getAttribute('NotBefore') ?? '')).toBeLessThanOrEqual(302_000);
  });

  test('are refused where they leave no time', async () => {
    expect((await conditions(`NotOnOrAfter="${at(-1)}"`)).statuses).toEqual(['Requester', 'RequestDenied']);
    expect((await conditions(`NotBefore="${at(400)}"`)).statuses).toEqual(['Requester', 'RequestDenied']);
  });

  test('our own audience and OneTimeUse stand in the assertion', async () => {
    const audience = `<saml:AudienceRestriction><saml:Audience>urn:x</saml:Audience><saml:Audience>${spEntityId}</saml:Audience></saml:AudienceRestriction>`;
    const { xml, conditions: written } = await conditions('', `${audience}<saml:OneTimeUse/>`);
    expect(Array.from(written?.childNodes ?? []).map((node) => node.nodeName)).toEqual([
      'saml:AudienceRestriction',
      'saml:OneTimeUse',
    ]);
    expect(schemaComplaints(xml)).toEqual([]);
  });
});

test('a list of identity providers with us in it, however it is passed on, is answered', async () => {
  const list = `<samlp:IDPEntry ProviderID="urn:x"/><samlp:IDPEntry ProviderID="${application.idpEntityId}"/>`;
  expect(
    await outcome(ana, `<samlp:Scoping ProxyCount="0"><samlp:IDPList>${list}</samlp:IDPList></samlp:Scoping>`),
  ).toBe('Success');
});

test('with IsPassive, what is wrong with the person goes to the service provider, and nothing is shown', async () => {
  const carl = await signedInPerson('carl', []);
  expect(await outcome(carl, '', 'IsPassive="1"')).toBe('Responder RequestDenied');
  await db.user.update({ where: { id: ana.userId }, data: { jobTitle: null } });
  await saveSso(application.id, { settings: { nameIdSource: { kind: 'property', source: 'jobTitle' } } });
  expect(await outcome(ana, '', 'IsPassive="1"')).toBe('Responder RequestDenied');
  await expect(ask(application, ana)).rejects.toMatchObject({ code: 'name_id_unusable' });
});
