import { createHash, randomBytes, sign } from 'node:crypto';
import { makeKeyPair } from '../store/keys';

const assertionNs = 'urn:oasis:names:tc:SAML:2.0:assertion';
const protocolNs = 'urn:oasis:names:tc:SAML:2.0:protocol';
const dsNs = 'http://www.w3.org/2000/09/xmldsig#';
const excC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#';

export interface ResponseOptions {
  acs: string;
  audience: string;
  nameId: string;
  inResponseTo?: string;
  destination?: string;
  recipient?: string;
  issuer?: string;
  /** Minutes from now until the assertion ends; negative for an old one. */
  validForMinutes?: number;
  attributes?: Record<string, string>;
  unsigned?: boolean;
  /** Signed with RSA and SHA-1, digest and all. */
  sha1?: boolean;
  /** Changes what stands below the assertion's Issuer, before it is signed. */
  edit?: (body: string) => string;
  /** Changes the assertion as it was signed: what somebody does on the way, or who encrypts it. */
  carry?: (assertion: string) => string;
  /** Changes the response around it. */
  envelope?: (xml: string) => string;
}

/**
 * An identity provider small enough to be read at a glance. It writes XML that is canonical already (exclusive C14N:
 * namespaces first, attributes in order, no empty tags), so that a digest over the text is a digest over the element.
 */
export async function testIdentityProvider(entityId = 'https://idp.example/saml2/egnyte') {
  const keys = await makeKeyPair('Test IdP');

  function signature(id: string, element: string, sha1 = false): string {
    const hash = sha1 ? 'sha1' : 'sha256';
    const digest = createHash(hash).update(element).digest('base64');
    const algorithm = (name: string, uri: string) => `<ds:${name} Algorithm="${uri}"></ds:${name}>`;
    const signedInfo =
      `<ds:SignedInfo xmlns:ds="${dsNs}">${algorithm('CanonicalizationMethod', excC14n)}` +
      `${algorithm('SignatureMethod', sha1 ? `${dsNs}rsa-sha1` : 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')}<ds:Reference URI="#${id}">` +
      `<ds:Transforms>${algorithm('Transform', `${dsNs}enveloped-signature`)}${algorithm('Transform', excC14n)}</ds:Transforms>` +
      `${algorithm('DigestMethod', sha1 ? `${dsNs}sha1` : 'http://www.w3.org/2001/04/xmlenc#sha256')}<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;
    const value = sign(hash, Buffer.from(signedInfo), keys.privateKey).toString('base64');
    return `<ds:Signature xmlns:ds="${dsNs}">${signedInfo}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`;
  }

  function response(options: ResponseOptions): string {
    const now = new Date().toISOString();
    const until = new Date(Date.now() + (options.validForMinutes ?? 5) * 60_000).toISOString();
    const from = new Date(Date.now() - 60 * 60_000).toISOString();
    const id = `_${randomBytes(12).toString('hex')}`;
    const answers = options.inResponseTo === undefined ? '' : ` InResponseTo="${options.inResponseTo}"`;
    const issuer = options.issuer ?? entityId;
    const head = `<saml:Assertion xmlns:saml="${assertionNs}" ID="${id}" IssueInstant="${now}" Version="2.0"><saml:Issuer>${issuer}</saml:Issuer>`;
    const attributes = Object.entries(options.attributes ?? {}).map(
      ([name, value]) =>
        `<saml:Attribute Name="${name}"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`,
    );
    const same = (text: string) => text;
    const body = (options.edit ?? same)(
      `<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">${options.nameId}</saml:NameID>` +
        `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData${answers} NotOnOrAfter="${until}" Recipient="${options.recipient ?? options.acs}"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>` +
        `<saml:Conditions NotBefore="${from}" NotOnOrAfter="${until}"><saml:AudienceRestriction><saml:Audience>${options.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
        `<saml:AuthnStatement AuthnInstant="${now}" SessionIndex="s-1"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
        (attributes.length === 0 ? '' : `<saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement>`) +
        '</saml:Assertion>',
    );
    const signed = head + (options.unsigned ? '' : signature(id, head + body, options.sha1)) + body;
    const assertion = (options.carry ?? same)(signed);
    const xml = `<samlp:Response xmlns:samlp="${protocolNs}" ID="_r${id}" Version="2.0" IssueInstant="${now}" Destination="${options.destination ?? options.acs}"${answers}><saml:Issuer xmlns:saml="${assertionNs}">${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${assertion}</samlp:Response>`;
    return Buffer.from((options.envelope ?? same)(xml)).toString('base64');
  }

  return { entityId, certificate: keys.certificate, privateKey: keys.privateKey, response };
}
