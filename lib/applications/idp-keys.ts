import { randomUUID } from 'node:crypto';
import { createSelfSigned, type KeyPair, readCertificate } from '@/lib/crypto/certificate';
import { seal } from '@/lib/crypto/seal';

/** Validity of a generated signing certificate. */
const certificateYears = 3;

/** What an application's private key is sealed for. */
export function idpKeyContext(keyId: string): string {
  return `idp-key:${keyId}`;
}

/** A key pair for an application to sign with. Up to two seconds of arithmetic: not within a transaction. */
export function makeIdpKeyPair(displayLabel: string): Promise<KeyPair> {
  // In real time, whatever the demo clock says: service providers judge it. From yesterday on, for clocks that are behind.
  const notBefore = new Date(Date.now() - 24 * 60 * 60_000);
  return createSelfSigned({ commonName: displayLabel, notBefore, years: certificateYears });
}

/** A key pair as the row that it is kept in, the private key sealed. */
export function idpKeyRow({ certificate, privateKey }: KeyPair, state: 'current' | 'next') {
  const id = randomUUID();
  const { fingerprintSha256: fingerprint, notBefore, notAfter } = readCertificate(certificate);
  const privateKeySealed = seal(privateKey, idpKeyContext(id));
  return { id, state, certificate, privateKeySealed, fingerprint, notBefore, notAfter };
}
