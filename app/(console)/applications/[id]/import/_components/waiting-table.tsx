'use client';

import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { AppTile } from '@/components/ui/app-tile';
import { EmptyState } from '@/components/ui/empty-state';
import { Status } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import type { WaitingImport } from '@/lib/imports/waiting';

function columns(now: Date): DataColumn<WaitingImport>[] {
  return [
    {
      id: 'application',
      header: 'Application',
      cell: ({ application }) => (
        <span className="flex min-w-0 items-center gap-2.5">
          <AppTile
            name={application.displayLabel}
            color={application.logoColor}
            image={application.logoImage}
            size="sm"
          />
          <span className="truncate font-medium">{application.displayLabel}</span>
        </span>
      ),
    },
    { id: 'state', header: 'What waits', width: '280px', title: inWords, cell: (row) => <Waiting {...row} /> },
    { id: 'accounts', header: 'Accounts', numeric: true, width: '100px', hideBelow: 'md', cell: accounts },
    {
      id: 'groups',
      header: 'Groups',
      numeric: true,
      width: '90px',
      hideBelow: 'md',
      cell: (row) => row.groups.toLocaleString('en'),
    },
    { id: 'by', header: 'Started by', width: '180px', hideBelow: 'lg', cell: (row) => row.startedByName },
    {
      id: 'started',
      header: 'Started',
      width: '140px',
      hideBelow: 'sm',
      cell: (row) => <RelativeTime at={row.startedAt} now={now} />,
    },
  ];
}

const accounts = ({ state, listed, failed }: WaitingImport) =>
  (state === 'review' ? listed : failed).toLocaleString('en');

/** Imports that wait, over all applications; each opens at what waits in it. */
export function WaitingTable(props: { page: ListedRows<WaitingImport>; now: Date; filtered: boolean }) {
  return (
    <DataTable
      label="Imports that wait"
      columns={columns(props.now)}
      page={props.page}
      rowId={(row) => row.id}
      rowLabel={(row) => `Import of ${row.application.displayLabel}`}
      href={hrefOf}
      noun={['import', 'imports']}
      filtered={props.filtered}
      empty={
        <EmptyState title="Nothing waits">
          Imports stand here while somebody has to choose, confirm, or try again what has failed.
        </EmptyState>
      }
    />
  );
}

function hrefOf({ id, application, state, listed, undecided, held }: WaitingImport): string {
  const to = links.application(application.id);
  if (state !== 'review') return to.import(id, { state: 'failed' });
  if (listed === 0) return to.importGroups(id);
  return to.import(id, undecided > 0 && !held ? { decision: 'undecided' } : {});
}

function inWords({ state, undecided, listed, failed, held }: WaitingImport): string {
  const many = (count: number, one: string, more: string) =>
    `${count.toLocaleString('en')} ${count === 1 ? one : more}`;
  if (state !== 'review') return `${many(failed, 'account has', 'accounts have')} failed`;
  if (held) return `${many(held.count, 'new person', 'new people')} held by the safeguard`;
  if (undecided > 0) return `${many(undecided, 'account needs', 'accounts need')} a choice`;
  return listed > 0 ? 'To be confirmed' : 'Groups to be chosen';
}

function Waiting(row: WaitingImport) {
  return <Status tone={row.state === 'review' ? 'attention' : 'error'}>{inWords(row)}</Status>;
}
