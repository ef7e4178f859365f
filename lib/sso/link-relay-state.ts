import { SamlError } from '@/lib/saml/error';
import { checkRelayState } from '@/lib/saml/relay-state';

/** In the address that a person comes back to after signing in: percent-encoded twice over, it could be too long for one. */
const carried = 'state';

/**
 * The RelayState that a link to the SSO IdP URL brings along, to begin at a certain place of the application. Opaque, and
 * bounded like every other.
 * @param query as it came over the wire
 * @throws SamlError `parameter_repeated`, `too_large`, `malformed_encoding`
 */
export function linkRelayState(query: string): string | undefined {
  const parameters = new URLSearchParams(query);
  const given = [
    ...parameters.getAll('RelayState'),
    ...parameters.getAll(carried).map((text) => Buffer.from(text, 'base64url').toString()),
  ];
  if (given.length > 1) throw new SamlError('parameter_repeated');
  return checkRelayState(given[0]) || undefined;
}

/** The path to begin with again after signing in. */
export function linkWithRelayState(path: string, relayState: string | undefined): string {
  return relayState === undefined ? path : `${path}?${carried}=${Buffer.from(relayState).toString('base64url')}`;
}
