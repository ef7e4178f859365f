import { checkDestination } from './check-destination';
import { checkTimeliness } from './check-timeliness';
import { type Expectations, type OpenedMessage, skewOf, warningsOf } from './open-message';
import { type AuthnRequest, readAuthnRequest } from './read-authn-request';

/** A request that may be acted on once its issuer, its ACS and its ID (against replay) are checked by the caller. */
export interface ReceivedRequest {
  request: AuthnRequest;
  relayState?: string;
  /** True only when a configured certificate verified the signature. */
  signed: boolean;
  /** Sentences for the event log. */
  warnings: string[];
}

/** Reads and judges the request in a message that was opened. @throws SamlError */
export function acceptRequest(opened: OpenedMessage, expected: Expectations): ReceivedRequest {
  const { root, signed, relayState } = opened;
  const request = readAuthnRequest(root);
  checkDestination(request, expected.destination, signed);
  checkTimeliness(request, expected.now, skewOf(expected));
  return { request, signed, warnings: warningsOf(opened), ...(relayState === undefined ? {} : { relayState }) };
}
