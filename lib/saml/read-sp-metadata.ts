import { X509Certificate } from 'node:crypto';
import { canEncryptTo } from './encryption-key';
import { SamlError } from './error';
import { type RequestedAttribute, readRequestedAttributes } from './read-requested-attributes';
import { extractSpMetadata } from './samlify-metadata';
import {
  type AcsUrl,
  bindings,
  entityIdSchema,
  isWebUrl,
  type LogoutBinding,
  logoutBindings,
  maxAcsUrls,
  namespaces,
} from './schema';
import { verificationKeys } from './verification-keys';
import { hasSignature, verifyXmlSignature } from './verify-xml-signature';
import { canonicalize } from './xml/canonicalize';
import { parseXml } from './xml/parse';
import { metadataLimits } from './xml/scan';
import { readXmlTime, xmlTime } from './xml/time';
import { childElements, type XmlElement } from './xml/tree';

/** What a service provider says about itself; a proposal for its settings, which an administrator reviews. */
export interface SpMetadata {
  entityId: string;
  /** Those with the HTTP-POST binding; the default one marked. */
  acsUrls: AcsUrl[];
  /** Signing certificates, PEM. */
  certificates: string[];
  /** What may be encrypted to, PEM; undefined where there is none. One without `use` serves for both (SAML Metadata 2.4.1.1). */
  encryptionCertificate: string | undefined;
  /** Undefined when the metadata does not say. */
  wantAssertionsSigned: boolean | undefined;
  authnRequestsSigned: boolean | undefined;
  nameIdFormats: string[];
  /** Where it takes logout messages, by one of the bindings that are spoken here; undefined where it does not. */
  logout?: SpLogout | undefined;
  /** What it wants to be told of people. */
  requestedAttributes?: RequestedAttribute[] | undefined;
  /** Until when it holds, and for how many seconds it may be kept (SAML Metadata 2.3.1); undefined when it does not say. */
  validUntil?: Date | undefined;
  cacheSeconds?: number | undefined;
}

/** Single logout at a service provider (SAML Metadata 2.4.2). */
export interface SpLogout {
  url: string;
  /** Where responses go, where that is another address. */
  responseUrl: string | undefined;
  binding: LogoutBinding;
}

const serviceNames = ['AssertionConsumerService', 'SingleLogoutService'];

/** Of all bindings; the most that any vendor is known to list is some dozens. */
const maxServices = 500;

export interface MetadataChoice {
  now: Date;
  /** Which entity is meant, where the document describes several. */
  entityId?: string | undefined;
  /** PEM: the document has to be signed with one of their keys, and only what is signed is read. None: a signature is not asked for. */
  signedWith?: readonly string[] | undefined;
}

/** The document describes several service providers, and nobody said which one is meant. */
export class SeveralEntitiesError extends SamlError {
  constructor(readonly entityIds: readonly string[]) {
    super('invalid_metadata', `It describes ${entityIds.length} service providers.`, {
      hint: 'Choose the one that this application is.',
    });
  }
}

/**
 * Reads SP metadata (SAML Metadata 2.4.4), at most 1 MiB: of one entity, or out of an EntitiesDescriptor. Its signature, if
 * any, is verified where it is said whose it has to be: the one of the root, over all of it (SAML Metadata 3.1).
 *
 * @throws SeveralEntitiesError where an entity has to be chosen
 * @throws SamlError too_large, malformed_xml, invalid_metadata; with `signedWith`: signature_required, signature_malformed,
 * algorithm_not_allowed, signature_invalid, certificate_unusable
 */
