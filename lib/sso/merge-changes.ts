import type { SpMetadata } from '@/lib/saml/read-sp-metadata';
import { type LogoutBinding, nameIdFormats } from '@/lib/saml/schema';
import type { SsoChanges, SsoValues } from './schema';

/** What is stored, as the SSO tab holds it. */
export type StoredSso = Omit<SsoValues, 'activation'>;

/** The SSO tab as it is to be saved: as it is now, with changes. Pure. */
export function mergeChanges(stored: StoredSso, changes: SsoChanges): SsoValues {
  return {
    idpEntityId: changes.idpEntityId ?? stored.idpEntityId,
    placeholders: { ...stored.placeholders, ...changes.placeholders },
    settings: { ...stored.settings, ...given(changes.settings ?? {}) },
    spCertificates: changes.spCertificates ?? stored.spCertificates,
    activation: changes.activation ?? 'keep',
  };
}

/** Members that have a value. */
function given<T extends object>(values: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}

/** What the metadata of a service provider changes in the SSO settings. What it does not say stays as it is. */
export interface MetadataChanges {
  settings: Pick<SsoValues['settings'], 'spEntityId' | 'acsUrls'> &
    Partial<Pick<SsoValues['settings'], 'nameIdFormat' | 'nameIdSource'>> & {
      signAssertion?: true;
      requireSignedRequests?: true;
      encryptionCertificate?: string;
      logoutUrl?: string;
      logoutResponseUrl?: string;
      logoutBinding?: LogoutBinding;
    };
  /** PEM; absent where the metadata has none. */
  spCertificates?: string[];
}

/**
 * SP metadata as changes of the SSO settings: for the form, which is reviewed, and for scripts. It makes nothing less strict than
 * it is. Pure.
 * @param present settings, and how many SP certificates there are
 */
export function changesOfMetadata(
  metadata: SpMetadata,
  present: {
    settings: Pick<SsoValues['settings'], 'nameIdFormat' | 'nameIdSource'>;
    spCertificates: readonly unknown[];
  },
): MetadataChanges {
  const { entityId, acsUrls, certificates, wantAssertionsSigned, authnRequestsSigned } = metadata;
  const verifiable = certificates.length > 0 || present.spCertificates.length > 0;
  return {
    settings: {
      ...{ spEntityId: entityId, acsUrls },
      ...nameIdChanges(metadata.nameIdFormats, present.settings),
      ...(wantAssertionsSigned ? { signAssertion: true } : {}),
      // That one can be encrypted to does not say that it must be.
      ...(metadata.encryptionCertificate ? { encryptionCertificate: metadata.encryptionCertificate } : {}),
      ...logoutChanges(metadata),
      // Without a certificate nobody could sign in any more.
      ...(authnRequestsSigned && verifiable ? { requireSignedRequests: true } : {}),
    },
    ...(certificates.length > 0 ? { spCertificates: certificates } : {}),
  };
}

function logoutChanges({ logout }: SpMetadata): Partial<MetadataChanges['settings']> {
  if (!logout) return {};
  return { logoutUrl: logout.url, logoutResponseUrl: logout.responseUrl ?? '', logoutBinding: logout.binding };
}

/** The first format that is spoken here, in the order of the metadata (SAML Metadata 2.4.1), where ours is not among them. */
function nameIdChanges(
  formats: readonly string[],
  present: Pick<SsoValues['settings'], 'nameIdFormat' | 'nameIdSource'>,
): Partial<Pick<SsoValues['settings'], 'nameIdFormat' | 'nameIdSource'>> {
  const spoken = Object.values(nameIdFormats);
  const nameIdFormat = formats.flatMap((format) => spoken.filter((known) => known === format))[0];
  if (nameIdFormat === undefined || formats.includes(present.nameIdFormat)) return {};
  if (nameIdFormat !== nameIdFormats.emailAddress) return { nameIdFormat };
  return { nameIdFormat, nameIdSource: { kind: 'property', source: 'email' } };
}
