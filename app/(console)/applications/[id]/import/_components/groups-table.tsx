'use client';

import { ChevronDown, UsersRound } from 'lucide-react';
import { useMemo } from 'react';
import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { useAction } from '@/components/patterns/use-action';
import { Button, TextLink } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import { EmptyState } from '@/components/ui/empty-state';
import { Status } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import { importRowStatesThat, isOneOf } from '@/lib/core/states';
import type { ImportGroupRow } from '@/lib/imports/groups/queries';
import { decideImportGroupsAction } from '../actions';
import { ConfirmGroups } from './confirm-groups';
import { GroupDecision } from './group-decision';

interface Props {
  importId: string;
  application: { id: string; displayLabel: string };
  page: ListedRows<ImportGroupRow>;
  readOnly: boolean;
  /** Whether whoever looks links groups, and turns them. */
  mayChange: boolean;
  /** People who would lose access by what the safeguard has held; null: nothing. */
  held: number | null;
}

/** Groups with what each is here, who is in it, and what is to be done with it. */
export function GroupsTable(props: Props) {
  const { importId, application, page, readOnly, mayChange } = props;
  const columns = useMemo(
    () => columnsFor({ importId, application, readOnly, mayChange }),
    [importId, application, readOnly, mayChange],
  );
  return (
    <DataTable
      label="Groups"
      columns={columns}
      page={page}
      rowId={(row) => row.remoteId}
      rowLabel={(row) => row.name}
      noun={['group', 'groups']}
      selectable={
        readOnly ? false : (row) => row.match !== 'linked' && isOneOf(importRowStatesThat.waitForSomebody, row.state)
      }
      bulkActions={({ ids, clear }) => {
        const selected = page.items.filter((row) => ids.includes(row.remoteId));
        const ready = selected.filter((row) => row.decision !== null && row.decision !== 'ignore').length;
        return (
          <>
            <ChooseForAll importId={importId} remoteIds={ids} mayChange={mayChange} />
            <ConfirmGroups
              importId={importId}
              appName={application.displayLabel}
              ready={ready}
              held={props.held}
              selected={selected}
              onDone={clear}
            />
          </>
        );
      }}
      expanded={(row) =>
        row.error && <p className="text-error text-xs">{[row.error.message, row.error.hint].join(' ')}</p>
      }
      empty={
        <EmptyState icon={UsersRound} title="No groups">
          {application.displayLabel} has no groups to import.
        </EmptyState>
      }
    />
  );
}

function ChooseForAll({
  importId,
  remoteIds,
  mayChange,
}: {
  importId: string;
  remoteIds: string[];
  mayChange: boolean;
}) {
  const decide = useAction(decideImportGroupsAction, {
    success: ({ changed }) => `Chosen for ${(changed ?? 0).toLocaleString('en')} ${changed === 1 ? 'group' : 'groups'}`,
  });
  const choose = (decision: 'keep' | 'link' | 'turn' | 'ignore') => void decide.run({ importId, remoteIds, decision });
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button pending={decide.pending}>
          Choose for all <ChevronDown aria-hidden className="text-muted" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={() => choose('keep')}>Keep as groups of the application</DropdownMenuItem>
        {mayChange && (
          <>
            <DropdownMenuItem onSelect={() => choose('link')}>
              Push the user group of the same name to each
            </DropdownMenuItem>
            <DropdownMenuItem onSelect={() => choose('turn')}>Turn into user groups</DropdownMenuItem>
          </>
        )}
        <DropdownMenuItem onSelect={() => choose('ignore')}>Ignore</DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

const number = (value: number) => value.toLocaleString('en');

function columnsFor(
  given: Pick<Props, 'importId' | 'application' | 'readOnly' | 'mayChange'>,
): DataColumn<ImportGroupRow>[] {
  const { application } = given;
  return [
    {
      id: 'name',
      header: 'Name',
      title: (row) => row.name,
      cell: (row) => <span className="font-medium">{row.name}</span>,
    },
    {
      id: 'members',
      header: 'Members there',
      width: '22%',
      hideBelow: 'md',
      cell: (row) => <Members row={row} />,
    },
    {
      id: 'match',
      header: 'Here',
      width: '26%',
      hideBelow: 'sm',
      cell: (row) => <Here row={row} appName={application.displayLabel} />,
    },
    { id: 'decision', header: 'Action', width: '220px', cell: (row) => <GroupDecision row={row} {...given} /> },
  ];
}

function Members({ row }: { row: ImportGroupRow }) {
  if (row.gone) return <span className="text-muted">Not there any more</span>;
  if (!row.told) return <span className="text-muted">Not told by the application</span>;
  return (
    <span className="tabular-nums">
      {number(row.members)}
      {row.foreignMembers > 0 && (
        <span className="text-muted"> · {number(row.foreignMembers)} not in the directory yet</span>
      )}
    </span>
  );
}

function Here({ row, appName }: { row: ImportGroupRow; appName: string }) {
  const link = row.group && <TextLink href={links.group(row.group.id)}>{row.group.name}</TextLink>;
  const isDone = row.state === 'done';
  const here = `${row.gone ? 'Gone from' : 'Group of'} ${appName}`;
  if (isDone && row.decision === 'link') return <Status tone="ok">Linked to {link}</Status>;
  if (isDone && row.decision === 'turn') return <Status tone="ok">User group {link}</Status>;
  switch (isDone ? 'kept' : row.match) {
    case 'linked':
      return <Status tone="ok">Linked to {link}</Status>;
    case 'kept':
      return (
        <span className="grid">
          <Status tone={row.gone ? 'attention' : 'ok'}>
            {row.group ? <TextLink href={links.group(row.group.id)}>{here}</TextLink> : here}
          </Status>
          {row.joins + row.leaves > 0 && (
            <span className="text-muted text-xs tabular-nums">
              +{number(row.joins)} / −{number(row.leaves)} people
            </span>
          )}
        </span>
      );
    case 'name':
      return <Status tone="attention">Same name as {link}</Status>;
    default:
      return <span className="text-muted">New</span>;
  }
}
