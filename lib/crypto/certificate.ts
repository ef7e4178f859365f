import { createPrivateKey, type KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import { AppError } from '@/lib/core/errors';
import { generateRsa } from './generate-rsa';
import { encodeSelfSigned } from './self-signed-der';

/** A key pair of the IdP. `privateKey` is a secret: it is sealed before it is stored. */
export interface KeyPair {
  /** PEM, X.509. */
  certificate: string;
  /** PEM, PKCS#8. */
  privateKey: string;
}

/** What people compare and plan by. */
export interface CertificateFacts {
  /** Upper-case hexadecimal with colons, as every vendor shows it. */
  fingerprintSha256: string;
  notBefore: Date;
  notAfter: Date;
  /** One line, e.g. `CN=egnyte, O=Latchkey`. */
  subject: string;
}

/**
 * Makes an RSA-2048 key pair with a self-signed certificate (SHA-256).
 *
 * @param commonName at most 64 characters are kept (RFC 5280, ub-common-name)
 * @param notBefore start of validity; seconds are the finest that a certificate holds
 * @param years calendar years of validity
 */
export async function createSelfSigned({
  commonName,
  notBefore,
  years,
}: {
  commonName: string;
  notBefore: Date;
  years: number;
}): Promise<KeyPair> {
  const keys = await generateRsa();
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + years);
  const serialNumber = randomBytes(16);
  // Neither a leading zero octet nor a sign bit.
  serialNumber.writeUInt8((serialNumber.readUInt8(0) & 0x7f) | 0x40, 0);
  const certificate = encodeSelfSigned({
    commonName: [...commonName].slice(0, 64).join(''),
    serialNumber,
    notBefore,
    notAfter,
    ...keys,
  });
  return {
    certificate: toPem('CERTIFICATE', certificate),
    privateKey: toPem('PRIVATE KEY', keys.privateKey.export({ type: 'pkcs8', format: 'der' })),
  };
}

/**
 * Reads one certificate.
 *
 * @param text as {@link normalizeCertificate} takes it
 * @throws AppError invalid_input
 */
export function readCertificate(text: string, field = 'certificate'): CertificateFacts {
  const certificate = new X509Certificate(normalizeCertificate(text, field));
  return {
    fingerprintSha256: certificate.fingerprint256,
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    // OpenSSL prints one part per line and escapes what RFC 2253 would; people read it, nobody parses it.
    subject: certificate.subject.replaceAll('\n', ', ').replace(/\\(.)/g, '$1'),
  };
}

/**
 * Makes clean PEM of what people paste: with or without the BEGIN and END lines, on one line or many, with Windows line
 * ends, `\n` typed out, or text around it (as `openssl x509 -text` prints).
 *
 * @param field form field to name in the error
 * @throws AppError invalid_input for a private key pasted by mistake, several certificates, or anything unreadable
 */
export function normalizeCertificate(text: string, field = 'certificate'): string {
  if (/-----BEGIN[A-Z0-9 ]*PRIVATE KEY/.test(text)) {
    throw new AppError('invalid_input', 'This is a private key, not a certificate.', {
      hint: 'Treat that key as exposed and replace it. Paste the text that starts with -----BEGIN CERTIFICATE-----.',
      field,
    });
  }
  const plain = text.replaceAll('\\r', '').replaceAll('\\n', '\n');
  const blocks = [...plain.matchAll(/-----BEGIN ([A-Z0-9 ]*?)-----([^-]*)-----END [A-Z0-9 ]*-----/g)];
  const certificates = blocks.filter((block) => /^(X509 |TRUSTED )?CERTIFICATE$/.test(block[1] ?? ''));
  if (blocks.length > 0 && certificates.length === 0) {
    throw new AppError('invalid_input', `This is a ${blocks[0]?.[1]?.toLowerCase()}, not a certificate.`, { field });
  }
  if (certificates.length > 1) {
    throw new AppError('invalid_input', 'There is more than one certificate.', {
      hint: 'Enter the certificates one by one; leave out those of the issuing authorities.',
      field,
    });
  }
  const body = (certificates[0]?.[2] ?? plain).replace(/\s+/g, '');
  const der = /^[A-Za-z0-9+/]{40,}={0,2}$/.test(body) ? Buffer.from(body, 'base64') : undefined;
  const certificate = der && attempt(() => new X509Certificate(der));
  if (!certificate) {
    throw new AppError('invalid_input', 'This is not an X.509 certificate.', {
      hint: 'Paste the text that starts with -----BEGIN CERTIFICATE-----, or the base64 between its lines.',
      field,
    });
  }
  return toPem('CERTIFICATE', certificate.raw);
}

