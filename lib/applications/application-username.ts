import { ExpressionError } from '@/lib/mappings/expression-error';
import { applicationUsername as fromFormat } from '@/lib/mappings/username-format';
import { type Person, userRecord } from './source-record';

/**
 * The name by which a person is known in one application: NameID and SCIM `userName` both come from it. Of people as they are
 * in the database, `readStandings` tells it; this is for who is not (a change that is looked at before it is made).
 * @param typed the name typed for this one person under Assignments, if any
 * @returns the empty text where the format gives nothing for this person, or cannot be evaluated
 */
export function applicationUsername(format: string, person: Person, typed: string | null, now: Date): string {
  try {
    const source = { ...userRecord(person, person.username, true), applicationUsername: typed };
    return fromFormat(format, source, now) ?? '';
  } catch (error) {
    if (error instanceof ExpressionError) return '';
    throw error;
  }
}