export function readSpMetadata(xml: string, choice: MetadataChoice): SpMetadata {
  const root = readRoot(xml, choice.signedWith ?? []);
  const entity = chooseEntity(root, choice.entityId);
  const role = chooseRole(entity);
  const holders = [...entity.ancestors, entity.element, role];
  const ends = holders.flatMap((holder) => requireValid(holder, choice.now) ?? []);
  const kept = holders.flatMap((holder) => readDuration(holder.getAttribute('cacheDuration')) ?? []);
  const requestedAttributes = readRequestedAttributes(role);
  prune(entity.element, role);
  refuseMany(role);
  // Canonical text leaves nothing for a lenient parser to read in its own way.
  const found = extractSpMetadata(canonicalize(entity.element));
  return {
    entityId: requireEntityId(found.entityId),
    acsUrls: readAcsUrls(found.services),
    certificates: certificatesFor(found.keys, 'signing'),
    encryptionCertificate: certificatesFor(found.keys, 'encryption').find(canEncryptTo),
    wantAssertionsSigned: readFlag(found.flags?.wantAssertionsSigned),
    authnRequestsSigned: readFlag(found.flags?.authnRequestsSigned),
    nameIdFormats: found.nameIdFormats.map((format) => format.trim()).filter((format) => format !== ''),
    logout: readLogout(found.logoutServices),
    requestedAttributes,
    // Of what is around it, the shortest counts.
    validUntil: ends.length > 0 ? new Date(Math.min(...ends.map((end) => end.getTime()))) : undefined,
    cacheSeconds: kept.length > 0 ? Math.min(...kept) : undefined,
  };
}

function readRoot(xml: string, signedWith: readonly string[]): XmlElement {
  const root = parseXml(xml.replace(/^\uFEFF/, '').trim(), metadataLimits, 'metadata');
  if (signedWith.length === 0) return root;
  if (!hasSignature(root)) {
    throw new SamlError('signature_required', 'The metadata is not signed, and it has to be.', {
      hint: 'Ask the application for signed metadata, or take away the certificate that it has to be signed with.',
    });
  }
  return parseXml(verifyXmlSignature(root, verificationKeys(signedWith)), metadataLimits, 'metadata');
}

/** An xs:duration in seconds, a month as 30 days; undefined for what is none. */
function readDuration(text: string | null): number | undefined {
  const parts = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$/.exec(
    text?.trim() ?? '',
  );
  if (!parts || /[PT]$/.test(parts[0])) return undefined;
  const units = [365 * 86_400, 30 * 86_400, 86_400, 3_600, 60, 1];
  const seconds = units.reduce((sum, unit, position) => sum + unit * Number(parts[position + 1] ?? 0), 0);
  return Number.isSafeInteger(seconds) ? seconds : undefined;
}

function certificatesFor(keys: ReturnType<typeof extractSpMetadata>['keys'], use: 'signing' | 'encryption'): string[] {
  const certificates = keys
    .filter((key) => key.use == null || key.use === use)
    .flatMap((key) => key.certificates.map(readCertificate));
  return [...new Set(certificates)];
}

interface Entity {
  element: XmlElement;
  /** The EntitiesDescriptors around it: their validity is its own, too. */
  ancestors: XmlElement[];
}

function* entitiesIn(element: XmlElement, ancestors: XmlElement[] = []): Generator<Entity> {
  if (isMetadata(element, 'EntityDescriptor')) yield { element, ancestors };
  if (!isMetadata(element, 'EntitiesDescriptor')) return;
  for (const child of childElements(element)) yield* entitiesIn(child, [...ancestors, element]);
}

function chooseEntity(root: XmlElement, entityId: string | undefined): Entity {
  const all = [...entitiesIn(root)];
  if (all.length === 0) throw invalid('It is not SAML metadata.', 'Its root must be an EntityDescriptor.');
  const providers = all.filter(({ element }) => spRoles(element).length > 0);
  if (providers.length === 0) {
    throw invalid('It does not describe a service provider.', 'Ask the application for its own (SP) metadata.');
  }
  const idOf = ({ element }: Entity) => element.getAttribute('entityID') ?? '';
  const chosen = entityId === undefined ? providers : providers.filter((entity) => idOf(entity) === entityId);
  const [entity, ...others] = chosen;
  if (!entity) throw invalid(`It does not describe ${entityId?.slice(0, 300)}.`);
  if (others.length === 0) return entity;
  if (entityId === undefined) throw new SeveralEntitiesError([...new Set(providers.map(idOf))].sort());
  throw invalid(`It describes ${entityId.slice(0, 300)} more than once.`);
}

