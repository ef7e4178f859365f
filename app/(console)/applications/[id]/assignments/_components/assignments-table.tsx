'use client';

import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { Badge } from '@/components/ui/badge';
import { LinkButton } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { links } from '@/lib/core/links';
import { searchedPeople } from '@/lib/core/pagination';
import { isOneOf, linkStatesThat } from '@/lib/core/states';
import type { AssignmentRow } from '@/lib/provisioning/queries/links';
import { DriftBadge } from '../../_components/drift-badge';
import { LinkStateWord } from './link-state';

const columns: DataColumn<AssignmentRow>[] = [
  {
    id: 'person',
    header: 'Person',
    title: (row) => `${row.displayName} (${row.email})`,
    cell: (row) => (
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium">{row.displayName}</span>
        {row.userStatus !== 'active' && (
          <Badge icon={false}>{row.userStatus === 'suspended' ? 'Suspended' : 'Deleted'}</Badge>
        )}
        {row.filteredOut && grants(row) && <Badge icon={false}>Filtered out</Badge>}
        {row.sharedWith.length > 0 && <Badge tone="error">Shared username</Badge>}
      </span>
    ),
  },
  {
    id: 'granted',
    header: 'Granted by',
    hideBelow: 'md',
    title: (row) => grants(row) || undefined,
    cell: (row) => (
      <span className="truncate">
        {grants(row) || (
          <span className="text-muted">
            {isOneOf(linkStatesThat.wereNeverManaged, row.state) ? 'Not in scope' : 'No longer in scope'}
          </span>
        )}
      </span>
    ),
  },
  {
    id: 'username',
    header: 'Application username',
    hideBelow: 'lg',
    title: (row) => namesOf(row).join('. '),
    cell: (row) => (
      <span className="grid min-w-0">
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate font-mono text-xs">
            {row.applicationUsername || <span className="font-sans text-muted">none</span>}
          </span>
          {row.typedUsername && <Badge icon={false}>Typed</Badge>}
        </span>
        {(row.typedUsername || row.accountUsername !== null) && (
          <span className="truncate text-muted text-xs">{otherNames(row).join(' · ')}</span>
        )}
      </span>
    ),
  },
];

/** What else the person is called: by the format where another name is typed, and over there. */
function otherNames({ typedUsername, computedUsername, accountUsername }: AssignmentRow): string[] {
  return [
    ...(typedUsername ? [`By the format: ${computedUsername || 'none'}`] : []),
    ...(accountUsername === null ? [] : [`Over there: ${accountUsername}`]),
  ];
}

function namesOf(row: AssignmentRow): string[] {
  const others = row.sharedWith.map((other) => other.displayName).join(', ');
  return [row.applicationUsername, ...otherNames(row), ...(others ? [`Also ${others}`] : [])].filter(Boolean);
}

function grants(row: AssignmentRow): string {
  return [...(row.direct ? ['Direct assignment'] : []), ...row.groups].join(', ');
}

function provisioningColumns(now: Date): DataColumn<AssignmentRow>[] {
  return [
    {
      id: 'state',
      header: 'Account',
      width: '200px',
      cell: (row) => (
        <span className="flex items-center gap-2">
          <LinkStateWord state={row.state} />
          {row.drift && <DriftBadge title={row.drift.message} />}
        </span>
      ),
    },
    {
      id: 'error',
      header: 'Last error',
      hideBelow: 'lg',
      title: (row) => row.lastError?.message,
      cell: (row) => <span className="truncate text-muted">{row.lastError?.message ?? ''}</span>,
    },
    {
      id: 'changed',
      header: 'Last change',
      width: '130px',
      hideBelow: 'xl',
      cell: (row) => <RelativeTime at={row.lastChangeAt} now={now} />,
    },
  ];
}

/** The people of an application; a row opens what happened to that person's account. */
export function AssignmentsTable({
  applicationId,
  appName,
  page,
  now,
  provisions,
  mayWrite,
}: {
  applicationId: string;
  appName: string;
  page: ListedRows<AssignmentRow>;
  now: Date;
  provisions: boolean;
  mayWrite: boolean;
}) {
  return (
    <DataTable
      searched={searchedPeople}
      label="Assignments"
      columns={provisions ? [...columns, ...provisioningColumns(now)] : columns}
      page={page}
      rowId={(row) => row.userId}
      rowLabel={(row) => row.displayName}
      href={(row) => links.application(applicationId).assignment(row.userId)}
      noun={['person', 'people']}
      empty={
        <EmptyState
          title={`Nobody has access to ${appName} yet`}
          action={
            mayWrite && <LinkButton href={links.application(applicationId).groups()}>Go to User Groups</LinkButton>
          }
        >
          {mayWrite
            ? 'Associate a user group, or assign a person here.'
            : 'An administrator associates a user group, or assigns people here.'}
        </EmptyState>
      }
    />
  );
}
