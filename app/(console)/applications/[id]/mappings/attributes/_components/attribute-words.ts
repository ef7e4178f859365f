import type { ListedAttribute, TargetAttribute } from '@/lib/mappings/schema';

/** What the types of RFC 7643 section 2.3 are called on screens. */
export const typeWords: Record<TargetAttribute['type'], string> = {
  string: 'String',
  boolean: 'Boolean',
  integer: 'Integer',
  decimal: 'Decimal',
  dateTime: 'Date and time',
  reference: 'Reference',
  complex: 'Complex',
};

/** RFC 7643 section 2.2, with what it means for what is sent. */
export const mutabilityWords: Record<TargetAttribute['mutability'], { label: string; help: string }> = {
  readWrite: { label: 'Read and write', help: 'Sent whenever it differs.' },
  immutable: { label: 'Immutable', help: 'Sent at creation only.' },
  writeOnly: { label: 'Write only', help: 'Sent, and never answered.' },
  readOnly: { label: 'Read only', help: 'Set by the application itself: never sent.' },
};

export const originWords: Record<ListedAttribute['origin'], string> = {
  template: 'Template',
  server: 'Server',
  administrator: 'Added here',
};

/** Types whose values can be listed; to the others a list means nothing. */
export function hasValues(type: TargetAttribute['type']): boolean {
  return type !== 'boolean' && type !== 'complex';
}
