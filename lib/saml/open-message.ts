import { SamlError } from './error';
import type { XmlElement } from './xml/tree';

/** What both bindings need to judge a message. */
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

/** A message as it may be read: when it is `signed`, its root comes from the octets that were verified. */
export interface OpenedMessage {
  root: XmlElement;
  /** True only when a configured certificate verified the signature. */
  signed: boolean;
  /** There was a signature, and no certificate to verify it with. */
  ignoredSignature: boolean;
  relayState: string | undefined;
}

/** How far the clock of the service provider may be off. */
export function skewOf({ skewMs }: Expectations): number {
  return skewMs ?? defaultSkewMs;
}

const defaultSkewMs = 5 * 60_000;

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

/** What an administrator should know of how a message came: sentences for the event log. */
export function warningsOf({ ignoredSignature }: OpenedMessage): string[] {
  return ignoredSignature
    ? ['The request is signed, but no SP certificate is configured: it was treated as unsigned.']
    : [];
}
