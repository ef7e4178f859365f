import { SamlError } from './error';
import { maxRelayStateBytes } from './schema';

/**
 * RelayState is opaque and goes back unchanged; it is only bounded, never interpreted, never a redirect target of ours.
 *
 * @throws SamlError too_large, malformed_encoding (NUL, which neither a form nor the database carries)
 */
export function checkRelayState(relayState: string | undefined): string | undefined {
  if (relayState?.includes('\0')) throw new SamlError('malformed_encoding', 'The RelayState holds a NUL character.');
  if (relayState !== undefined && Buffer.byteLength(relayState) > maxRelayStateBytes) {
    throw new SamlError('too_large', `The RelayState has more than ${maxRelayStateBytes} bytes.`);
  }
  return relayState;
}
