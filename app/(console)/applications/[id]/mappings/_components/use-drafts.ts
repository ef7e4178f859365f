'use client';

import { useMemo, useState } from 'react';
import type { MappingTable } from '@/lib/applications/mapping-queries';
import type { MappingDraft } from '@/lib/applications/schema';
import { checkMappings, type MappingProblem } from '@/lib/mappings/check-mapping';

export interface Drafts {
  rows: MappingDraft[];
  dirty: boolean;
  /** Everything that is wrong with the table as it is now; checked as one types. */
  problems: MappingProblem[];
  /** Those that are shown: not that a mapping which was just added has yet to be filled in. */
  shown: MappingProblem[];
  change: (id: string, values: Partial<MappingDraft>) => void;
  add: () => string;
  /** What was added is left: from now on, what it lacks is a mistake. */
  leave: () => void;
  remove: (id: string) => void;
  /** @param by -1 up, 1 down */
  move: (id: string, by: -1 | 1) => void;
  load: (rows: readonly MappingDraft[]) => void;
}

let made = 0;

/** One mapping table as it is being edited. */
export function useDrafts(table: MappingTable, customAttributes: readonly string[]): Drafts {
  const [rows, setRows] = useState<MappingDraft[]>(table.mappings);
  const [fresh, setFresh] = useState<string>();
  const { objectType, attributes } = table;
  const problems = useMemo(
    () =>
      checkMappings(
        rows.map((row, position) => ({ ...row, objectType, position })),
        { attributes, customAttributes },
      ),
    [rows, objectType, attributes, customAttributes],
  );
  return {
    rows,
    problems,
    shown: problems.filter(({ mappingId, field }) => mappingId !== fresh || !isEmpty(rows, mappingId, field)),
    dirty: JSON.stringify(rows) !== JSON.stringify(table.mappings),
    change: (id, values) => setRows((before) => before.map((row) => (row.id === id ? { ...row, ...values } : row))),
    add: () => {
      made += 1;
      const id = `new-${made}`;
      setRows((before) => [...before, { ...emptyRow, id }]);
      setFresh(id);
      return id;
    },
    leave: () => setFresh(undefined),
    remove: (id) => setRows((before) => before.filter((row) => row.id !== id)),
    move: (id, by) => setRows((before) => moved(before, id, by)),
    load: (next) => setRows([...next]),
  };
}

const emptyRow: Omit<MappingDraft, 'id'> = {
  kind: 'direct',
  source: '',
  target: '',
  apply: 'always',
  matchingPrecedence: null,
  defaultValue: null,
  required: false,
};

function isEmpty(rows: readonly MappingDraft[], id: string | null, field: MappingProblem['field']): boolean {
  const row = rows.find((one) => one.id === id);
  return row !== undefined && (field === 'source' || field === 'target') && row[field].trim() === '';
}

function moved(rows: readonly MappingDraft[], id: string, by: -1 | 1): MappingDraft[] {
  const from = rows.findIndex((row) => row.id === id);
  const to = from + by;
  const [row, other] = [rows[from], rows[to]];
  if (!row || !other) return [...rows];
  return rows.map((entry, index) => (index === from ? other : index === to ? row : entry));
}