function spRoles(entity: XmlElement): XmlElement[] {
  return childElements(entity).filter((child) => isMetadata(child, 'SPSSODescriptor'));
}

/** The role that speaks SAML 2.0: one for SAML 1.1 may stand beside it (SAML Metadata 2.4.1). */
function chooseRole({ element }: Entity): XmlElement {
  const speaks = spRoles(element).filter((role) => {
    const protocols = role.getAttribute('protocolSupportEnumeration');
    return protocols === null || protocols.split(/\s+/).includes(namespaces.protocol);
  });
  const [role, ...others] = speaks;
  if (!role) throw invalid('Its service provider does not speak SAML 2.0.');
  if (others.length > 0) throw invalid('It describes its service provider more than once for SAML 2.0.');
  return role;
}

function requireValid(holder: XmlElement, now: Date): Date | undefined {
  const text = holder.getAttribute('validUntil');
  if (text === null) return undefined;
  const until = readXmlTime(text.trim());
  if (!until) throw invalid(`Its validUntil "${text.slice(0, 60)}" is not a time.`);
  if (until.getTime() > now.getTime()) return until;
  throw invalid(
    `It was valid until ${xmlTime(until).replace('T', ' ').replace('Z', ' UTC')}.`,
    'Get the present metadata from the application: what has expired may hold keys that are no longer its own.',
  );
}

/** Takes away what belongs to others: further roles, and whatever an extension calls by the names of SAML. */
function prune(entity: XmlElement, role: XmlElement): void {
  keep(entity, (child) => child === role);
  keep(role, (child) => child.namespaceURI === namespaces.metadata);
}

function keep({ children }: XmlElement, isKept: (child: XmlElement) => boolean): void {
  children.splice(0, children.length, ...children.filter((child) => typeof child === 'string' || isKept(child)));
}

/** Before anything that costs is done for each of them. */
function refuseMany(role: XmlElement): void {
  const count = childElements(role).filter((child) => serviceNames.includes(child.localName ?? '')).length;
  if (count > maxServices) throw invalid(`It has ${count} services; at most ${maxServices} are read.`);
}

function isMetadata(element: XmlElement, localName: string): boolean {
  return element.namespaceURI === namespaces.metadata && element.localName === localName;
}

function requireEntityId(text: string | null | undefined): string {
  const result = entityIdSchema.safeParse(text ?? '');
  if (result.success) return result.data;
  const shown = text ? `Its entity ID "${text.slice(0, 300)}" cannot be used` : 'It has no entity ID';
  throw invalid(`${shown}: ${result.error.issues[0]?.message}.`);
}

function readAcsUrls(services: readonly Record<string, string>[]): AcsUrl[] {
  const posts = services.filter((service) => service.binding === bindings.post);
  if (posts.length === 0) throw invalid('It has no assertion consumer service with the HTTP-POST binding.');
  if (posts.length > maxAcsUrls) throw invalid(`It has ${posts.length} ACS URLs; at most ${maxAcsUrls} are kept.`);
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

/** HTTP-Redirect where there is a choice: whoever speaks it takes messages without a form. An address that cannot be used is none. */
function readLogout(services: readonly Record<string, string>[]): SpLogout | undefined {
  const usable = services.filter(({ location = '' }) => isWebUrl(location) && location.length <= 2048);
  for (const binding of logoutBindings) {
    const service = usable.find((candidate) => candidate.binding === bindings[binding]);
    if (!service?.location) continue;
    // As the extractor writes attributes: the first letter small.
    const { responseLocation = '' } = service;
    const differs = isWebUrl(responseLocation) && responseLocation !== service.location;
    return { url: service.location, responseUrl: differs ? responseLocation : undefined, binding };
  }
  return undefined;
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
