'use client';

import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { Status } from '@/components/ui/status';
import type { BatchRow } from '@/lib/batches/queries';
import { links } from '@/lib/core/links';
import type { BatchRowStateName } from '@/lib/core/states';

const words: Readonly<Record<BatchRowStateName, { tone: 'ok' | 'attention' | 'error' | 'inactive'; label: string }>> = {
  listed: { tone: 'inactive', label: 'Not yet' },
  queued: { tone: 'inactive', label: 'Waiting' },
  done: { tone: 'ok', label: 'Done' },
  skipped: { tone: 'inactive', label: 'Was so already' },
  failed: { tone: 'error', label: 'Failed' },
  refused: { tone: 'error', label: 'Refused' },
};

const planned = {
  create: { tone: 'ok', label: 'Create' },
  update: { tone: 'attention', label: 'Update' },
  same: { tone: 'inactive', label: 'Is so already' },
} as const;

/** What changes, old and new, of whoever is there already. */
const changesOf = ({ plan }: BatchRow): string =>
  plan?.kind === 'update'
    ? Object.entries(plan.changes)
        .map(([field, { from, to }]) => `${field}: ${from ?? 'none'} → ${to ?? 'none'}`)
        .join(', ')
    : '';

const columns: DataColumn<BatchRow>[] = [
  { id: 'no', header: 'No.', numeric: true, width: '80px', hideBelow: 'sm', cell: (row) => row.no },
  { id: 'name', header: 'Person', title: (row) => row.name, cell: (row) => row.name },
  {
    id: 'state',
    header: 'Result',
    width: '160px',
    cell: (row) => {
      const { tone, label } = row.state === 'listed' && row.plan ? planned[row.plan.kind] : words[row.state];
      return <Status tone={tone}>{label}</Status>;
    },
  },
  {
    id: 'why',
    header: 'What',
    width: '45%',
    title: (row) => [row.error?.message, row.error?.hint].filter(Boolean).join(' '),
    cell: (row) => row.error?.message ?? changesOf(row),
  },
];

/** Each person of a batch, with what became of them. */
export function BatchRows({ page }: { page: ListedRows<BatchRow> }) {
  return (
    <DataTable
      label="People"
      columns={columns}
      page={page}
      rowId={(row) => String(row.no)}
      rowLabel={(row) => row.name}
      href={(row) => (row.userId ? links.user(row.userId) : undefined)}
      noun={['person', 'people']}
      empty={<EmptyState title="Nobody">There is nobody in it.</EmptyState>}
    />
  );
}
