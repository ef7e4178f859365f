import { resolvePlaceholders } from '@/lib/applications/placeholders';
import type { PlaceholderValues } from '@/lib/applications/schema';
import type { SpMetadata } from '@/lib/saml/read-sp-metadata';
import type { AcsUrl } from '@/lib/saml/schema';
import { changesOfMetadata, type StoredSso } from '../merge-changes';
import type { SsoChanges } from '../schema';

/** What of the settings metadata is about. */
type MetadataField =
  | 'spEntityId'
  | 'acsUrls'
  | 'spCertificates'
  | 'encryptionCertificate'
  | 'nameIdFormat'
  | 'nameIdSource'
  | 'signAssertion'
  | 'requireSignedRequests'
  | 'logoutUrl'
  | 'logoutResponseUrl'
  | 'logoutBinding';

export interface MetadataDifference {
  field: MetadataField;
  /** As it is told: addresses with index and default, certificates by their fingerprints. */
  from: string[];
  to: string[];
}

export interface ComparedMetadata {
  /** What applying it changes; what is the same already stays as it was typed, placeholders and all. */
  changes: SsoChanges;
  differences: MetadataDifference[];
}

/** That we sign more than before hurts nobody. All else decides where people are sent, who they are, or what is trusted. */
const harmless: readonly MetadataField[] = ['signAssertion'];

/** Whether somebody has to look at it before it is applied. */
export function needsReview({ differences }: ComparedMetadata): boolean {
  return differences.some(({ field }) => !harmless.includes(field));
}

/**
 * What the metadata of a service provider would change in the settings that stand. Pure.
 * @param fingerprintOf of a certificate (PEM)
 */
export function compareMetadata(
  metadata: SpMetadata,
  stored: StoredSso,
  fingerprintOf: (certificate: string) => string,
): ComparedMetadata {
  const { settings: said, spCertificates } = changesOfMetadata(metadata, stored);
  const { settings, placeholders } = stored;
  const acsUrls = said.acsUrls.map((acs) => ({ ...acs, url: asTyped(acs.url, settings.acsUrls, placeholders) }));
  const wanted = {
    ...said,
    acsUrls,
    spEntityId: resolved(settings.spEntityId, placeholders) === said.spEntityId ? settings.spEntityId : said.spEntityId,
    ...sameAddress('logoutUrl', said, settings, placeholders),
    ...sameAddress('logoutResponseUrl', said, settings, placeholders),
  };
  const fingerprints = (certificates: readonly string[]) => certificates.map(fingerprintOf).sort();
  const all: MetadataDifference[] = [
    told('spEntityId', [settings.spEntityId], [wanted.spEntityId]),
    told('acsUrls', addresses(settings.acsUrls, placeholders), addresses(acsUrls, placeholders)),
    ...(spCertificates
      ? [told('spCertificates', fingerprints(stored.spCertificates), fingerprints(spCertificates))]
      : []),
    ...(wanted.encryptionCertificate
      ? [
          told(
            'encryptionCertificate',
            fingerprints([settings.encryptionCertificate].filter(Boolean)),
            fingerprints([wanted.encryptionCertificate]),
          ),
        ]
      : []),
    ...(wanted.nameIdFormat ? [told('nameIdFormat', [settings.nameIdFormat], [wanted.nameIdFormat])] : []),
    ...(wanted.nameIdSource
      ? [told('nameIdSource', [settings.nameIdSource.source], [wanted.nameIdSource.source])]
      : []),
    ...(wanted.logoutUrl === undefined
      ? []
      : [
          told('logoutUrl', [settings.logoutUrl], [wanted.logoutUrl]),
          told('logoutResponseUrl', [settings.logoutResponseUrl], [wanted.logoutResponseUrl ?? '']),
          told('logoutBinding', [settings.logoutBinding], [wanted.logoutBinding ?? settings.logoutBinding]),
        ]),
    ...(wanted.signAssertion && !settings.signAssertion ? [told('signAssertion', ['no'], ['yes'])] : []),
    ...(wanted.requireSignedRequests && !settings.requireSignedRequests
      ? [told('requireSignedRequests', ['no'], ['yes'])]
      : []),
  ];
  const differences = all.filter(({ from, to }) => from.join('\n') !== to.join('\n'));
  const differs = new Set<string>(differences.map(({ field }) => field));
  return {
    changes: {
      settings: Object.fromEntries(Object.entries(wanted).filter(([name]) => differs.has(name))),
      ...(spCertificates && differs.has('spCertificates') ? { spCertificates } : {}),
    },
    differences,
  };
}

function told(field: MetadataField, from: string[], to: string[]): MetadataDifference {
  return { field, from, to };
}

function resolved(text: string, placeholders: PlaceholderValues): string {
  return resolvePlaceholders(text, placeholders).text;
}

/** A logout address as it was typed, where what the metadata says comes to the same. */
function sameAddress(
  name: 'logoutUrl' | 'logoutResponseUrl',
  said: ReturnType<typeof changesOfMetadata>['settings'],
  settings: StoredSso['settings'],
  placeholders: PlaceholderValues,
): { logoutUrl?: string; logoutResponseUrl?: string } {
  return said[name] !== undefined && resolved(settings[name], placeholders) === said[name]
    ? { [name]: settings[name] }
    : {};
}

/** An address as it stands in the settings already, where that comes to the same. */
function asTyped(url: string, stored: readonly AcsUrl[], placeholders: PlaceholderValues): string {
  return stored.find((acs) => resolved(acs.url, placeholders) === url)?.url ?? url;
}

/** By index; the default is told where there is a choice, and is the first where nobody said. */
function addresses(list: readonly AcsUrl[], placeholders: PlaceholderValues): string[] {
  const chosen = list.find((acs) => acs.isDefault) ?? list[0];
  return [...list]
    .sort((one, other) => one.index - other.index)
    .map((acs) => {
      const url = resolved(acs.url, placeholders);
      return list.length === 1 ? url : `${url} (index ${acs.index}${acs === chosen ? ', default' : ''})`;
    });
}
