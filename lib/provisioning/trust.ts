import { X509Certificate } from 'node:crypto';
import { AppError } from '@/lib/core/errors';
import type { HttpClient } from '@/lib/http/client';
import { outgoingHttpTrusting } from '@/lib/http/outgoing';
import { hostnameOf } from '@/lib/http/targets';
import type { Authentication } from '@/lib/scim/authentication';
import type { Trust } from '@/lib/scim/trust';

/** A certificate of an authority as a screen shows it. */
export interface ShownCertificate {
  subject: string;
  /** SHA-256 of the whole of it. */
  fingerprint: string;
  startsAt: Date;
  endsAt: Date;
}

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The client by which the server of a connection is asked: to its host as `trust` says, to others as usual. */
export function httpOf(baseUrl: string, { trust }: Pick<Authentication, 'trust'>): HttpClient {
  if (!trust) return outgoingHttpTrusting(undefined);
  const hostname = hostnameOf(new URL(baseUrl));
  return outgoingHttpTrusting(trust.kind === 'ca' ? { hostname, ca: trust.pem } : { hostname, pin: trust.sha256 });
}

/** The certificates of an own authority; none of what is pinned or public. */
export function certificatesOf(trust: Trust | undefined): ShownCertificate[] {
  if (trust?.kind !== 'ca') return [];
  return read(trust.pem).map((certificate) => ({
    subject: certificate.subject.split('\n').reverse().join(', '),
    fingerprint: certificate.fingerprint256,
    startsAt: new Date(certificate.validFrom),
    endsAt: new Date(certificate.validTo),
  }));
}

/** When the first of them ends; null: there are none. */
export function trustEndOf(trust: Trust | undefined): Date | null {
  const ends = certificatesOf(trust).map(({ endsAt }) => endsAt.getTime());
  return ends.length > 0 ? new Date(Math.min(...ends)) : null;
}

/**
 * Refuses what no server can be known by.
 * @throws AppError `invalid_input` at authentication.trust.pem: no certificates, none of an authority, or over
 */
export function assertTrust(trust: Trust | undefined): void {
  if (trust?.kind !== 'ca') return;
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(trust.pem)) {
    throw refused('There is a private key in it.', 'Paste the certificate alone, and keep the key to yourself.');
  }
  const certificates = readable(trust.pem);
  if (certificates.length === 0) {
    throw refused('There is no certificate in it.', 'Paste it in PEM: it begins with -----BEGIN CERTIFICATE-----.');
  }
  for (const certificate of certificates) {
    const [name] = certificate.subject.split('\n').reverse();
    // What a server has signed itself is its own authority.
    if (!certificate.ca && !certificate.checkIssued(certificate)) {
      throw refused(
        `${name} is no authority.`,
        'Paste the certificate that the server’s was issued by, or pin the server’s.',
      );
    }
    // As the handshake judges it, whatever the clock of a demo says.
    const endsAt = new Date(certificate.validTo);
    if (endsAt.getTime() < Date.now()) {
      throw refused(`${name} ended on ${endsAt.toISOString().slice(0, 10)}.`, 'Paste the one that replaced it.');
    }
  }
}

function readable(pem: string): X509Certificate[] {
  try {
    return read(pem);
  } catch {
    throw refused('A certificate in it cannot be read.', 'Copy it again, completely.');
  }
}

const read = (pem: string) => (pem.match(block) ?? []).map((text) => new X509Certificate(text));
const refused = (message: string, hint: string) =>
  new AppError('invalid_input', message, { hint, field: 'authentication.trust.pem' });
