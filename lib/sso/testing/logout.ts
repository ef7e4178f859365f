import { inflateRawSync } from 'node:zlib';
import { DOMParser, type Element } from '@xmldom/xmldom';
import { createSelfSigned } from '@/lib/crypto/certificate';
import { logoutRequestXml, logoutResponseXml } from '@/lib/saml/testing/logout';
import { redirectQuery } from '@/lib/saml/testing/support';
import { startSignIn } from '../answer-request';
import type { SignedIn } from '../ask';
import type { LogoutStep } from '../logout/go-on';
import { responseIn, samlApplication, saveSso, spEntityId, type TestApplication } from './support';

/** For tests: service providers that take part in single logout. */
export const spKeys = await createSelfSigned({ commonName: 'sp', notBefore: new Date(), years: 1 });
export const logoutUrl = 'https://sp.example.com/slo';

/** An application that takes LogoutRequests, and signs its own. */
export async function logoutApplication(
  settings: Parameters<typeof samlApplication>[0] = {},
): Promise<TestApplication> {
  const application = await samlApplication({ logoutUrl, ...settings });
  await saveSso(application.id, { spCertificates: [spKeys.certificate] });
  return application;
}

/** Signs somebody in. @returns the SessionIndex */
export async function enter(application: TestApplication, session: SignedIn): Promise<string> {
  return responseIn(await startSignIn(application.slug, session)).sessionIndex ?? '';
}

let made = 0;
const newId = () => `_l${++made}-${Date.now()}`;
export const logoutAddress = ({ slug }: TestApplication) => `http://localhost:3000/saml2/${slug}/logout`;

interface Sent {
  id?: string;
  issuer?: string;
  relayState?: string;
  /** Who signs; null: nobody. */
  privateKey?: string | null;
}

/** The query of a LogoutRequest, signed unless told. */
export function logoutQuery(
  application: TestApplication,
  {
    id = newId(),
    issuer = spEntityId,
    relayState,
    privateKey = spKeys.privateKey,
    ...parts
  }: Sent & Parameters<typeof logoutRequestXml>[0] = {},
): string {
  const xml = logoutRequestXml({ id, issuer, destination: logoutAddress(application), ...parts });
  return query('SAMLRequest', xml, { relayState, privateKey });
}

/** The query of a LogoutResponse, signed unless told. */
export function logoutAnswer(
  application: TestApplication,
  { issuer = spEntityId, privateKey = spKeys.privateKey, ...parts }: Sent & Parameters<typeof logoutResponseXml>[0],
): string {
  const xml = logoutResponseXml({ id: newId(), issuer, destination: logoutAddress(application), ...parts });
  return query('SAMLResponse', xml, { privateKey });
}

function query(
  parameter: string,
  xml: string,
  { relayState, privateKey }: { relayState?: string | undefined; privateKey: string | null },
): string {
  return redirectQuery({
    ...{ xml, parameter },
    ...(relayState === undefined ? {} : { relayState }),
    ...(privateKey === null ? {} : { privateKey }),
  });
}

/** A logout message as a service provider reads it. @throws Error where the browser carries none */
export function messageIn(step: LogoutStep) {
  if (step.kind !== 'send') throw new Error('The logout is over.');
  const { outgoing } = step;
  const fields = new URL(outgoing.url).searchParams;
  const xml =
    outgoing.kind === 'post'
      ? outgoing.message
      : inflateRawSync(Buffer.from(fields.get('SAMLRequest') ?? fields.get('SAMLResponse') ?? '', 'base64')).toString();
  const root = new DOMParser().parseFromString(xml, 'text/xml').documentElement;
  const all = (name: string): Element[] => Array.from(root?.getElementsByTagNameNS('*', name) ?? []);
  return {
    xml,
    application: step.application,
    url: outgoing.url.split('?')[0],
    relayState: outgoing.kind === 'post' ? outgoing.relayState : (fields.get('RelayState') ?? undefined),
    kind: root?.localName,
    id: root?.getAttribute('ID') ?? '',
    inResponseTo: root?.getAttribute('InResponseTo'),
    nameId: all('NameID')[0]?.textContent,
    sessionIndexes: all('SessionIndex').map((index) => index.textContent),
    statuses: all('StatusCode').map((code) => code.getAttribute('Value')?.split(':').at(-1)),
  };
}
