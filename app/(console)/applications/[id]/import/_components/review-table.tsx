'use client';

import { UserPlus } from 'lucide-react';
import { useMemo } from 'react';
import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import type { ImportRowView } from '@/lib/imports/queries';
import { type ImportFilter, isLinking, type SelectionSummary } from '@/lib/imports/schema';
import { BulkChoices } from './bulk-choices';
import { ComparedPeople } from './compared-people';
import { ConfirmSelection } from './confirm-selection';
import { DecisionCell, type Reviewer } from './decision-cell';
import { ImportStatus, MatchCell, matchTitle } from './import-words';

/** Step 2: every account with its status, with whom it matches, and what is to be done with it. */
export function ReviewTable(props: {
  importId: string;
  page: ListedRows<ImportRowView>;
  filter: ImportFilter;
  /** What importing everything that matches would do. */
  matching: SelectionSummary;
  reviewer: Reviewer;
  readOnly: boolean;
}) {
  const { importId, page, reviewer, readOnly } = props;
  const columns = useMemo(() => columnsFor(importId, reviewer, readOnly), [importId, reviewer, readOnly]);
  return (
    <DataTable
      label="Accounts"
      columns={columns}
      page={page}
      rowId={(row) => row.remoteId}
      rowLabel={(row) => row.name}
      noun={['account', 'accounts']}
      sort={props.filter.sort}
      selectable={
        readOnly ? false : (row) => row.match !== 'imported' && row.state === 'listed' && !isOwn(row, reviewer)
      }
      selectAllMatching
      bulkActions={({ ids, allMatching }) => {
        const selection = allMatching ? { matching: { ...props.filter, cursor: undefined } } : { remoteIds: ids };
        return (
          <>
            <BulkChoices importId={importId} selection={selection} mayUpdate={reviewer.mayGiveNames} />
            <ConfirmSelection
              importId={importId}
              selection={selection}
              summary={allMatching ? props.matching : summaryOf(page.items, ids, reviewer)}
              mayGiveNames={reviewer.mayGiveNames}
            />
          </>
        );
      }}
      expanded={(row) => {
        const reason = reasonOf(row, reviewer);
        if (!reason && !hasMoreToTell(row)) return undefined;
        return (
          <div className="grid gap-1">
            {reason && <p className="text-xs">{reason}</p>}
            {row.match !== 'imported' && <ComparedPeople row={row} />}
          </div>
        );
      }}
      empty={
        <EmptyState icon={UserPlus} title="No accounts">
          The application has no accounts to import.
        </EmptyState>
      }
    />
  );
}

/** It is to be linked to whoever looks, which only somebody else can confirm. */
const isOwn = (row: ImportRowView, reviewer: Reviewer) => isLinking(row.decision) && row.person?.id === reviewer.id;

/** Where the account and its person agree in everything, that they match says it all. */
function hasMoreToTell({ match, decision, person, candidates }: ImportRowView): boolean {
  if (match === 'imported') return false;
  const people = isLinking(decision) && person ? [person] : candidates;
  return decision === 'update' || people.some(({ compared }) => compared.some((one) => !one.agrees));
}

function reasonOf(row: ImportRowView, reviewer: Reviewer): string | undefined {
  if (isOwn(row, reviewer)) return 'You cannot import your own account: somebody else has to.';
  // It was to be imported without review, and failed.
  if (row.error && row.decision === null) return row.error.message;
  if (!row.choice) return undefined;
  return `${row.choice.message}${row.person?.id === reviewer.id ? ' That is you: somebody else has to choose.' : ''}`;
}

function summaryOf(rows: readonly ImportRowView[], ids: readonly string[], reviewer: Reviewer): SelectionSummary {
  const chosen = rows.filter((row) => ids.includes(row.remoteId));
  const withDecision = (decision: ImportRowView['decision']) =>
    chosen.filter((row) => row.decision === decision).length;
  return {
    isExact: true,
    create: withDecision('create'),
    link: withDecision('link'),
    update: withDecision('update'),
    undecided: withDecision(null),
    otherNames: chosen.filter(({ choice, person }) => choice?.code === 'other_username' && person?.id !== reviewer.id)
      .length,
    own: 0,
    activates: activatedBy(chosen),
    ignored: withDecision('ignore'),
  };
}

/** As the question names them: five, and the others in numbers. */
function activatedBy(rows: readonly ImportRowView[]): SelectionSummary['activates'] {
  const names = rows.flatMap((row) => (row.activates && row.person ? [row.person.displayName] : []));
  return { count: names.length, countIsExact: true, names: names.slice(0, 5) };
}

function columnsFor(importId: string, reviewer: Reviewer, readOnly: boolean): DataColumn<ImportRowView>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      sortable: true,
      title: (row) => `${row.name}${row.active ? '' : ' (inactive in the application)'}`,
      cell: (row) => (
        <>
          <span className="font-medium">{row.name}</span>
          {!row.active && <span className="text-muted"> · inactive there</span>}
        </>
      ),
    },
    {
      id: 'username',
      header: 'Username',
      sortable: true,
      hideBelow: 'lg',
      title: (row) => row.userName,
      cell: (row) => row.userName,
    },
    {
      id: 'email',
      header: 'E-mail',
      sortable: true,
      hideBelow: 'xl',
      title: (row) => row.email ?? undefined,
      cell: (row) => row.email ?? <span className="text-muted">None</span>,
    },
    { id: 'status', header: 'Status', width: '104px', hideBelow: 'sm', cell: (row) => <ImportStatus row={row} /> },
    {
      id: 'match',
      header: 'Match',
      sortable: true,
      width: '22%',
      hideBelow: 'md',
      title: matchTitle,
      cell: (row) => <MatchCell row={row} />,
    },
    {
      id: 'decision',
      header: 'Action',
      width: '196px',
      cell: (row) => <DecisionCell importId={importId} row={row} reviewer={reviewer} readOnly={readOnly} />,
    },
  ];
}
