'use client';

import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { EmptyState } from '@/components/ui/empty-state';
import { Status } from '@/components/ui/status';
import type { BatchSummary } from '@/lib/batches/queries';
import { batchWords } from '@/lib/batches/schema';
import { links } from '@/lib/core/links';

const states = {
  review: <Status tone="attention">In review</Status>,
  running: <Status tone="inactive">Running</Status>,
  finished: <Status tone="ok">Finished</Status>,
} as const;

const columns: DataColumn<BatchSummary>[] = [
  {
    id: 'what',
    header: 'What',
    width: '40%',
    cell: (row) => [batchWords[row.action].verb, row.groupName ?? row.fileName].filter(Boolean).join(': '),
  },
  { id: 'by', header: 'By', hideBelow: 'sm', cell: (row) => row.startedByName },
  { id: 'at', header: 'Started', cell: (row) => <RelativeTime at={row.startedAt} /> },
  { id: 'state', header: 'State', width: '140px', cell: (row) => states[row.state] },
];

/** What was done to many people, newest first. */
export function BatchesTable({ page }: { page: ListedRows<BatchSummary> }) {
  return (
    <DataTable
      label="Changes of many people"
      columns={columns}
      page={page}
      rowId={(row) => row.id}
      rowLabel={(row) => batchWords[row.action].verb}
      href={(row) => links.userBatch(row.id)}
      noun={['change', 'changes']}
      empty={
        <EmptyState title="Nothing was done to many people yet">
          Check people in the list of users, or have them imported from a file.
        </EmptyState>
      }
    />
  );
}
