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

/**
 * Checks an uploaded key pair: RSA of at least 2048 bits, unencrypted, and the two belonging together.
 *
 * @returns both as clean PEM, the key as PKCS#8
 * @throws AppError invalid_input, with the field `certificate` or `privateKey`
 */
export function readKeyPair(certificateText: string, privateKeyText: string): KeyPair {
  const certificate = normalizeCertificate(certificateText, 'certificate');
  const key = readPrivateKey(privateKeyText);
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    throw new AppError('invalid_input', 'The key must be RSA with at least 2048 bits.', { field: 'privateKey' });
  }
  if (!new X509Certificate(certificate).checkPrivateKey(key)) {
    throw new AppError('invalid_input', 'The certificate does not belong to this private key.', {
      field: 'certificate',
    });
  }
  return { certificate, privateKey: toPem('PRIVATE KEY', key.export({ type: 'pkcs8', format: 'der' })) };
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
