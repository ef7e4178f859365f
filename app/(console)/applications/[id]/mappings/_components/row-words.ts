import type { MappingDraft } from '@/lib/applications/schema';

/** A row of the mapping table in one line, without its target. */
export function rowInWords(row: Omit<MappingDraft, 'id' | 'target'> | undefined): string {
  if (!row) return 'not mapped';
  const { kind, source, apply, matchingPrecedence, defaultValue, required } = row;
  return [
    kind === 'constant' ? `"${source}"` : source || 'nothing yet',
    apply === 'creation' && 'only at creation',
    apply === 'multiple' && 'only with several values',
    matchingPrecedence !== null && `matching ${matchingPrecedence}`,
    defaultValue && `default "${defaultValue}"`,
    required && 'required',
  ]
    .filter(Boolean)
    .join(', ');
}