/** The longest chain that is read. */
const mostCertificates = 10;

/**
 * Checks an uploaded key pair: RSA of at least 2048 bits, or EC on P-256 or P-384; unencrypted, the two belonging together, and not
 * expired. Certificates of the issuing authorities may follow the first one: each has to have issued the one before it.
 *
 * @returns both as clean PEM, the key as PKCS#8; the certificate alone, because service providers trust it by itself
 * @throws AppError invalid_input, with the field `certificate` or `privateKey`
 */
export function readKeyPair(certificateText: string, privateKeyText: string, now: Date): KeyPair {
  const certificate = readChain(certificateText);
  const key = readPrivateKey(privateKeyText);
  if (!signsWell(key)) {
    throw new AppError('invalid_input', 'The key must be RSA with at least 2048 bits, or EC on P-256 or P-384.', {
      field: 'privateKey',
    });
  }
  if (!certificate.checkPrivateKey(key)) {
    throw new AppError('invalid_input', 'The certificate does not belong to this private key.', {
      field: 'certificate',
    });
  }
  if (new Date(certificate.validTo) <= now) {
    throw new AppError('invalid_input', `The certificate expired: it was valid until ${certificate.validTo}.`, {
      field: 'certificate',
    });
  }
  return {
    certificate: toPem('CERTIFICATE', certificate.raw),
    privateKey: toPem('PRIVATE KEY', key.export({ type: 'pkcs8', format: 'der' })),
  };
}

function signsWell(key: KeyObject): boolean {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return modulusLength >= 2048;
  return key.asymmetricKeyType === 'ec' && ['prime256v1', 'secp384r1'].includes(namedCurve);
}

/** The first certificate of a text, those behind it having issued one another. @throws AppError invalid_input */
function readChain(text: string): X509Certificate {
  const blocks = text.match(/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]*-----END [A-Z0-9 ]*-----/g) ?? [text];
  if (blocks.length > mostCertificates) {
    throw new AppError('invalid_input', `A chain has at most ${mostCertificates} certificates.`, {
      field: 'certificate',
    });
  }
  const chain = blocks.map((block) => new X509Certificate(normalizeCertificate(block, 'certificate')));
  for (const [position, issuer] of chain.slice(1).entries()) {
    const issued = chain[position];
    if (issued?.checkIssued(issuer) && issued.verify(issuer.publicKey)) continue;
    throw new AppError('invalid_input', `Certificate ${position + 1} was not issued by the one that follows it.`, {
      hint: 'The certificate of the key comes first, then that of whoever issued it, and so on.',
      field: 'certificate',
    });
  }
  return chain[0] ?? new X509Certificate(normalizeCertificate(text, 'certificate'));
}

function readPrivateKey(text: string): KeyObject {
  const field = 'privateKey';
  if (/ENCRYPTED/.test(text)) {
    throw new AppError('invalid_input', 'The private key is protected by a passphrase.', {
      hint: 'Remove it first: openssl pkcs8 -topk8 -nocrypt -in key.pem',
      field,
    });
  }
  const key = attempt(() => createPrivateKey(text.trim()));
  if (key) return key;
  throw new AppError('invalid_input', 'This is not a private key.', {
    hint: 'Paste the text that starts with -----BEGIN PRIVATE KEY-----.',
    field,
  });
}

function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
