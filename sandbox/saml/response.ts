import type { Profile as SamlProfile } from '@node-saml/node-saml';
import { DOMParser } from '@xmldom/xmldom';
import { type Account, isObject, text } from '../store/records';
import type { Tenant } from '../store/tenant';
import { addressesOf, clockSkewMs, samlOf, ssoReady } from './service-provider';

/** Who came in, and with what; shown on the protected page. */
export interface SignedIn {
  account: Account;
  nameId: string;
  nameIdFormat: string;
  sessionIndex: string | undefined;
  attributes: Record<string, unknown>;
  issuer: string;
  initiatedBy: 'sp' | 'idp';
}

export interface Refused {
  /** What the application tells the person. */
  refusal: string;
  /** What its administrator needs to know. */
  detail: string;
}

const rejected = 'The response of your identity provider was not accepted.';

/**
 * Validates a SAML response that was posted to the ACS (SAML Profiles section 4.1.4.3) and finds the account.
 * The library checks signature, time, audience and InResponseTo. It lets a wrong Issuer, Destination and Recipient and
 * a second use of the same assertion pass: those are checked here.
 */
export async function receiveResponse(
  tenant: Tenant,
  origin: string,
  samlResponse: string,
): Promise<SignedIn | Refused> {
  if (!ssoReady(tenant)) {
    return { refusal: 'Single sign-on is not enabled.', detail: 'The single sign-on settings are off or incomplete.' };
  }
  const envelope = readEnvelope(samlResponse);
  if (!envelope) return { refusal: rejected, detail: 'SAMLResponse is not a base64-encoded SAML response.' };
  const addresses = addressesOf(tenant, origin);
  if (envelope.destination !== '' && envelope.destination !== addresses.acs) {
    return refuse(`Destination is ${envelope.destination}, expected ${addresses.acs}`);
  }
  const unsolicited = envelope.inResponseTo === '';
  let profile: SamlProfile;
  try {
    const saml = await samlOf(tenant, origin, { unsolicited });
    const result = await saml.validatePostResponseAsync({ SAMLResponse: samlResponse });
    if (!result.profile) return refuse('The identity provider could not sign the person in without asking (NoPassive)');
    profile = result.profile;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const problem = checkAssertion(tenant, addresses.acs, profile, envelope.inResponseTo);
  if (problem !== undefined) return refuse(problem);

  const found = tenant.profile.saml.match(profile.nameID, tenant.store, tenant.sso);
  if ('refusal' in found) return found;
  if (found.data.active === false) {
    return { refusal: 'Your account is inactive.', detail: `${text(found.data.userName)} has been deactivated.` };
  }
  return {
    account: found,
    nameId: profile.nameID,
    nameIdFormat: profile.nameIDFormat ?? '',
    sessionIndex: profile.sessionIndex,
    attributes: isObject(profile.attributes) ? profile.attributes : {},
    issuer: profile.issuer,
    initiatedBy: unsolicited ? 'idp' : 'sp',
  };
}

function refuse(detail: string): Refused {
  return { refusal: rejected, detail };
}

function checkAssertion(tenant: Tenant, acs: string, profile: SamlProfile, inResponseTo: string): string | undefined {
  const expected = tenant.profile.saml.idp(tenant.sso).entityId;
  if (profile.issuer !== expected) return `Issuer is ${profile.issuer}, expected ${expected}`;
  if (!profile.nameID) return 'The assertion has no NameID';
  const parsed = new DOMParser().parseFromString(profile.getAssertionXml?.() ?? '', 'text/xml').documentElement;
  const confirmations = [...(parsed?.getElementsByTagNameNS('*', 'SubjectConfirmation') ?? [])].filter(
    (element) => element.getAttribute('Method') === 'urn:oasis:names:tc:SAML:2.0:cm:bearer',
  );
  const problems = confirmations.map((confirmation) => {
    const data = confirmation.getElementsByTagNameNS('*', 'SubjectConfirmationData')[0];
    const recipient = data?.getAttribute('Recipient') ?? '';
    const until = Date.parse(data?.getAttribute('NotOnOrAfter') ?? '');
    const answers = data?.getAttribute('InResponseTo') ?? '';
    if (recipient !== acs) return `Recipient is ${recipient || 'missing'}, expected ${acs}`;
    if (!(until + clockSkewMs > Date.now())) return 'The subject confirmation has expired';
    // Also stops a response whose unsigned envelope lost its InResponseTo on the way.
    if (answers !== inResponseTo) return `The assertion answers request "${answers}", the response "${inResponseTo}"`;
    return undefined;
  });
  if (problems.length === 0) return 'The assertion has no bearer subject confirmation';
  if (!problems.includes(undefined)) return problems[0];
  return checkReplay(tenant, parsed?.getAttribute('ID') ?? '');
}

function checkReplay({ usedAssertions }: Tenant, id: string): string | undefined {
  const now = Date.now();
  for (const [known, until] of usedAssertions) if (until < now) usedAssertions.delete(known);
  if (usedAssertions.has(id)) return `Assertion ${id} has been used before`;
  usedAssertions.set(id, now + 60 * 60_000);
  return undefined;
}

function readEnvelope(samlResponse: string): { inResponseTo: string; destination: string } | undefined {
  try {
    const xml = Buffer.from(samlResponse, 'base64').toString('utf8');
    const root = new DOMParser({ onError: () => undefined }).parseFromString(xml, 'text/xml').documentElement;
    if (root?.localName !== 'Response') return undefined;
    return {
      inResponseTo: root.getAttribute('InResponseTo') ?? '',
      destination: root.getAttribute('Destination') ?? '',
    };
  } catch {
    return undefined;
  }
}
