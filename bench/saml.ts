import { createSign, sign, verify, X509Certificate } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { createSelfSigned } from '@/lib/crypto/certificate';
import { encryptionKey } from '@/lib/saml/encryption-key';
import { receivePost } from '@/lib/saml/receive-post';
import { receiveRedirect } from '@/lib/saml/receive-redirect';
import { createSamlId } from '@/lib/saml/saml-id';
import { attributeNameFormats, authnContextClasses, nameIdFormats } from '@/lib/saml/schema';
import { signElement } from '@/lib/saml/sign-element';
import { createSigningKey } from '@/lib/saml/signing-key';
import { type ResponseContent, writeResponse } from '@/lib/saml/write-response';
import type { Comparison } from './measure';
import { samlifyPeer } from './samlify-peer';

const now = new Date();
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const destination = 'https://latchkey.example/saml2/egnyte';

/** Both against the RSA operation alone: nothing that signs or verifies can be faster than that. */
export async function samlComparisons(): Promise<Comparison[]> {
  const keys = await createSelfSigned({ commonName: 'bench', notBefore: minutes(-60), years: 1 });
  return [...writing(keys), receiving(keys), receivingPost(keys), ...(await samlify(keys))];
}

/** A library that many build on, beside the same limits: told, not judged. */
async function samlify(keys: { certificate: string; privateKey: string }): Promise<Comparison[]> {
  const { privateKey } = createSigningKey(keys.privateKey, keys.certificate);
  const { publicKey } = new X509Certificate(keys.certificate);
  const octets = Buffer.alloc(700, 'x');
  const signature = sign('sha256', octets, privateKey);
  const texts = attributes.map(({ name, values }) => [name, values.join(', ')] as const);
  const { write, verify: receive } = await samlifyPeer({ ...keys, destination, attributes: texts });
  const common = { calls: 40 };
  return [
    {
      ...common,
      key: 'saml.samlifyWrite',
      name: 'samlify: write a signed SAML response, 8 attributes',
      limitName: 'crypto.sign, RSA-2048',
      ours: write,
      limit: () => sign('sha256', octets, privateKey),
    },
    {
      ...common,
      key: 'saml.samlifyVerify',
      name: 'samlify: receive a signed redirect',
      limitName: 'crypto.verify, RSA-2048',
      ours: receive,
      limit: () => verify('sha256', octets, publicKey, signature),
    },
  ];
}

const attribute = (name: string, ...values: string[]) => ({ name, nameFormat: attributeNameFormats.basic, values });
const attributes = [
  attribute('email', 'ana.martinez@acme.example'),
  attribute('firstname', 'Ana'),
  attribute('lastname', 'Martínez'),
  attribute('title', 'Senior Software Engineer'),
  attribute('department', 'Engineering'),
  attribute('costCenter', 'CC-1100'),
  attribute('location', 'Denver'),
  attribute('groups', 'All Staff', 'Engineering'),
];

function writing(keys: { certificate: string; privateKey: string }): Comparison[] {
  const key = createSigningKey(keys.privateKey, keys.certificate);
  const content: ResponseContent = {
    responseId: createSamlId(),
    assertionId: createSamlId(),
    issuer: destination,
    destination: 'https://acmeusw.egnyte.com/samlconsumer/AssertionConsumer',
    inResponseTo: '_request',
    audience: 'https://acmeusw.egnyte.com',
    nameId: { value: 'ana.martinez', format: nameIdFormats.unspecified },
    attributes,
    issueInstant: now,
    notBefore: minutes(-5),
    notOnOrAfter: minutes(5),
    authnInstant: minutes(-30),
    authnContextClass: authnContextClasses.passwordProtectedTransport,
    sessionIndex: '_session',
    sessionNotOnOrAfter: minutes(480),
    signAssertion: true,
    signResponse: false,
    signing: { key, algorithm: 'rsa-sha256' },
  };
  // As many octets as a SignedInfo has.
  const octets = Buffer.alloc(700, 'x');
  const encryptAssertion = { key: encryptionKey(keys.certificate), algorithm: 'aes256-gcm' } as const;
  const common = { limitName: 'crypto.sign, RSA-2048', calls: 40, limit: () => sign('sha256', octets, key.privateKey) };
  return [
    {
      ...common,
      key: 'saml.write',
      name: 'Write a signed SAML response, 8 attributes',
      least: 0.9,
      ours: () => writeResponse(content),
    },
    {
      ...common,
      key: 'saml.writeEncrypted',
      name: 'The same, its assertion encrypted',
      ours: () => writeResponse({ ...content, encryptAssertion }),
    },
  ];
}

function receiving(keys: { certificate: string; privateKey: string }): Comparison {
  const xml =
    '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ' +
    'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_request" Version="2.0" ' +
    `IssueInstant="${now.toISOString()}" Destination="${destination}">` +
    '<saml:Issuer>https://acme.goskope.com</saml:Issuer></samlp:AuthnRequest>';
  const signed = [
    `SAMLRequest=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}`,
    'RelayState=home',
    `SigAlg=${encodeURIComponent('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')}`,
  ].join('&');
  const signature = createSign('RSA-SHA256').update(signed).sign(keys.privateKey);
  const rawQuery = `${signed}&Signature=${encodeURIComponent(signature.toString('base64'))}`;
  const expected = { destination, certificates: [keys.certificate], requireSigned: true, now };
  if (!receiveRedirect({ rawQuery, ...expected }).signed) throw new Error('The request of the benchmark is not valid.');
  const octets = Buffer.from(signed);
  const publicKey = new X509Certificate(keys.certificate).publicKey;
  return {
    key: 'saml.verify',
    least: 0.3,
    name: 'Receive a signed redirect: verify, inflate, parse, judge',
    limitName: 'crypto.verify, RSA-2048',
    calls: 400,
    ours: () => receiveRedirect({ rawQuery, ...expected }),
    limit: () => verify('sha256', octets, publicKey, signature),
  };
}

/** Signed inside: canonicalized, verified, and read anew from the octets that were signed. */
function receivingPost(keys: { certificate: string; privateKey: string }): Comparison {
  const key = createSigningKey(keys.privateKey, keys.certificate);
  const id = '_request';
  // Canonical: names of attributes in their order, namespaces first.
  const head =
    '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ' +
    `Destination="${destination}" ID="${id}" IssueInstant="${now.toISOString()}" Version="2.0">` +
    '<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://acme.goskope.com</saml:Issuer>';
  const xml = signElement({ id, head, tail: '</samlp:AuthnRequest>' }, { key, algorithm: 'rsa-sha256' });
  const samlRequest = Buffer.from(xml).toString('base64');
  const expected = { destination, certificates: [keys.certificate], requireSigned: true, now };
  if (!receivePost({ samlRequest, ...expected }).signed) throw new Error('The request of the benchmark is not valid.');
  const octets = Buffer.alloc(700, 'x');
  const signature = sign('sha256', octets, key.privateKey);
  const publicKey = new X509Certificate(keys.certificate).publicKey;
  return {
    key: 'saml.verifyPost',
    name: 'Receive a signed POST: parse, canonicalize, verify, parse anew, judge',
    limitName: 'crypto.verify, RSA-2048',
    calls: 200,
    ours: () => receivePost({ samlRequest, ...expected }),
    limit: () => verify('sha256', octets, publicKey, signature),
  };
}
