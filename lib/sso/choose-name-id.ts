import type { User } from '@/lib/db/generated/client';
import { SamlError } from '@/lib/saml/error';
import { isMailAddress } from '@/lib/saml/mail-address';
import type { IssuedNameId, NamesOfPerson } from '@/lib/saml/match-subject';
import { pairwiseId } from '@/lib/saml/pairwise-id';
import type { RequestedNameId } from '@/lib/saml/read-subject';
import { createSamlId } from '@/lib/saml/saml-id';
import { type NameIdFormat, nameIdFormats, type SsoSettings } from '@/lib/saml/schema';
import type { Provider } from './provider';

export interface NameIdInput {
  provider: Provider;
  settings: Pick<SsoSettings, 'spEntityId' | 'nameIdQualifiers'>;
  user: Pick<User, 'id' | 'username' | 'email'>;
  /** What the settings make NameID of. */
  sourceName: string;
  format: NameIdFormat;
  /** Whom the request names, if anybody. */
  subject?: RequestedNameId | undefined;
  /** The transient name that the request asks for was given to this session. */
  wasNamedSo: boolean;
}

/**
 * The NameID of a person by its format (SAML Core 8.3): *persistent* and *transient* are opaque and made here, *emailAddress*
 * has to be an address, *unspecified* is what the settings make it of.
 * Pure. @throws SamlError `name_id_unusable` where there is none for this person, in words for her
 */
export function chooseNameId(input: NameIdInput): NamesOfPerson {
  const { provider, user, sourceName } = input;
  const pairwise = pairwiseId(provider.pairwiseSalt, user.id);
  return { issued: issue(input, pairwise), sourceName, emailAddress: user.email, pairwiseId: pairwise };
}

function issue(input: NameIdInput, pairwise: string): IssuedNameId {
  const { provider, settings, format, sourceName } = input;
  const { nameIdQualifiers } = settings;
  const all = { nameQualifier: provider.addresses.idpEntityId, spNameQualifier: settings.spEntityId };
  // Core 8.3.7, 8.3.8: of these two the name means something between the two parties alone.
  const parties = nameIdQualifiers === 'never' ? {} : all;
  if (!provider.draft.legacyNameId && format === nameIdFormats.persistent)
    return { value: pairwise, format, ...parties };
  if (!provider.draft.legacyNameId && format === nameIdFormats.transient) {
    return { value: transientInUse(input) ?? createSamlId(), format, ...parties };
  }
  if (sourceName.trim() === '') throw unusable(input, 'there is no value for NameID');
  if (format === nameIdFormats.emailAddress && !provider.draft.legacyNameId && !isMailAddress(sourceName)) {
    throw unusable(input, `it is to be told an e-mail address, and "${sourceName.slice(0, 100)}" is none`);
  }
  return { value: sourceName, format, ...(nameIdQualifiers === 'always' ? all : {}) };
}

/** A transient name that the request asks for again, where this session was given it (SAML Core 3.4.1.4, 3.3.4). */
function transientInUse({ subject, wasNamedSo }: NameIdInput): string | undefined {
  return subject?.format === nameIdFormats.transient && wasNamedSo ? subject.value : undefined;
}

function unusable({ provider, user }: NameIdInput, why: string): SamlError {
  const { displayLabel } = provider.application;
  return new SamlError('name_id_unusable', `${user.username} cannot be signed in to ${displayLabel}: ${why}.`, {
    hint: `Tell your administrator. On the SSO tab of ${displayLabel}, NameID is made of ${provider.draft.nameIdSource.source}.`,
  });
}
