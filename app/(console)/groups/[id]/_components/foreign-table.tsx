'use client';

import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import type { ForeignMember } from '@/lib/directory/foreign-members';

const columns: DataColumn<ForeignMember>[] = [
  { id: 'name', header: 'Account', title: (row) => row.name, cell: (row) => row.name },
  {
    id: 'id',
    header: 'ID over there',
    mono: true,
    hideBelow: 'sm',
    title: (row) => row.remoteId,
    cell: (row) => row.remoteId,
  },
];

/** Accounts of nobody in the directory, by name. */
export function ForeignTable(props: { page: ListedRows<ForeignMember>; appName: string; told: boolean }) {
  return (
    <DataTable
      label="Members who are not in the directory"
      columns={columns}
      page={props.page}
      rowId={(row) => row.remoteId}
      noun={['account', 'accounts']}
      sort="name"
      empty={
        <EmptyState title={props.told ? 'Everybody is in the directory' : 'Not told'}>
          {props.told
            ? `Each account that is in this group in ${props.appName} is somebody's here.`
            : `${props.appName} does not tell who is in its groups.`}
        </EmptyState>
      }
    />
  );
}
