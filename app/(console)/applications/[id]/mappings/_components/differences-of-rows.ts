import { type Difference, differencesOf } from '@/components/patterns/conflict';
import type { MappingDraft } from '@/lib/applications/schema';
import { rowInWords } from './row-words';

type Rows = readonly MappingDraft[];

/** The targets whose rows differ in what is stored now and in what was typed. Order and ids of rows say nothing. Pure. */
export function differencesOfRows(stored: Rows, typed: Rows): Difference[] {
  const targets = [...new Set([...typed, ...stored].map(({ target }) => target))];
  const fields = targets.map((target) => [target, { label: target || 'No target yet', say: rowInWords }]);
  const byTarget = (rows: Rows) =>
    Object.fromEntries(targets.map((target) => [target, withoutId(rows.find((row) => row.target === target))]));
  return differencesOf(Object.fromEntries(fields), { loaded: {}, stored: byTarget(stored), typed: byTarget(typed) });
}

function withoutId(row: MappingDraft | undefined) {
  return row && { ...row, id: '' };
}
