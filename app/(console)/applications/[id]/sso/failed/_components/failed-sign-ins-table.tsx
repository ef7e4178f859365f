'use client';

import { ShieldCheck } from 'lucide-react';
import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { EmptyState } from '@/components/ui/empty-state';
import { Status } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import type { FailedSignInRow } from '@/lib/sso/failed-sign-ins/queries';

const columns: DataColumn<FailedSignInRow>[] = [
  {
    id: 'cause',
    header: 'What was in the way',
    title: ({ explanation }) => explanation.cause,
    cell: ({ explanation }) => (
      <span className="line-clamp-3 whitespace-normal sm:line-clamp-2">{explanation.cause}</span>
    ),
  },
  { id: 'state', header: 'State', width: '160px', hideBelow: 'sm', cell: (row) => <FailureState row={row} /> },
  {
    id: 'who',
    header: 'Who',
    width: '170px',
    hideBelow: 'md',
    title: ({ person, clientAddress }) => person?.displayName ?? clientAddress ?? undefined,
    cell: ({ person }) => person?.displayName ?? <span className="text-muted">Not signed in</span>,
  },
  { id: 'count', header: 'Times', width: '70px', numeric: true, hideBelow: 'sm', cell: ({ count }) => count },
  { id: 'last', header: 'Last', width: '130px', cell: ({ lastAt }) => <RelativeTime at={lastAt} /> },
  { id: 'reference', header: 'Reference', width: '110px', mono: true, hideBelow: 'lg', cell: (row) => row.reference },
];

/** Whether it would fail again, and whether a button mends it. */
function FailureState({ row: { explanation } }: { row: FailedSignInRow }) {
  if (explanation.mended) return <Status tone="ok">Mended</Status>;
  return explanation.fixes.length > 0 ? (
    <Status tone="attention">Can be mended</Status>
  ) : (
    <Status tone="error">Failed</Status>
  );
}

export function FailedSignInsTable({ page, appName }: { page: ListedRows<FailedSignInRow>; appName: string }) {
  return (
    <DataTable
      label="Failed sign-ins"
      columns={columns}
      page={page}
      rowId={(row) => row.id}
      rowLabel={(row) => row.explanation.cause}
      href={(row) => links.failedSignIn(row.reference)}
      noun={['failed sign-in', 'failed sign-ins']}
      empty={
        <EmptyState icon={ShieldCheck} title="No sign-in has failed">
          When somebody cannot sign in to {appName}, it stands here with the reason and what mends it.
        </EmptyState>
      }
    />
  );
}
