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

const columns: DataColumn<BatchRow>[] = [
  { id: 'no', header: 'No.', numeric: true, width: '80px', hideBelow: 'sm', cell: (row) => row.no },
  { id: 'name', header: 'Person', title: (row) => row.name, cell: (row) => row.name },
  {
    id: 'state',
    header: 'Result',
    width: '160px',
    cell: (row) => <Status tone={words[row.state].tone}>{words[row.state].label}</Status>,
  },
  {
    id: 'why',
    header: 'Why',
    width: '45%',
    title: (row) => [row.error?.message, row.error?.hint].filter(Boolean).join(' '),
    cell: (row) => row.error?.message ?? '',
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
