import { X509Certificate } from 'node:crypto';
import { SamlError } from './error';
import { extractSpMetadata } from './samlify-metadata';
import { type AcsUrl, bindings, isWebUrl, namespaces } from './schema';
import { canonicalize } from './xml/canonicalize';
import { childElements, parseXml } from './xml/parse';
import { metadataLimits } from './xml/scan';

/** What a service provider says about itself; a proposal for its settings, which an administrator reviews. */
export interface SpMetadata {
  entityId: string;
  /** Those with the HTTP-POST binding; the default one marked. */
  acsUrls: AcsUrl[];
  /** Signing certificates, PEM. */
  certificates: string[];
  /** Undefined when the metadata does not say. */
  wantAssertionsSigned: boolean | undefined;
  authnRequestsSigned: boolean | undefined;
  nameIdFormats: string[];
}

/**
 * Reads SP metadata (SAML Metadata 2.4.4), at most 1 MiB. Its signature, if any, is not verified: an administrator chose
 * the file, or the https address, and reviews what comes out.
 *
 * @throws SamlError too_large, malformed_xml, invalid_metadata
 */
export function readSpMetadata(xml: string): SpMetadata {
  const root = parseXml(xml.replace(/^\uFEFF/, '').trim(), metadataLimits, 'remove');
  if (root.namespaceURI !== namespaces.metadata || root.localName !== 'EntityDescriptor') {
    throw invalid(
      'It is not the metadata of one entity.',
      'Use a document whose root is EntityDescriptor; out of a federation file, take the part of this application.',
    );
  }
  const descriptors = childElements(root).filter((child) => child.localName === 'SPSSODescriptor');
  if (descriptors.length !== 1) {
    throw invalid('It does not describe one service provider.', 'Ask the application for its own (SP) metadata.');
  }
  // Canonical text leaves nothing for a lenient parser to read in its own way.
  const found = extractSpMetadata(canonicalize(root));
  if (!found.entityId || found.entityId.length > 1024) throw invalid('Its entity ID is missing or too long.');
  return {
    entityId: found.entityId,
    acsUrls: readAcsUrls(found.services),
    certificates: found.keys
      .filter((key) => key.use == null || key.use === 'signing')
      .flatMap((key) => key.certificates.map(readCertificate))
      .filter((pem, position, all) => all.indexOf(pem) === position),
    wantAssertionsSigned: readFlag(found.flags?.wantAssertionsSigned),
    authnRequestsSigned: readFlag(found.flags?.authnRequestsSigned),
    nameIdFormats: found.nameIdFormats.map((format) => format.trim()).filter((format) => format !== ''),
  };
}

function readAcsUrls(services: readonly Record<string, string>[]): AcsUrl[] {
  const posts = services.filter((service) => service.binding === bindings.post);
  if (posts.length === 0) throw invalid('It has no assertion consumer service with the HTTP-POST binding.');
  // SAML Metadata 2.2.3: the one marked as default; else the first that is not marked as no default; else the first.
  const chosen = posts.find((s) => readFlag(s.isDefault)) ?? posts.find((s) => s.isDefault === undefined) ?? posts[0];
  const used = new Set(posts.map((service) => service.index));
  let free = 0;
  return posts.map((service) => {
    const url = service.location ?? '';
    if (!isWebUrl(url)) throw invalid(`"${url.slice(0, 300)}" is not an address that a response can be sent to.`);
    // Some vendors leave the index out, though the schema wants it.
    while (service.index === undefined && used.has(String(free))) free += 1;
    const index = service.index === undefined ? free++ : Number(service.index);
    if (!Number.isInteger(index) || index < 0 || index > 65_535) throw invalid(`The index of ${url} is not a number.`);
    return { url, index, isDefault: service === chosen };
  });
}

function readCertificate(base64: string): string {
  const body = base64.replace(/\s+/g, '');
  try {
    return new X509Certificate(Buffer.from(body, 'base64')).toString();
  } catch (cause) {
    throw new SamlError('invalid_metadata', 'A certificate in it cannot be read.', { cause });
  }
}

function readFlag(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text === 'true' || text === '1';
}

function invalid(message: string, hint?: string): SamlError {
  return new SamlError('invalid_metadata', message, hint === undefined ? {} : { hint });
}
