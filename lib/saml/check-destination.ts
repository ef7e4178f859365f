import { SamlError } from './error';
import type { MessageHead } from './read-head';

/**
 * Refuses a message that was meant for somebody else (SAML Bindings 3.4.5.2, 3.5.5.2): a Destination must be this
 * endpoint, and a signed message must have one.
 *
 * @param destination our endpoint, as in the metadata; compared octet by octet
 * @throws SamlError destination_mismatch, destination_missing
 */
export function checkDestination(
  request: Pick<MessageHead, 'destination'>,
  destination: string,
  signed: boolean,
): void {
  if (request.destination === undefined) {
    if (!signed) return;
    throw new SamlError('destination_missing', undefined, { hint: `Set the Destination to ${destination}.` });
  }
  if (request.destination !== destination) {
    throw new SamlError('destination_mismatch', `The message is meant for ${request.destination.slice(0, 300)}.`, {
      hint: `In the application, set the IdP URL to ${destination}.`,
    });
  }
}
