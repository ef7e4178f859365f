import type { RequestedNameId } from './read-subject';
import { nameIdFormats } from './schema';

/** A NameID as it goes out (SAML Core 2.2.3). */
export interface IssuedNameId {
  value: string;
  format: string;
  nameQualifier?: string;
  spNameQualifier?: string;
}

/** Every name by which a person can be meant at one service provider. */
export interface NamesOfPerson {
  /** What the answer would carry. */
  issued: IssuedNameId;
  /** What the settings make NameID of, where it is not opaque. */
  sourceName: string;
  emailAddress: string;
  /** Her persistent identifier there. */
  pairwiseId: string;
}

/**
 * Whether the Subject of a request means this person (SAML Core 3.4.1.4): its NameID is the one that goes out, content and
 * attributes alike (3.3.4); in another format only where the request's NameIDPolicy names a format, and then of the same
 * person. A format left out is *unspecified* (2.2.2), whose reading is the identity provider's (8.3.1).
 *
 * @param formatMayDiffer the NameIDPolicy of the request names a format
 */
export function namesPerson(
  subject: RequestedNameId,
  person: NamesOfPerson,
  { idpEntityId, spEntityId }: { idpEntityId: string; spEntityId: string },
  formatMayDiffer: boolean,
): boolean {
  // No alternative identifier is ever set up, and names of other parties mean nobody here (8.3.7).
  if (subject.spProvidedId !== undefined) return false;
  if (subject.nameQualifier !== undefined && subject.nameQualifier !== idpEntityId) return false;
  if (subject.spNameQualifier !== undefined && subject.spNameQualifier !== spEntityId) return false;
  const format = subject.format ?? nameIdFormats.unspecified;
  const comparable = format === person.issued.format || format === nameIdFormats.unspecified;
  if (comparable && subject.value === person.issued.value) return true;
  return formatMayDiffer && otherNames(format, person).includes(fold(subject.value));
}

/** What else the person is called in a format; transient names end with their session, so there is none. */
function otherNames(format: string, person: NamesOfPerson): string[] {
  if (format === nameIdFormats.unspecified) return [fold(person.sourceName), fold(person.emailAddress)];
  if (format === nameIdFormats.emailAddress) return [fold(person.emailAddress)];
  return format === nameIdFormats.persistent ? [person.pairwiseId] : [];
}

function fold(name: string): string {
  return name.toLowerCase();
}
