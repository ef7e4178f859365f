import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AppError } from '@/lib/core/errors';
import { createSelfSigned, normalizeCertificate, readCertificate, readKeyPair } from './certificate';
import { encodeSelfSigned } from './self-signed-der';

const notBefore = new Date('2026-03-01T10:00:00Z');
const pair = await createSelfSigned({ commonName: 'Egnyte & Söhne, "US" <East>', notBefore, years: 3 });
const other = await createSelfSigned({ commonName: 'other', notBefore, years: 1 });
const body = pair.certificate.split('\n').slice(1, -2).join('');

function refusal(action: () => unknown): AppError {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('a self-signed certificate', () => {
  test('is RSA-2048, valid for the years asked for, and belongs to its key', () => {
    const certificate = new X509Certificate(pair.certificate);
    expect(certificate.checkPrivateKey(createPrivateKey(pair.privateKey))).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(readCertificate(pair.certificate)).toEqual({
      fingerprintSha256: certificate.fingerprint256,
      notBefore,
      notAfter: new Date('2029-03-01T10:00:00Z'),
      subject: 'CN=Egnyte & Söhne, "US" <East>',
    });
  });

  test('never repeats a serial number, and keeps a long name within the bound of X.509', async () => {
    const long = await createSelfSigned({ commonName: 'x'.repeat(200), notBefore, years: 1 });
    expect(readCertificate(long.certificate).subject).toBe(`CN=${'x'.repeat(64)}`);
    const serials = [pair, other, long].map((made) => new X509Certificate(made.certificate).serialNumber);
    expect(new Set(serials).size).toBe(3);
  });
});

test('a certificate that outlives 2049 keeps its date', async () => {
  const long = await createSelfSigned({ commonName: 'x', notBefore, years: 40 });
  expect(readCertificate(long.certificate).notAfter).toEqual(new Date('2066-03-01T10:00:00Z'));
});

describe('a pasted certificate', () => {
  test.each([
    ['as it is', pair.certificate],
    ['without BEGIN and END', body],
    ['on one line with BEGIN and END', `-----BEGIN CERTIFICATE-----${body}-----END CERTIFICATE-----`],
    ['with Windows line ends', pair.certificate.replaceAll('\n', '\r\n')],
    ['with line ends typed out', pair.certificate.replaceAll('\n', '\\n')],
    ['indented', pair.certificate.replaceAll('\n', '\n    ')],
    ['with text around it', `Certificate:\n    Data:\n        Version: 3\n${pair.certificate}\nthe end`],
  ])('%s becomes the same clean PEM', (_how, text) => {
    expect(normalizeCertificate(text)).toBe(pair.certificate);
  });

  test('that is a private key is refused, and the administrator is told that the key is exposed', () => {
    const error = refusal(() => normalizeCertificate(pair.privateKey, 'spCertificates.0'));
    expect(error).toMatchObject({ code: 'invalid_input', field: 'spCertificates.0' });
    expect(error.message).toContain('private key');
    expect(error.hint).toContain('exposed');
    const both = refusal(() => normalizeCertificate(pair.certificate + pair.privateKey));
    expect(both.message).toContain('private key');
  });

  test.each([
    ['nothing', ''],
    ['prose', 'please ask Ana for the certificate'],
    ['base64 of something else', Buffer.from('x'.repeat(400)).toString('base64')],
    ['a cut certificate', body.slice(0, 400)],
    ['a public key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
    ['two certificates', pair.certificate + other.certificate],
  ])('that is %s is refused at its field', (_what, text) => {
    expect(refusal(() => normalizeCertificate(text, 'cert'))).toMatchObject({ code: 'invalid_input', field: 'cert' });
  });
});

describe('an uploaded key pair', () => {
  const now = new Date('2026-06-01T00:00:00Z');
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  const pem = (der: Buffer) => `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
  const written = (key: ReturnType<typeof ec>['privateKey']) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const dates = { notBefore, notAfter: new Date('2029-03-01T10:00:00Z'), serialNumber: Buffer.from([1]) };
  const root = ec('prime256v1');
  const leaf = ec('prime256v1');
  const rootPem = pem(encodeSelfSigned({ commonName: 'root', ...dates, ...root, authority: true }));
  const leafPem = pem(
    encodeSelfSigned({
      commonName: 'leaf',
      ...dates,
      publicKey: leaf.publicKey,
      privateKey: root.privateKey,
      issuer: 'root',
    }),
  );

  test('may be EC and come with those who issued it, of which the first alone is kept', () => {
    const read = readKeyPair(`Bag Attributes\n${leafPem}${rootPem}`, written(leaf.privateKey), now);
    expect(new X509Certificate(read.certificate).subject).toBe('CN=leaf');
    const problem = refusal(() => readKeyPair(leafPem + pair.certificate, written(leaf.privateKey), now));
    expect(problem).toMatchObject({ code: 'invalid_input', field: 'certificate' });
    expect(problem.message).toContain('was not issued by');
    expect(refusal(() => readKeyPair(rootPem + leafPem, written(leaf.privateKey), now)).field).toBe('certificate');
  });

  test('is refused on another curve, and once its certificate has expired', () => {
    const k1 = ec('secp256k1');
    const certificate = pem(encodeSelfSigned({ commonName: 'k1', ...dates, ...k1 }));
    expect(refusal(() => readKeyPair(certificate, written(k1.privateKey), now)).field).toBe('privateKey');
    const late = new Date('2029-03-01T10:00:00Z');
    expect(refusal(() => readKeyPair(leafPem, written(leaf.privateKey), late)).message).toContain('expired');
  });

  test('comes out as clean PEM', () => {
    const pkcs1 = createPrivateKey(pair.privateKey).export({ type: 'pkcs1', format: 'pem' }).toString();
    expect(readKeyPair(body, pkcs1, now)).toEqual(pair);
  });

  test.each([
    ['of another certificate', other.privateKey, 'certificate'],
    ['that is not one', 'nonsense', 'privateKey'],
    [
      'under a passphrase',
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----',
      'privateKey',
    ],
  ])('with a key %s is refused at the right field', (_what, key, field) => {
    expect(refusal(() => readKeyPair(pair.certificate, key, now))).toMatchObject({ code: 'invalid_input', field });
  });
});
