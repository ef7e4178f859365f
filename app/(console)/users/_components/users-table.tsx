'use client';

import { Users } from 'lucide-react';
import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { Avatar } from '@/components/ui/avatar';
import { Badge } from '@/components/ui/badge';
import { LinkButton } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { links } from '@/lib/core/links';
import type { UserRow } from '@/lib/directory/list-users';
import { BulkUserActions } from './bulk-actions';
import { UserStatus } from './user-status';

const columns: DataColumn<UserRow>[] = [
  {
    id: 'name',
    header: 'Name',
    sortable: true,
    width: '26%',
    title: (row) => row.displayName,
    cell: (row) => (
      <span className="flex min-w-0 items-center gap-2.5">
        <Avatar name={row.displayName} />
        <span className="truncate">{row.displayName}</span>
        {row.role !== 'user' && <Badge className="capitalize max-lg:hidden">{row.role}</Badge>}
      </span>
    ),
  },
  {
    id: 'username',
    header: 'Username',
    sortable: true,
    hideBelow: 'lg',
    title: (row) => row.username,
    cell: (row) => row.username,
  },
  {
    id: 'email',
    header: 'E-mail',
    sortable: true,
    width: '24%',
    hideBelow: 'md',
    title: (row) => row.email,
    cell: (row) => row.email,
  },
  {
    id: 'department',
    header: 'Department',
    sortable: true,
    hideBelow: 'md',
    title: (row) => row.jobTitle ?? undefined,
    cell: (row) => row.department ?? <span className="text-muted">None</span>,
  },
  { id: 'status', header: 'Status', width: '170px', cell: (row) => <UserStatus {...row} /> },
];

export function UsersTable(props: { page: ListedRows<UserRow>; sort: string; writable: boolean; deleted: boolean }) {
  return (
    <DataTable
      label="Users"
      columns={columns}
      page={props.page}
      rowId={(row) => row.id}
      rowLabel={(row) => row.displayName}
      href={(row) => links.user(row.id)}
      noun={['person', 'people']}
      sort={props.sort}
      selectable={props.writable}
      selectAllMatching
      bulkActions={(selection) => <BulkUserActions selection={selection} deleted={props.deleted} />}
      empty={
        <EmptyState
          icon={Users}
          title="Nobody yet"
          action={props.writable && <LinkButton href={links.newUser()}>New user</LinkButton>}
        >
          People are created here, or imported from an application.
        </EmptyState>
      }
    />
  );
}
