'use client';

import { useState } from 'react';
import { DeprovisionImpact } from '@/app/(console)/_components/deprovision-impact';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { type BulkSelection, type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { useAction } from '@/components/patterns/use-action';
import { Avatar } from '@/components/ui/avatar';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Status } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import { searchedPeople } from '@/lib/core/pagination';
import type { MemberRow } from '@/lib/directory/queries';
import { updateGroupMembersAction } from '../../actions';

const columnsOf = (isDynamic: boolean): DataColumn<MemberRow>[] => [
  {
    id: 'name',
    header: 'Name',
    width: '30%',
    title: (row) => row.displayName,
    cell: (row) => (
      <span className="flex min-w-0 items-center gap-2.5">
        <Avatar name={row.displayName} />
        <span className="truncate">{row.displayName}</span>
      </span>
    ),
  },
  { id: 'email', header: 'E-mail', hideBelow: 'md', title: (row) => row.email, cell: (row) => row.email },
  { id: 'department', header: 'Department', hideBelow: 'lg', cell: (row) => row.department ?? '' },
  {
    id: 'why',
    header: 'Why',
    title: (row) => row.through.join(', '),
    cell: (row) =>
      [
        row.direct ? (isDynamic ? 'By the rule' : 'Direct') : '',
        row.through.length > 0 ? `Through ${row.through.join(', ')}` : '',
      ]
        .filter(Boolean)
        .join('; '),
  },
  {
    id: 'status',
    header: 'Status',
    width: '130px',
    hideBelow: 'sm',
    cell: (row) =>
      row.status === 'active' ? <Status tone="ok">Active</Status> : <Status tone="inactive">Suspended</Status>,
  },
];

const [ofDynamic, ofStatic] = [columnsOf(true), columnsOf(false)];

interface Group {
  id: string;
  name: string;
  dynamic: boolean;
  /** Of which application it is; absent: of the directory. */
  of?: string | undefined;
}

/** Members; direct ones can be selected and removed, the others are removed where they are direct. */
export function MembersTable(props: { group: Group; page: ListedRows<MemberRow>; writable: boolean }) {
  return (
    <DataTable
      searched={searchedPeople}
      label="Members"
      columns={props.group.dynamic ? ofDynamic : ofStatic}
      page={props.page}
      rowId={(row) => row.id}
      rowLabel={(row) => row.displayName}
      href={(row) => links.user(row.id)}
      noun={['person', 'people']}
      selectable={props.writable ? (row) => row.direct : false}
      bulkActions={(selection) => <RemoveMembers group={props.group} selection={selection} />}
      empty={
        <EmptyState title="Nobody is in this group">
          {props.group.of
            ? `None of the accounts that are in it in ${props.group.of} is somebody’s of the directory.`
            : props.group.dynamic
              ? 'Nobody falls under its rule at the moment. Whoever does later comes in by themselves.'
              : props.writable
                ? 'Add people, or nest a group whose members are to count as members of this one.'
                : 'People are added, or groups nested whose members count as members of this one.'}
        </EmptyState>
      }
    />
  );
}

function RemoveMembers({ group, selection }: { group: Group; selection: BulkSelection }) {
  const [open, setOpen] = useState(false);
  const remove = useAction(updateGroupMembersAction, {
    success: ({ removed }) => `${removed} removed from ${group.name}`,
    showError: 'inline',
    onSuccess: () => {
      setOpen(false);
      selection.clear();
    },
  });
  const people = selection.ids.length === 1 ? '1 person' : `${selection.ids.length} people`;
  return (
    <>
      <Button variant="danger-quiet" onClick={() => setOpen(true)}>
        Remove from group
      </Button>
      <ConfirmDestructive
        open={open}
        onOpenChange={setOpen}
        title={`Remove ${people} from ${group.name}?`}
        consequences={[
          'Whoever is in no other group of an application loses access to it.',
          'Whoever is also in through a nested group stays a member.',
        ]}
        confirmLabel="Remove from group"
        pending={remove.pending}
        error={remove.error}
        onConfirm={() => remove.run({ groupId: group.id, remove: selection.ids })}
      >
        <DeprovisionImpact url={`/api/groups/${group.id}/deprovision-preview?members=${selection.ids.join(',')}`} />
      </ConfirmDestructive>
    </>
  );
}
