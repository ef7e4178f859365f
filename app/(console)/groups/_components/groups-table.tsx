'use client';

import { UsersRound } from 'lucide-react';
import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { Badge } from '@/components/ui/badge';
import { EmptyState } from '@/components/ui/empty-state';
import { links } from '@/lib/core/links';
import type { GroupRow } from '@/lib/directory/list-groups';
import { NewGroup } from './new-group';

const number = (value: number) => (value === 0 ? <span className="text-muted">0</span> : value.toLocaleString('en'));

const columns: DataColumn<GroupRow>[] = [
  {
    id: 'name',
    header: 'Name',
    sortable: true,
    width: '30%',
    title: (row) => row.name,
    cell: (row) => (
      <span className="flex min-w-0 items-center gap-2">
        {/* Where there is little room, the name goes before what else is said of it. */}
        <span className="truncate max-sm:max-w-full max-sm:shrink-0">{row.name}</span>
        {row.dynamic && <Badge>Dynamic</Badge>}
        {row.importedFrom && <Badge>Group of {row.importedFrom.displayLabel}</Badge>}
        {row.gone && <Badge tone="attention">Gone there</Badge>}
        {row.source && <Badge>From {row.source.name}</Badge>}
      </span>
    ),
  },
  {
    id: 'description',
    header: 'Description',
    hideBelow: 'lg',
    title: (row) => row.description,
    cell: (row) => <span className="text-muted">{row.description}</span>,
  },
  { id: 'members', header: 'People', numeric: true, width: '100px', cell: (row) => number(row.members) },
  {
    id: 'nested',
    header: 'Nested groups',
    numeric: true,
    width: '130px',
    hideBelow: 'md',
    cell: (row) => number(row.nestedGroups),
  },
  {
    id: 'applications',
    header: 'Applications',
    numeric: true,
    width: '120px',
    cell: (row) => number(row.applications),
  },
];

export function GroupsTable(props: { page: ListedRows<GroupRow>; sort: string; writable: boolean }) {
  return (
    <DataTable
      label="User groups"
      columns={columns}
      page={props.page}
      rowId={(row) => row.id}
      rowLabel={(row) => row.name}
      href={(row) => links.group(row.id)}
      noun={['group', 'groups']}
      sort={props.sort}
      empty={
        <EmptyState icon={UsersRound} title="No user groups yet" action={props.writable && <NewGroup />}>
          People get access to applications through groups.
        </EmptyState>
      }
    />
  );
}
