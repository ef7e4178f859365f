import { X509Certificate } from 'node:crypto';
import { bindings, namespaces } from './schema';
import { element, textElement } from './xml/element';
import { xmlTime } from './xml/time';

/**
 * Writes the metadata of the IdP (SAML Metadata 2.4.3) for one application.
 *
 * @param ssoUrl takes both bindings
 * @param certificates PEM; the current one first, then the next one while it is announced
 * @param cacheSeconds how long an SP may keep it; a day unless told otherwise
 * @throws SamlError value_not_encodable
 */
export function writeIdpMetadata({
  entityId,
  ssoUrl,
  certificates,
  nameIdFormats,
  wantAuthnRequestsSigned,
  validUntil,
  cacheSeconds = 86_400,
}: {
  entityId: string;
  ssoUrl: string;
  certificates: readonly string[];
  nameIdFormats: readonly string[];
  wantAuthnRequestsSigned: boolean;
  validUntil?: Date | undefined;
  cacheSeconds?: number | undefined;
}): string {
  const descriptor = element(
    'md:IDPSSODescriptor',
    {
      WantAuthnRequestsSigned: String(wantAuthnRequestsSigned),
      protocolSupportEnumeration: namespaces.protocol,
    },
    certificates.map(writeKey).join('') +
      nameIdFormats.map((format) => textElement('md:NameIDFormat', {}, format)).join('') +
      [bindings.redirect, bindings.post]
        .map((binding) => element('md:SingleSignOnService', { Binding: binding, Location: ssoUrl }))
        .join(''),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(
    'md:EntityDescriptor',
    {
      'xmlns:md': namespaces.metadata,
      cacheDuration: `PT${cacheSeconds}S`,
      entityID: entityId,
      validUntil: validUntil && xmlTime(validUntil),
    },
    descriptor,
  )}`;
}

function writeKey(pem: string): string {
  const certificate = textElement('ds:X509Certificate', {}, new X509Certificate(pem).raw.toString('base64'));
  return element(
    'md:KeyDescriptor',
    { use: 'signing' },
    element('ds:KeyInfo', { 'xmlns:ds': namespaces.signature }, element('ds:X509Data', {}, certificate)),
  );
}
