import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { sealBytes, unsealBytes } from '@/lib/crypto/seal';
import { SamlError } from '@/lib/saml/error';
import type { AuthnRequest } from '@/lib/saml/read-authn-request';
import { maxRequestSkewMinutes } from '@/lib/saml/schema';
import type { Provider } from './provider';

/** A verified AuthnRequest on its way to its answer. */
export interface CarriedRequest {
  request: Omit<AuthnRequest, 'issueInstant'>;
  binding: 'HTTP-Redirect' | 'HTTP-POST';
  signed: boolean;
  warnings: string[];
  /** Goes back with the answer, unchanged. */
  relayState?: string;
  /** Real time, in milliseconds. */
  receivedAtMs: number;
  /** Who sent it. */
  clientAddress: string | null;
}

/** How long a person has for signing in, in milliseconds; longer than replays could be in time. */
const patienceMs = 30 * 60_000;

/**
 * How long the ID of a request has to be known after its answer, in milliseconds: the request can come in again for as long
 * as it is timely, whatever the application says of that by then, and what was received then is carried for as long as a person has.
 */
export const rememberedMs = 2 * maxRequestSkewMinutes * 60_000 + patienceMs;

/**
 * Characters of the address: with what the browser sends along, among it the address that it comes from, it stays below
 * what servers and proxies take. A RelayState of 3 KiB fits whatever is in it, text of 4 KiB mostly.
 */
const maxCharacters = 5_500;
const maxBytes = 65_536;

const form = /^v1\.[\w-]+$/;
const context = (applicationId: string) => `authn-request:${applicationId}`;

/**
 * A request as it stands in the address that its sender goes on at. Nothing is stored of what nobody has answered: whoever
 * sends requests by the thousand takes nobody else's place. Sealed, so that it is ours and is this application's.
 * @throws SamlError `too_large`
 */
export function carryRequest(applicationId: string, carried: CarriedRequest): string {
  const sealed = sealBytes(deflateRawSync(JSON.stringify(carried)), context(applicationId));
  if (sealed.length <= maxCharacters) return sealed;
  throw new SamlError('too_large', 'The request and its RelayState hold more than can be carried through a sign-in.', {
    hint: 'Let the application send a shorter RelayState: 80 bytes are what the standard allows.',
  });
}

/** @throws SamlError `parameter_missing` for what is none of ours, `request_expired` */
export function openCarried({ application }: Provider, sealed: string): CarriedRequest {
  const carried = unpack(application.id, sealed);
  if (!carried) throw new SamlError('parameter_missing', 'This link is incomplete.');
  if (Date.now() - carried.receivedAtMs <= patienceMs) return carried;
  throw new SamlError('request_expired', 'This sign-in was started too long ago.', {
    hint: `Go back to ${application.displayLabel} and sign in again.`,
  });
}

function unpack(applicationId: string, sealed: string): CarriedRequest | undefined {
  if (sealed.length > maxCharacters || !form.test(sealed)) return undefined;
  try {
    const bytes = unsealBytes(sealed, context(applicationId));
    return JSON.parse(inflateRawSync(bytes, { maxOutputLength: maxBytes }).toString('utf8')) as CarriedRequest;
  } catch {
    return undefined;
  }
}
