import { type KeyObject, sign } from 'node:crypto';

/**
 * The DER encoding (ITU-T X.690) of the certificates made here: X.509 v3, signed by SHA-256, as a rule self-signed and RSA, for
 * signing only. The cryptography is node:crypto's; this is the form around it. (The certificate libraries on npm want a
 * global Reflect polyfill, or bring a cryptography of their own.)
 */
export interface CertificateTemplate {
  /** At most 64 characters (RFC 5280, ub-common-name). */
  commonName: string;
  /** Positive, at most 20 octets. */
  serialNumber: Buffer;
  notBefore: Date;
  notAfter: Date;
  publicKey: KeyObject;
  /** Signs it: RSA or EC. */
  privateKey: KeyObject;
  /** Whose `privateKey` it is, where somebody else issues the certificate. */
  issuer?: string;
  /** It may issue others. */
  authority?: boolean;
}

/** @returns the certificate as DER (RFC 5280, 4.1) */
export function encodeSelfSigned(template: CertificateTemplate): Buffer {
  const algorithm =
    template.privateKey.asymmetricKeyType === 'ec'
      ? sequence(oid('2a8648ce3d040302')) // ecdsa-with-SHA256
      : sequence(oid('2a864886f70d01010b'), tagged(0x05)); // sha256WithRSAEncryption, NULL
  const named = (name: string) => sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(name)))));
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.from([2]))), // version 3
    integer(template.serialNumber),
    algorithm,
    named(template.issuer ?? template.commonName),
    sequence(time(template.notBefore), time(template.notAfter)),
    named(template.commonName),
    template.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(
      0xa3,
      template.authority
        ? sequence(anAuthority, certificateSigningOnly)
        : sequence(notAnAuthority, digitalSignatureOnly),
    ),
  );
  return sequence(toBeSigned, algorithm, bitString(sign('sha256', toBeSigned, template.privateKey)));
}

const critical = tagged(0x01, Buffer.from([0xff]));
/** basicConstraints (RFC 5280, 4.2.1.9), empty: cA is false. */
const notAnAuthority = sequence(oid('551d13'), critical, tagged(0x04, sequence()));
const anAuthority = sequence(oid('551d13'), critical, tagged(0x04, sequence(critical)));
/** keyUsage (4.2.1.3): the sixth of nine bits, keyCertSign. */
const certificateSigningOnly = sequence(oid('551d0f'), critical, tagged(0x04, tagged(0x03, Buffer.from([2, 0x04]))));
/** keyUsage (4.2.1.3): the first of nine bits, the seven after it unused. */
const digitalSignatureOnly = sequence(oid('551d0f'), critical, tagged(0x04, tagged(0x03, Buffer.from([7, 0x80]))));

/** UTCTime through 2049, GeneralizedTime after (RFC 5280, 4.1.2.5); to the second, in UTC. */
function time(instant: Date): Buffer {
  const digits = instant.toISOString().replace(/[-:T]|\.\d+Z$/g, '');
  return instant.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : tagged(0x18, Buffer.from(`${digits}Z`));
}

/** A positive INTEGER: a leading zero keeps the first bit from being its sign. */
function integer(magnitude: Buffer): Buffer {
  return tagged(0x02, (magnitude[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), magnitude]) : magnitude);
}

function bitString(octets: Buffer): Buffer {
  return tagged(0x03, Buffer.from([0]), octets);
}

function oid(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...length(content.length)]), content]);
}

function length(octets: number): number[] {
  if (octets < 0x80) return [octets];
  return octets < 0x100 ? [0x81, octets] : [0x82, octets >> 8, octets & 0xff];
}
