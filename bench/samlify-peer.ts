import { createSign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import samlify from 'samlify';

const binding = {
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
};
const sha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const spEntityId = 'https://acme.goskope.com';

export interface PeerInput {
  destination: string;
  certificate: string;
  privateKey: string;
  /** Name and value; samlify knows no attribute of several. */
  attributes: readonly (readonly [name: string, value: string])[];
}

/** What is left of a certificate in metadata. */
const bare = (pem: string) => pem.replace(/-----[A-Z ]+-----|\s/g, '');

/**
 * The two things that ours are measured with, as samlify does them: a signed response with these attributes, and a signed redirect. It is
 * spared the validation by a schema that it asks for, which somebody else would have to do.
 * @returns each as one call, tried once
 */
export async function samlifyPeer({ destination, certificate, privateKey, attributes }: PeerInput) {
  samlify.setSchemaValidator({ validate: () => Promise.resolve('not validated') });
  const idp = samlify.IdentityProvider({
    entityID: destination,
    signingCert: bare(certificate),
    privateKey,
    requestSignatureAlgorithm: sha256,
    wantAuthnRequestsSigned: true,
    nameIDFormat: ['urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'],
    singleSignOnService: [
      { Binding: binding.redirect, Location: destination },
      { Binding: binding.post, Location: destination },
    ],
    loginResponseTemplate: {
      context: samlify.SamlLib.defaultLoginResponseTemplate.context,
      attributes: attributes.map(([name]) => ({
        name,
        valueTag: name,
        nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
        valueXsiType: 'xs:string',
      })),
    },
  });
  const sp = samlify.ServiceProvider({
    entityID: spEntityId,
    signingCert: bare(certificate),
    authnRequestsSigned: true,
    wantAssertionsSigned: true,
    assertionConsumerService: [
      { Binding: binding.post, Location: 'https://acmeusw.egnyte.com/samlconsumer/AssertionConsumer' },
    ],
  });
  const values = Object.fromEntries(
    attributes.map(([name, value]) => [`attr${name[0]?.toUpperCase()}${name.slice(1)}`, value]),
  );
  const now = new Date();
  const later = new Date(now.getTime() + 300_000);
  const write = () =>
    idp.createLoginResponse(
      sp,
      { extract: { request: { id: '_request' } } },
      'post',
      { email: 'ana.martinez@acme.example' },
      {
        customTagReplacement: (template: string) => {
          const id = idp.entitySetting.generateID?.() ?? '_response';
          const context = samlify.SamlLib.replaceTagsByValue(template, {
            ...values,
            ID: id,
            AssertionID: `${id}a`,
            Destination: 'https://acmeusw.egnyte.com/samlconsumer/AssertionConsumer',
            Audience: spEntityId,
            SubjectRecipient: 'https://acmeusw.egnyte.com/samlconsumer/AssertionConsumer',
            Issuer: destination,
            IssueInstant: now.toISOString(),
            StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
            ConditionsNotBefore: now.toISOString(),
            ConditionsNotOnOrAfter: later.toISOString(),
            SubjectConfirmationDataNotOnOrAfter: later.toISOString(),
            NameIDFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
            NameID: 'ana.martinez',
            InResponseTo: '_request',
            AuthnStatement: '',
          });
          return { id, context };
        },
      },
    );
  const xml =
    '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ' +
    `ID="_request" Version="2.0" IssueInstant="${now.toISOString()}" Destination="${destination}"><saml:Issuer>${spEntityId}</saml:Issuer></samlp:AuthnRequest>`;
  const SAMLRequest = deflateRawSync(xml).toString('base64');
  const octetString = `SAMLRequest=${encodeURIComponent(SAMLRequest)}&SigAlg=${encodeURIComponent(sha256)}`;
  const Signature = createSign('RSA-SHA256').update(octetString).sign(privateKey, 'base64');
  const query = { SAMLRequest, SigAlg: sha256, Signature };
  const verify = () => idp.parseLoginRequest(sp, 'redirect', { query, octetString });
  const [written, verified] = [await write(), await verify()];
  if (!('context' in written) || verified.extract.issuer !== spEntityId)
    throw new Error('samlify did not do its part.');
  return { write, verify };
}
