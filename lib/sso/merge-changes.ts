import type { SpMetadata } from '@/lib/saml/read-sp-metadata';
import type { SsoTab } from './queries';
import type { SaveSsoInput, SsoChanges } from './schema';

/**
 * The SSO tab as it is to be saved: as it is now, with changes. Pure.
 * @param version of the SSO settings that the changes are meant for
 */
export function mergeChanges(tab: SsoTab, version: number, changes: SsoChanges): SaveSsoInput {
  return {
    applicationId: tab.applicationId,
    version,
    idpEntityId: changes.idpEntityId ?? tab.idpEntityId,
    placeholders: { ...tab.placeholders, ...changes.placeholders },
    settings: { ...tab.settings, ...given(changes.settings ?? {}) },
    spCertificates: changes.spCertificates ?? tab.spCertificates.map(({ certificate }) => certificate),
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
  settings: Pick<SaveSsoInput['settings'], 'spEntityId' | 'acsUrls'> & { signAssertion?: true };
  /** PEM; absent where the metadata has none. */
  spCertificates?: string[];
}

/** SP metadata as changes of the SSO settings: for the form, which is reviewed, and for scripts. Pure. */
export function changesOfMetadata(metadata: SpMetadata): MetadataChanges {
  const { entityId, acsUrls, certificates, wantAssertionsSigned } = metadata;
  return {
    settings: { spEntityId: entityId, acsUrls, ...(wantAssertionsSigned ? { signAssertion: true } : {}) },
    ...(certificates.length > 0 ? { spCertificates: certificates } : {}),
  };
}
