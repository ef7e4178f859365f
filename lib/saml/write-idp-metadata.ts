import { X509Certificate } from 'node:crypto';
import { composeIdpMetadata } from './samlify-metadata';
import { bindings } from './schema';
import { canonicalize } from './xml/canonicalize';
import { requireCarried } from './xml/escape';
import { parseXml } from './xml/parse';
import { metadataLimits } from './xml/scan';
import { xmlTime } from './xml/time';

/**
 * Writes the metadata of the IdP (SAML Metadata 2.4.3) for one application.
 *
 * @param ssoUrl takes both bindings
 * @param logoutUrl takes LogoutRequest and LogoutResponse of both bindings; absent where there is no single logout: an endpoint that does not
 *   answer is worse than none
 * @param certificates PEM; the current one first, then the next one while it is announced
 * @param cacheSeconds how long an SP may keep it; a day unless told otherwise
 * @throws SamlError value_not_encodable
 */
export function writeIdpMetadata({
  entityId,
  ssoUrl,
  logoutUrl,
  certificates,
  nameIdFormats,
  wantAuthnRequestsSigned,
  validUntil,
  cacheSeconds = 86_400,
}: {
  entityId: string;
  ssoUrl: string;
  logoutUrl?: string | undefined;
  certificates: readonly string[];
  nameIdFormats: readonly string[];
  wantAuthnRequestsSigned: boolean;
  validUntil?: Date | undefined;
  cacheSeconds?: number | undefined;
}): string {
  const composed = composeIdpMetadata({
    entityId: requireCarried(entityId, 'entityID'),
    services: inBothBindings(ssoUrl),
    logoutServices: logoutUrl === undefined ? [] : inBothBindings(logoutUrl),
    certificates: certificates.map((pem) => new X509Certificate(pem).raw.toString('base64')),
    nameIdFormats: nameIdFormats.map((format) => requireCarried(format, 'NameIDFormat')),
    wantAuthnRequestsSigned,
  });
  const until = validUntil ? ` validUntil="${xmlTime(validUntil)}"` : '';
  const valid = composed.replace('<EntityDescriptor', `$& cacheDuration="PT${cacheSeconds}S"${until}`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${canonicalize(parseXml(valid, metadataLimits, 'metadata'))}`;
}

function inBothBindings(url: string) {
  const location = requireCarried(url, 'Location');
  return [bindings.redirect, bindings.post].map((binding) => ({ binding, location }));
}
