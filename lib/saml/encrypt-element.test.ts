import { SAML } from '@node-saml/node-saml';
import { beforeAll, describe, expect, test } from 'vitest';
import { createSelfSigned, type KeyPair } from '@/lib/crypto/certificate';
import type { Encryption } from './encrypt-element';
import { encryptionKey } from './encryption-key';
import { createSamlId } from './saml-id';
import { attributeNameFormats, authnContextClasses, encryptionAlgorithmSchema, nameIdFormats } from './schema';
import { createSigningKey, type SigningKey } from './signing-key';
import { schemaComplaints } from './testing/schemas';
import { decryptWithXmlsec, verifiesWithXmlsec, withoutXmlsec } from './testing/support';
import { type ResponseContent, writeResponse } from './write-response';
import { canonicalize } from './xml/canonicalize';
import { parseXml } from './xml/parse';

const now = new Date();
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
let idp: KeyPair;
let sp: KeyPair;
let stranger: KeyPair;
let key: SigningKey;
beforeAll(async () => {
  [idp, sp, stranger] = (await Promise.all(
    ['idp', 'sp', 'stranger'].map((commonName) => createSelfSigned({ commonName, notBefore: minutes(-60), years: 1 })),
  )) as [KeyPair, KeyPair, KeyPair];
  key = createSigningKey(idp.privateKey, idp.certificate);
});

function response(changes: Partial<ResponseContent> = {}): string {
  return writeResponse({
    ...{ responseId: createSamlId(), assertionId: createSamlId(), issuer: 'https://latchkey.example/idp' },
    ...{ destination: 'https://sp.example/acs', audience: 'https://sp.example' },
    nameId: { value: `o'neil&<ana>`, format: nameIdFormats.unspecified, spNameQualifier: 'https://sp.example' },
    attributes: [
      { name: 'groups', nameFormat: attributeNameFormats.basic, values: ['R&D', '漢字 🔑', 'x'.repeat(5000)] },
    ],
    ...{ issueInstant: now, notBefore: minutes(-5), notOnOrAfter: minutes(5), authnInstant: now },
    authnContextClass: authnContextClasses.password,
    ...{ sessionIndex: '_s', sessionNotOnOrAfter: minutes(60) },
    ...{ signAssertion: true, signResponse: false, signing: { key, algorithm: 'rsa-sha256' } },
    ...changes,
  });
}

/** What node-saml, which opens by a library of its own, makes of it. @throws when it refuses */
async function opened(xml: string, decryptionPvk = sp.privateKey) {
  const { profile } = await new SAML({
    ...{ idpCert: idp.certificate, issuer: 'https://sp.example', callbackUrl: 'https://sp.example/acs' },
    ...{ audience: 'https://sp.example', idpIssuer: 'https://latchkey.example/idp', decryptionPvk },
    ...{ wantAssertionsSigned: !xml.includes('<ds:Signature'), wantAuthnResponseSigned: xml.includes('<ds:Signature') },
  }).validatePostResponseAsync({ SAMLResponse: Buffer.from(xml).toString('base64') });
  return profile;
}

const encryption = (algorithm: Encryption['algorithm'] = 'aes256-gcm', certificate = sp.certificate): Encryption => ({
  key: encryptionKey(certificate),
  algorithm,
});
const limits = { maxCharacters: 1e6, maxElements: 1e4, maxDepth: 30, maxAttributes: 30, maxAllAttributes: 1e4 };

describe.each(encryptionAlgorithmSchema.options)('an assertion encrypted by %s', (algorithm) => {
  test('is opened by two others, whose signature holds; it is valid and canonical, and says nothing in plain text', async () => {
    for (const signed of [
      { signAssertion: true, signResponse: false },
      { signAssertion: false, signResponse: true },
    ]) {
      const xml = response({ ...signed, encryptAssertion: encryption(algorithm) });
      expect(schemaComplaints(xml)).toEqual([]);
      expect(canonicalize(parseXml(xml, limits))).toBe(xml);
      for (const word of ['saml:Assertion ', 'neil', 'NameID', 'groups']) expect(xml).not.toContain(word);
      expect(await opened(xml)).toMatchObject({
        nameID: `o'neil&<ana>`,
        attributes: { groups: ['R&D', '漢字 🔑', 'x'.repeat(5000)] },
      });
      if (withoutXmlsec) continue;
      const plain = decryptWithXmlsec(xml, sp.privateKey);
      expect(schemaComplaints(plain.replace(/<\/?saml:EncryptedAssertion[^>]*>/g, ''))).toEqual([]);
      if (signed.signAssertion) expect(verifiesWithXmlsec(plain, idp.certificate, 'Assertion')).toBe(true);
      else expect(verifiesWithXmlsec(xml, idp.certificate, 'Response')).toBe(true);
    }
  });

  test('is opened by nobody else', async () => {
    const xml = response({ encryptAssertion: encryption(algorithm) });
    await expect(opened(xml, stranger.privateKey)).rejects.toThrow();
  });
});

test('with GCM, one changed bit is noticed before anything is read', async () => {
  const xml = response({ encryptAssertion: encryption('aes128-gcm') });
  const last = xml.lastIndexOf('<xenc:CipherValue>') + '<xenc:CipherValue>'.length + 400;
  const changed = `${xml.slice(0, last)}${xml[last] === 'A' ? 'B' : 'A'}${xml.slice(last + 1)}`;
  await expect(opened(xml)).resolves.toMatchObject({ nameID: `o'neil&<ana>` });
  await expect(opened(changed)).rejects.toThrow();
});

test.skipIf(withoutXmlsec)(
  'an encrypted NameID stands in a signed assertion, and once it is opened says whole who it is',
  () => {
    const xml = response({ encryptNameId: encryption() });
    expect(schemaComplaints(xml)).toEqual([]);
    expect(xml).not.toContain('neil');
    expect(xml).toContain('<saml:Subject><saml:EncryptedID><xenc:EncryptedData ');
    expect(verifiesWithXmlsec(xml, idp.certificate, 'Assertion')).toBe(true);
    expect(decryptWithXmlsec(xml, sp.privateKey)).toContain(
      '<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified" SPNameQualifier="https://sp.example">o\'neil&amp;&lt;ana&gt;</saml:NameID>',
    );
  },
);

test('every message has a key of its own, and the same one is never written twice', () => {
  const values = [response, response].map((write) => write({ encryptAssertion: encryption(), assertionId: '_same' }));
  const ciphers = values.flatMap((xml) => xml.match(/<xenc:CipherValue>[^<]+/g) ?? []);
  expect(ciphers).toHaveLength(4);
  expect(new Set(ciphers.map((value) => value.slice(0, 60))).size).toBe(4);
});

test('a certificate without an RSA key is refused before anything is written', () => {
  expect(() => encryptionKey('no certificate')).toThrow(
    expect.objectContaining({ code: 'encryption_certificate_unusable' }),
  );
});
