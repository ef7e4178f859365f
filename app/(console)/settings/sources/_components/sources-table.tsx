'use client';

import { DatabaseZap } from 'lucide-react';
import { type DataColumn, DataTable } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { Code } from '@/components/ui/code-block';
import { EmptyState } from '@/components/ui/empty-state';
import { links } from '@/lib/core/links';
import type { SourceRow } from '@/lib/inbound/queries';
import { NewSource } from './new-source';
import { countWords, SourceStatus } from './source-status';

const columns: DataColumn<SourceRow>[] = [
  {
    id: 'name',
    header: 'Name',
    title: (row) => row.name,
    cell: (row) => <span className="font-medium">{row.name}</span>,
  },
  { id: 'state', header: 'State', width: '150px', cell: (row) => <SourceStatus source={row} /> },
  { id: 'people', header: 'People', numeric: true, width: '80px', cell: (row) => countWords(row.people) },
  {
    id: 'groups',
    header: 'Groups',
    numeric: true,
    width: '100px',
    hideBelow: 'sm',
    cell: (row) => countWords(row.groups),
  },
  {
    id: 'seen',
    header: 'Last seen',
    width: '140px',
    hideBelow: 'md',
    cell: (row) => <RelativeTime at={row.lastSeenAt} />,
  },
  {
    id: 'refused',
    header: 'Refused today',
    numeric: true,
    width: '130px',
    hideBelow: 'lg',
    cell: ({ refusedLately }) =>
      refusedLately === 0 ? (
        <span className="text-muted">0</span>
      ) : (
        <span className="font-medium text-error">{refusedLately.toLocaleString('en')}</span>
      ),
  },
];

export function SourcesTable({ rows }: { rows: readonly SourceRow[] }) {
  return (
    <DataTable
      label="Sources"
      columns={columns}
      page={{ items: rows, total: rows.length }}
      rowId={(row) => row.id}
      rowLabel={(row) => row.name}
      href={(row) => links.source(row.id)}
      noun={['source', 'sources']}
      empty={
        <EmptyState icon={DatabaseZap} title="No sources yet" action={<NewSource />}>
          An HR system, Entra ID or Okta can send people and groups here by itself: joiners are created, changes follow,
          leavers are suspended and lose their accounts. Create a source, and give that directory the address{' '}
          <Code>/scim/v2</Code> and a token.
        </EmptyState>
      }
    />
  );
}
