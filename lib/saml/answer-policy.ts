import type { AuthnRequest, RequestedAuthnContext } from './read-authn-request';
import {
  authnContextClasses,
  encryptedNameIdFormat,
  type NameIdFormat,
  nameIdFormats,
  type SignInMethod,
  type SsoSettings,
  statusCodes,
} from './schema';

/** The status of a response (SAML Core 3.2.2.1): a top-level code, a second-level one, a sentence. */
export interface SamlStatus {
  code: string;
  subcode?: string;
  message?: string;
}

export type PolicyAnswer =
  | { ok: true; nameIdFormat: NameIdFormat; encryptNameId: boolean; authnContextClass: string }
  | { ok: false; status: SamlStatus };

type PolicySettings = Pick<
  SsoSettings,
  | 'encryptNameId'
  | 'encryptionCertificate'
  | 'spEntityId'
  | 'nameIdFormat'
  | 'nameIdFormatForced'
  | 'authnContextClass'
  | 'secondFactorContextClass'
  | 'upstreamContextClass'
  | 'authnContextMapping'
  | 'ignoreRequestedAuthnContext'
>;

/**
 * Answers what a request asks about the identifier and the sign-in, or gives the status to refuse it with. The refusal
 * goes to the ACS as a SAML response.
 *
 * @param request absent when the IdP starts: then the settings decide alone
 * @param method how the person signed in
 */
export function answerPolicy(
  request: Pick<AuthnRequest, 'nameIdPolicy' | 'requestedAuthnContext'> | undefined,
  settings: PolicySettings,
  method: SignInMethod = 'password',
): PolicyAnswer {
  if (!nameIdPolicyHolds(request?.nameIdPolicy, settings)) {
    return refuse(statusCodes.invalidNameIdPolicy, `The NameID is given as ${settings.nameIdFormat} only.`);
  }
  const requested = settings.ignoreRequestedAuthnContext ? undefined : request?.requestedAuthnContext;
  const ours = classOf(method, settings);
  const authnContextClass = requested ? satisfyContext(requested, ours, method, settings) : ours;
  if (!authnContextClass) return refuse(statusCodes.noAuthnContext, `People sign in with ${ours}.`);
  const encryptNameId = settings.encryptNameId || request?.nameIdPolicy?.format === encryptedNameIdFormat;
  return { ok: true, nameIdFormat: settings.nameIdFormat, encryptNameId, authnContextClass };
}

/**
 * Honours IsPassive (SAML Core 3.4.1): the status to refuse with when the person would have to be asked for something.
 *
 * @param hasSession the person is signed in; ForceAuthn makes that count for nothing
 */
export function answerPassive(
  request: Pick<AuthnRequest, 'isPassive' | 'forceAuthn'>,
  hasSession: boolean,
): SamlStatus | undefined {
  if (!request.isPassive || (hasSession && !request.forceAuthn)) return undefined;
  return { code: statusCodes.responder, subcode: statusCodes.noPassive, message: 'The person would have to sign in.' };
}

function nameIdPolicyHolds(policy: AuthnRequest['nameIdPolicy'], settings: PolicySettings): boolean {
  // Affiliations (SAML Core 8.3.7) are not supported: the qualifier can only be the SP itself.
  if (policy?.spNameQualifier !== undefined && policy.spNameQualifier !== settings.spEntityId) return false;
  // Whoever wants it encrypted must not get it in plain text, whatever is forced.
  if (policy?.format === encryptedNameIdFormat) return settings.encryptionCertificate !== undefined;
  if (settings.nameIdFormatForced || policy?.format === undefined) return true;
  return policy.format === nameIdFormats.unspecified || policy.format === settings.nameIdFormat;
}

/** What is said of a sign-in where nobody asks for anything else. */
function classOf(method: SignInMethod, settings: PolicySettings): string {
  if (method === 'second_factor') return settings.secondFactorContextClass;
  return method === 'upstream' ? settings.upstreamContextClass : settings.authnContextClass;
}

// Weakest first. A password over TLS is also a password, and unspecified is what anything satisfies.
const passwords: readonly string[] = Object.values(authnContextClasses);

/**
 * Classes in the order of strength, ours the last that is reached. One that is none of a password stands above them, but what another
 * identity provider has seen is not known to be one.
 */
function ladderOf(ours: string, method: SignInMethod): readonly string[] {
  if (passwords.includes(ours)) return passwords;
  return method === 'upstream' ? [authnContextClasses.unspecified, ours] : [...passwords, ours];
}

/** The class to state, or undefined when the sign-in does not satisfy what was requested (SAML Core 3.3.2.2.1). */
function satisfyContext(
  requested: RequestedAuthnContext,
  ours: string,
  method: SignInMethod,
  { authnContextMapping }: PolicySettings,
): string | undefined {
  // A mapped class is as good as the sign-in, and better than nothing that is known.
  if (requested.comparison !== 'better') {
    const mapped = new Set(authnContextMapping.filter((row) => satisfies(method, row.satisfiedBy)).map(nameOf));
    const found = requested.classes.find((name) => mapped.has(name));
    if (found !== undefined) return found;
  }
  const ladder = ladderOf(ours, method);
  const reached = ladder.indexOf(ours);
  const known = requested.classes.map((name) => ladder.indexOf(name)).filter((rank) => rank >= 0);
  const within = known.filter((rank) => rank <= reached);
  switch (requested.comparison) {
    case 'exact':
      return ladder[Math.max(-1, ...within)];
    case 'minimum':
      return within.length > 0 ? ours : undefined;
    case 'better':
      // Better than all of those named, so a name that we do not know cannot be bettered.
      return known.length === requested.classes.length &&
        known.length > 0 &&
        requested.declarations.length === 0 &&
        known.every((rank) => rank < reached)
        ? ours
        : undefined;
    case 'maximum':
      return known.length > 0 ? ladder[Math.min(reached, Math.max(...known))] : undefined;
  }
}

/** A second factor comes on top of a password. */
function satisfies(method: SignInMethod, wanted: SignInMethod): boolean {
  return method === wanted || (method === 'second_factor' && wanted === 'password');
}

function nameOf(row: { requested: string }): string {
  return row.requested;
}

function refuse(subcode: string, message: string): PolicyAnswer {
  return { ok: false, status: { code: statusCodes.requester, subcode, message } };
}
