import { ExpressionError } from '@/lib/mappings/expression-error';
import type { SourceRecord } from '@/lib/mappings/source';
import { applicationUsername as fromFormat } from '@/lib/mappings/username-format';

/**
 * The name by which a person is known in one application: NameID and SCIM `userName` both come from it.
 * @param source the person; its `username` is the directory's
 * @param typed the name typed for this one person under Assignments, if any
 * @returns the empty text where the format gives nothing for this person, or cannot be evaluated
 */
export function applicationUsername(format: string, source: SourceRecord, typed: string | null, now: Date): string {
  try {
    return fromFormat(format, { ...source, applicationUsername: typed }, now) ?? '';
  } catch (error) {
    if (error instanceof ExpressionError) return '';
    throw error;
  }
}
