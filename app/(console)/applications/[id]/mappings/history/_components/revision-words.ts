import type { DiffRow } from '@/components/patterns/diff-table';
import type { MappingDraft } from '@/lib/applications/schema';
import type { Changes } from '@/lib/events/schema';
import { rowInWords } from '../../_components/row-words';

/** What changes in a mapping table, target by target, for a table of before and after; its order as one row. */
export function diffRows(changes: Changes): DiffRow[] {
  return Object.entries(changes).map(([target, { from, to }]) => ({
    name: target === 'order' ? 'Order of the rows' : target,
    before: inWords(from),
    after: inWords(to),
    changed: true,
  }));
}

function inWords(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value.join(', ') : rowInWords(value as MappingDraft);
}

/** "2 changed, 1 added, 1 removed". */
export function summary(changes: Changes): string {
  const kinds = Object.entries(changes).map(([target, { from, to }]) =>
    target === 'order' ? 'moved' : !isThere(from) ? 'added' : !isThere(to) ? 'removed' : 'changed',
  );
  return (['changed', 'added', 'removed', 'moved'] as const)
    .map((kind) => [kinds.filter((one) => one === kind).length, kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => (kind === 'moved' ? 'order changed' : `${count} ${kind}`))
    .join(', ');
}

const isThere = (value: unknown) => value !== undefined && value !== null;
