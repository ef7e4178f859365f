import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { DOMParser, type Element } from '@xmldom/xmldom';
import { assignUser } from '@/lib/applications/assign-user';
import { createApplication } from '@/lib/applications/testing/create-application';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { answerRequest } from '../answer-request';
import type { Answer, SignedIn } from '../ask';
import { getSsoTab } from '../queries';
import { receiveRequest } from '../receive-request';
import type { SsoChanges, SsoValues } from '../schema';
import { type SavedSso, updateSso } from '../update-sso';

/** For tests: an application that speaks SAML, people who may use it, and the service provider's side of it. */
export const spEntityId = 'https://sp.example.com/metadata';
export const acsUrl = 'https://sp.example.com/acs';

export interface TestApplication {
  id: string;
  slug: string;
  idpEntityId: string;
}

/** An active custom application. */
export async function samlApplication(settings: Partial<SsoValues['settings']> = {}): Promise<TestApplication> {
  const displayLabel = `App ${randomBytes(4).toString('hex')}`;
  const { id, slug } = await createApplication(systemActor, { templateId: 'custom-saml', displayLabel });
  await saveSso(id, {
    settings: { spEntityId, acsUrls: [{ url: acsUrl, index: 0, isDefault: true }], ...settings },
    activation: 'activate',
  });
  return { id, slug, idpEntityId: `http://localhost:3000/saml2/${slug}` };
}

export async function saveSso(applicationId: string, changes: SsoChanges): Promise<SavedSso> {
  const { version } = await getSsoTab(applicationId);
  return updateSso(systemActor, { ...changes, applicationId, version });
}

/** A signed-in person who may use the applications. */
export async function signedInPerson(
  username: string,
  applications: readonly TestApplication[],
  sessionMinutes = 720,
): Promise<SignedIn> {
  const user = await db.user.create({
    data: { username, email: `${username}@example.com`, firstname: 'Ana', lastname: 'M', displayName: username },
  });
  for (const { id } of applications) await assignUser(systemActor, { applicationId: id, userId: user.id });
  return signInAgain({ userId: user.id, actor: { id: user.id, name: username, clientAddress: null } }, sessionMinutes);
}

/** A further session of a person. */
export async function signInAgain(
  { userId, actor }: Pick<SignedIn, 'userId' | 'actor'>,
  sessionMinutes = 720,
): Promise<SignedIn> {
  const at = new Date();
  const expiresAt = new Date(at.getTime() + sessionMinutes * 60_000);
  const session = await db.session.create({ data: { userId, authenticatedAt: at, lastSeenAt: at, expiresAt } });
  return { sessionId: session.id, userId, authenticatedAt: at, actor };
}

export interface RequestParts {
  id?: string;
  /** Raw markup. */
  attributes?: string;
  children?: string;
  relayState?: string;
  issueInstant?: Date;
}

/** The query of an unsigned AuthnRequest by redirect. */
export function requestQuery({ id, attributes, children, relayState, issueInstant = new Date() }: RequestParts = {}) {
  const xml =
    `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ` +
    `ID="${id ?? `_${randomBytes(8).toString('hex')}`}" Version="2.0" IssueInstant="${issueInstant.toISOString()}" ${attributes ?? ''}>` +
    `<saml:Issuer>${spEntityId}</saml:Issuer>${children ?? ''}</samlp:AuthnRequest>`;
  const query = new URLSearchParams({ SAMLRequest: deflateRawSync(xml).toString('base64') });
  if (relayState !== undefined) query.set('RelayState', relayState);
  return { xml, rawQuery: query.toString() };
}

/** Keeps a request and answers it. */
export async function ask(application: TestApplication, session: SignedIn | undefined, parts: RequestParts = {}) {
  const { rawQuery } = requestQuery(parts);
  const { carried } = await receiveRequest(application.slug, { binding: 'HTTP-Redirect', rawQuery }, null);
  return answerRequest(application.slug, carried, session);
}

/** A response as the service provider reads it. @throws Error where there is none */
export function responseIn(answer: Answer) {
  if (answer.kind !== 'post') throw new Error(`not a response: ${answer.kind}`);
  const root = new DOMParser().parseFromString(answer.samlResponse, 'text/xml').documentElement;
  const all = (name: string): Element[] => Array.from(root?.getElementsByTagNameNS('*', name) ?? []);
  const [nameId] = all('NameID');
  const [statement] = all('AuthnStatement');
  return {
    xml: answer.samlResponse,
    relayState: answer.relayState,
    statuses: all('StatusCode').map((code) => code.getAttribute('Value')?.split(':').at(-1)),
    assertions: all('Assertion').length,
    nameId: nameId && {
      value: nameId.textContent,
      format: nameId.getAttribute('Format')?.split(':').at(-1),
      nameQualifier: nameId.getAttribute('NameQualifier'),
      spNameQualifier: nameId.getAttribute('SPNameQualifier'),
    },
    sessionIndex: statement?.getAttribute('SessionIndex'),
    sessionNotOnOrAfter: statement?.getAttribute('SessionNotOnOrAfter'),
    conditions: all('Conditions')[0],
    attributes: all('Attribute').map((attribute) => ({
      name: attribute.getAttribute('Name'),
      nameFormat: attribute.getAttribute('NameFormat')?.split(':').at(-1),
      values: Array.from(attribute.childNodes).map((value) => value.textContent),
    })),
  };
}

export function lastSignInEvent() {
  return db.event.findFirst({ where: { name: 'sso_auth' }, orderBy: { id: 'desc' } });
}
