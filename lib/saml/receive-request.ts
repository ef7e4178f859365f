import { checkDestination } from './check-destination';
import { checkTimeliness } from './check-timeliness';
import { SamlError } from './error';
import { type AuthnRequest, readAuthnRequest } from './read-authn-request';
import type { XmlElement } from './xml/tree';

/** What both bindings need to judge a request. */
export interface Expectations {
  /** URL of this endpoint, as in the metadata. */
  destination: string;
  /** SP certificates, PEM; several during a roll-over; may be empty. */
  certificates: readonly string[];
  requireSigned: boolean;
  now: Date;
  /** How far the clock of the service provider may be off, in milliseconds; 5 minutes unless told otherwise. */
  skewMs?: number | undefined;
}

const defaultSkewMs = 5 * 60_000;

/** A request that may be acted on once its issuer, its ACS and its ID (against replay) are checked by the caller. */
export interface ReceivedRequest {
  request: AuthnRequest;
  relayState?: string;
  /** True only when a configured certificate verified the signature. */
  signed: boolean;
  /** Sentences for the event log. */
  warnings: string[];
}

/**
 * Decides, before any cryptography, whether a signature is to be verified. One that nobody can verify counts as none
 * (with a warning), because SPs sign by default and administrators configure certificates later, or never.
 *
 * @throws SamlError signature_required, certificate_missing
 */
export function mustVerify(present: boolean, { certificates, requireSigned }: Expectations): boolean {
  if (requireSigned && certificates.length === 0) {
    throw new SamlError('certificate_missing', undefined, {
      hint: 'Upload the SP certificate on the SSO tab, or stop requiring signed requests.',
    });
  }
  if (requireSigned && !present) throw new SamlError('signature_required');
  return present && certificates.length > 0;
}

/**
 * Reads and judges the request in a root element, which must come from the verified octets when `signed`.
 *
 * @param ignoredSignature there was a signature, and no certificate to verify it with
 * @throws SamlError
 */
export function acceptRequest(
  root: XmlElement,
  expected: Expectations,
  {
    signed,
    ignoredSignature,
    relayState,
  }: { signed: boolean; ignoredSignature: boolean; relayState?: string | undefined },
): ReceivedRequest {
  const request = readAuthnRequest(root);
  checkDestination(request, expected.destination, signed);
  checkTimeliness(request, expected.now, expected.skewMs ?? defaultSkewMs);
  const warnings = ignoredSignature
    ? ['The request is signed, but no SP certificate is configured: it was treated as unsigned.']
    : [];
  return { request, signed, warnings, ...(relayState === undefined ? {} : { relayState }) };
}
