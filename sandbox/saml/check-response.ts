import type { Tenant } from '../store/tenant';
import { checkAssertion, textOf } from './check-assertion';
import { checkSignatures } from './check-signatures';
import type { Checks } from './checks';
import { children, type OpenedResponse, openResponse } from './open-response';
import { addressesOf, isPending } from './service-provider';

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success';
const rememberedMs = 60 * 60_000;

/**
 * Asks everything of a response that can be asked before the account is looked for. Goes on after a check that failed
 * where the next can still say something: who sets an application up wants to see all that is wrong.
 *
 * @returns the request it says it answers; empty where the identity provider began
 */
export async function checkResponse(
  tenant: Tenant,
  origin: string,
  samlResponse: string,
  checks: Checks,
): Promise<string> {
  const { privateKey } = await tenant.keyPair();
  const opened = await openResponse(samlResponse, privateKey);
  const came = opened ? 'A Response' : 'SAMLResponse is not a base64-encoded SAML response';
  if (!checks.note('well-formed', opened !== undefined, 'A Response, in base64', came) || !opened) return '';
  const inResponseTo = opened.root.getAttribute('InResponseTo') ?? '';
  checkEnvelope(tenant, origin, checks, opened);
  // A refusal carries no assertion, and nothing more is wrong with it.
  if (!checkStatus(checks, opened)) return inResponseTo;
  if (!checks.note('one-assertion', opened.assertions === 1, '1', String(opened.assertions))) return inResponseTo;
  const { assertion, problem } = opened;
  const how = opened.encrypted ? 'Encrypted, and opened' : 'Not encrypted';
  const open = checks.note('decryption', assertion !== undefined, 'Readable with our key', problem ?? how);
  if (!open || !assertion) return inResponseTo;

  checkSignatures(checks, opened, tenant.profile.saml.idp(tenant.sso).certificate);
  const { acs, entityId } = addressesOf(tenant, origin);
  const { nameIdFormat, sloPath } = tenant.profile.saml;
  const wantsSessionIndex = sloPath !== undefined;
  checkAssertion(checks, assertion.element, { acs, audience: entityId, inResponseTo, nameIdFormat, wantsSessionIndex });
  checkReplay(tenant, checks, [opened.root, assertion.element]);
  return inResponseTo;
}

function checkEnvelope(tenant: Tenant, origin: string, checks: Checks, { root, assertion }: OpenedResponse): void {
  const { acs } = addressesOf(tenant, origin);
  const destination = root.getAttribute('Destination') ?? '';
  checks.note('destination', destination === acs, acs, destination);
  const answers = root.getAttribute('InResponseTo') ?? '';
  const isOurs = answers === '' || isPending(tenant, answers);
  const begun = 'None: begun at the identity provider, which is allowed';
  checks.note('in-response-to', isOurs, 'An open request of ours, or none', answers || begun);
  const issuers = [root, assertion?.element]
    .flatMap((element) => (element ? children(element, 'Issuer') : []))
    .map(textOf);
  const expected = tenant.profile.saml.idp(tenant.sso).entityId;
  // The response may leave it out, an assertion may not (SAML Core 2.3.3, 3.2.2).
  const isKnown = issuers.length > 0 && issuers.every((issuer) => issuer === expected);
  checks.note('issuer', isKnown, expected, [...new Set(issuers)].join(', '));
}

function checkStatus(checks: Checks, { root }: OpenedResponse): boolean {
  const codes = [
    ...children(root, 'Status', 'StatusCode'),
    ...children(root, 'Status', 'StatusCode', 'StatusCode'),
  ].map((element) => element.getAttribute('Value') ?? '');
  const message = children(root, 'Status', 'StatusMessage').map(textOf);
  return checks.note('status', codes[0] === success, success, [codes.join(' / '), ...message].join(': '));
}

/** Uses the ids up only where everything else is in order: what anybody can forge takes nothing away. */
function checkReplay({ usedAssertions }: Tenant, checks: Checks, elements: Element[]): void {
  const now = Date.now();
  for (const [known, until] of usedAssertions) if (until < now) usedAssertions.delete(known);
  const ids = elements.map((element) => element.getAttribute('ID') ?? '');
  const used = ids.filter((id) => usedAssertions.has(id));
  const came = used.length > 0 ? `${used.join(', ')} has been used before` : ids.join(', ');
  checks.note('replay', used.length === 0, 'Ids that are new here', came);
  if (!checks.failed) for (const id of ids) usedAssertions.set(id, now + rememberedMs);
}
