'use client';

import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { Badge } from '@/components/ui/badge';
import { LinkButton } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { links } from '@/lib/core/links';
import type { HeldRow } from '@/lib/provisioning/queries/held';
import { DecideHeld } from './decide-held';

const reasons: Readonly<Record<HeldRow['reason'], string>> = {
  not_reviewed: 'Changed since the dry run',
  deleted: 'Deleted from the directory',
  suspended: 'Suspended',
  mapped_inactive: 'Mapped to be inactive',
  out_of_scope: 'No access any more',
  filtered_out: 'Left out by the scoping filter',
};

const heldBy: Readonly<Record<HeldRow['heldBy'], string>> = {
  setting: 'All are held',
  guard: 'Too many at once',
  counting: 'Being counted',
  review: 'Not as reviewed',
};

const actions: Readonly<Record<string, string>> = {
  create: 'Create',
  update: 'Update',
  reactivate: 'Reactivate',
  deactivate: 'Deactivate',
  delete: 'Delete',
};

function columns(now: Date): DataColumn<HeldRow>[] {
  return [
    {
      id: 'name',
      header: 'Account or group',
      title: (row) => row.name,
      cell: (row) => (
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium">{row.name}</span>
          {row.kind === 'group' && <Badge icon={false}>User group</Badge>}
        </span>
      ),
    },
    { id: 'action', header: 'Action', width: '140px', cell: (row) => actions[row.action] ?? row.action },
    {
      id: 'reason',
      header: 'Why',
      hideBelow: 'md',
      cell: (row) => <span className="truncate">{reasons[row.reason]}</span>,
    },
    {
      id: 'by',
      header: 'Waits because',
      width: '170px',
      hideBelow: 'md',
      cell: (row) => <span className="truncate">{heldBy[row.heldBy]}</span>,
    },
    {
      id: 'held',
      header: 'Held',
      width: '150px',
      hideBelow: 'md',
      cell: (row) => <RelativeTime at={row.heldAt} now={now} />,
    },
  ];
}

/** What waits, the oldest first; a row opens the person or the group. */
export function HeldTable({
  application,
  page,
  holds,
  mayWrite,
  now,
}: {
  application: { id: string; displayLabel: string };
  page: ListedRows<HeldRow> & { seenAt: Date };
  /** Whether anything is held from now on. */
  holds: boolean;
  mayWrite: boolean;
  now: Date;
}) {
  const { id } = application;
  return (
    <DataTable
      label="Held operations"
      columns={columns(now)}
      page={page}
      rowId={(row) => row.operationId}
      rowLabel={(row) => row.name}
      href={(row) => (row.kind === 'account' ? links.application(id).assignment(row.id) : links.group(row.id))}
      noun={['operation', 'operations']}
      selectable={mayWrite}
      selectAllMatching
      bulkActions={({ ids, allMatching, count, clear }) => (
        <DecideHeld
          application={application}
          choice={allMatching ? { seenAt: page.seenAt } : { operationIds: ids }}
          count={count}
          onDone={clear}
        />
      )}
      empty={
        <EmptyState
          title="Nothing waits for a decision"
          action={
            mayWrite &&
            !holds && (
              <LinkButton href={links.application(id).identityManagement()}>Go to Identity Management</LinkButton>
            )
          }
        >
          {holds
            ? 'Deactivations and deletions are listed here before they are sent, and so is what is not as it was reviewed.'
            : 'Deactivations and deletions are sent at once, unless they are more than the guard lets through. To have all of them held, switch it on under Identity Management.'}
        </EmptyState>
      }
    />
  );
}
