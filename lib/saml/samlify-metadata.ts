import { createRequire } from 'node:module';
import type samlify from 'samlify';
import { z } from 'zod';

const load = createRequire(import.meta.url);
let loaded: typeof samlify | undefined;

/** Loaded when metadata are first read or written: it takes 9 MiB with all that it brings, and no sign-in needs it. */
function library(): typeof samlify {
  loaded ??= load('samlify') as typeof samlify;
  return loaded;
}

const text = z.string().nullish();
const texts = z
  .union([z.string(), z.array(z.string())])
  .nullish()
  .transform((found) => (found == null ? [] : [found].flat()));
const services = z
  .union([z.record(z.string(), z.string()), z.array(z.record(z.string(), z.string()))])
  .nullish()
  .transform((found) => (found == null ? [] : [found].flat()));
const flags = z.record(z.string(), z.string()).nullish();

const metadataSchema = z.object({
  entityId: text,
  flags,
  services,
  logoutServices: services,
  nameIdFormats: texts,
  keys: texts,
});
const keySchema = z.object({ use: text, certificates: texts });

/** What an identity provider says about itself; certificates as base64 of DER. */
export interface IdpDescription {
  entityId: string;
  services: readonly { binding: string; location: string }[];
  /** Where single logout is answered; empty: it is not. */
  logoutServices: readonly { binding: string; location: string }[];
  certificates: readonly string[];
  nameIdFormats: readonly string[];
  wantAuthnRequestsSigned: boolean;
}

/**
 * Composes IdP metadata (SAML Metadata 2.4.3): one EntityDescriptor, without validity, which samlify does not know.
 * Values are escaped by it, but characters that XML cannot carry go through: the caller refuses them.
 */
export function composeIdpMetadata(description: IdpDescription): string {
  const attributes = ({ binding, location }: { binding: string; location: string }) => ({
    Binding: binding,
    Location: location,
  });
  const services = description.services.map(attributes);
  const logout = description.logoutServices.map(attributes);
  return library()
    .IdPMetadata({
      entityID: description.entityId,
      signingCert: [...description.certificates],
      nameIDFormat: [...description.nameIdFormats],
      wantAuthnRequestsSigned: description.wantAuthnRequestsSigned,
      singleSignOnService: services,
      // Without logout services it warns on the console each time; those that it is given are not among the elements.
      singleLogoutService: logout.length > 0 ? logout : services,
      elementsOrder: [
        ...(['KeyDescriptor', ...(logout.length > 0 ? ['SingleLogoutService'] : [])] as const),
        ...(['NameIDFormat', 'SingleSignOnService'] as const),
      ],
    })
    .getMetadata();
}

/**
 * Of its readers, samlify's extractor is used. Its SPMetadata is not, because it loses certificates (two keys
 * without `use`, or one with and one without) and reads `AuthnRequestsSigned="1"` as false; so the fields are named here.
 *
 * @param xml must have been parsed strictly and canonicalized before: samlify's own parser is lenient
 */
export function extractSpMetadata(xml: string) {
  const sp = ['EntityDescriptor', 'SPSSODescriptor'];
  const found = metadataSchema.parse(
    library().Extractor.extract(xml, [
      { key: 'entityId', localPath: ['EntityDescriptor'], attributes: ['entityID'] },
      { key: 'flags', localPath: sp, attributes: ['WantAssertionsSigned', 'AuthnRequestsSigned'] },
      {
        key: 'services',
        localPath: [...sp, 'AssertionConsumerService'],
        attributes: ['Binding', 'Location', 'isDefault', 'index'],
      },
      {
        key: 'logoutServices',
        localPath: [...sp, 'SingleLogoutService'],
        attributes: ['Binding', 'Location', 'ResponseLocation'],
      },
      { key: 'nameIdFormats', localPath: [...sp, 'NameIDFormat'], attributes: [] },
      { key: 'keys', localPath: [...sp, 'KeyDescriptor'], attributes: [], context: true },
    ]),
  );
  return { ...found, keys: found.keys.map(extractKey) };
}

function extractKey(xml: string) {
  return keySchema.parse(
    library().Extractor.extract(xml, [
      { key: 'use', localPath: ['KeyDescriptor'], attributes: ['use'] },
      {
        key: 'certificates',
        localPath: ['KeyDescriptor', 'KeyInfo', 'X509Data', 'X509Certificate'],
        attributes: [],
      },
    ]),
  );
}
