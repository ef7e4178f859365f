import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { isUuid } from '@/lib/core/ids';
import { sealBytes, unsealBytes } from '@/lib/crypto/seal';
import { SamlError } from '@/lib/saml/error';
import type { LogoutRequest } from '@/lib/saml/read-logout-request';

/** A verified LogoutRequest on its way to being carried out. */
export interface CarriedLogout {
  request: Pick<LogoutRequest, 'id' | 'nameId' | 'sessionIndexes'>;
  binding: 'HTTP-Redirect' | 'HTTP-POST';
  signed: boolean;
  relayState: string | undefined;
  /** Real time, in milliseconds. */
  receivedAtMs: number;
}

/** For how long a browser has for coming back after a POST, in milliseconds. */
const patienceMs = 5 * 60_000;
const maxCharacters = 5_500;
const maxBytes = 65_536;
const requestContext = (applicationId: string) => `logout-request:${applicationId}`;
const logoutContext = 'logout';

/** A LogoutRequest as it stands in the address that the browser goes on at, sealed: it is this application's. @throws SamlError `too_large` */
export function carryLogout(applicationId: string, carried: CarriedLogout): string {
  const sealed = sealBytes(deflateRawSync(JSON.stringify(carried)), requestContext(applicationId));
  if (sealed.length <= maxCharacters) return sealed;
  throw new SamlError('too_large', 'The LogoutRequest and its RelayState hold more than can be carried.');
}

/** @throws SamlError `parameter_missing` for what is none of ours, `request_expired` */
export function openCarriedLogout(applicationId: string, sealed: string): CarriedLogout {
  const opened = open(sealed, requestContext(applicationId));
  const text = opened && inflate(opened);
  if (!text) throw new SamlError('parameter_missing', 'This link is incomplete.');
  const carried = JSON.parse(text) as CarriedLogout;
  if (Date.now() - carried.receivedAtMs <= patienceMs) return carried;
  throw new SamlError('request_expired', 'This sign-out was started too long ago.');
}

/** Which logout an address goes on with, or tells of: sealed, so that nobody makes one up. */
export function sealLogout(id: string): string {
  return sealBytes(Buffer.from(id.replaceAll('-', ''), 'hex'), logoutContext);
}

/** Path of this origin at which a browser goes on with a logout, below the addresses of any application of it. */
export function pathToGoOn(slug: string, logoutId: string): string {
  return `/saml2/${slug}/logout?go=${sealLogout(logoutId)}`;
}

/** @returns undefined for what is none of ours */
export function openLogout(sealed: string): string | undefined {
  const hex = open(sealed, logoutContext)?.toString('hex') ?? '';
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return isUuid(id) ? id : undefined;
}

function open(sealed: string, context: string): Buffer | undefined {
  if (sealed.length > maxCharacters || !/^v1\.[\w-]+$/.test(sealed)) return undefined;
  try {
    return unsealBytes(sealed, context);
  } catch {
    return undefined;
  }
}

function inflate(bytes: Buffer): string | undefined {
  try {
    return inflateRawSync(bytes, { maxOutputLength: maxBytes }).toString('utf8');
  } catch {
    return undefined;
  }
}
