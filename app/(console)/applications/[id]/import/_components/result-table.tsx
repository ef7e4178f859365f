'use client';

import { UserPlus } from 'lucide-react';
import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { useAction } from '@/components/patterns/use-action';
import { Button, TextLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Status } from '@/components/ui/status';
import { toast } from '@/components/ui/toast';
import { links } from '@/lib/core/links';
import type { ImportRowView } from '@/lib/imports/queries';
import { retryRowsAction } from '../actions';
import { AddToGroup } from './add-to-group';
import { DecisionCell, type Reviewer } from './decision-cell';

/** The rows of an import that was confirmed; one that failed says why and can be retried alone. */
export function ResultTable(props: {
  importId: string;
  page: ListedRows<ImportRowView>;
  filter: { q?: string | undefined; state?: string | undefined; sort: string };
  reviewer: Reviewer;
  groups: readonly { id: string; name: string }[];
  mayRun: boolean;
}) {
  const { importId, page, filter, reviewer, groups, mayRun } = props;
  return (
    <DataTable
      label="Results"
      columns={columns}
      page={page}
      rowId={(row) => row.remoteId}
      rowLabel={(row) => row.name}
      noun={['account', 'accounts']}
      sort={filter.sort}
      filtered={Boolean(filter.q || filter.state)}
      selectable={mayRun}
      bulkActions={({ ids }) => {
        const failed = page.items.filter((row) => ids.includes(row.remoteId) && row.state === 'failed');
        const done = page.items.filter((row) => ids.includes(row.remoteId) && row.state === 'done');
        return (
          <>
            {failed.length > 0 && (
              <RetryButton importId={importId} remoteIds={failed.map((row) => row.remoteId)} label="Retry" />
            )}
            {done.length > 0 && groups.length > 0 && (
              <AddToGroup
                importId={importId}
                groups={groups}
                remoteIds={done.map((row) => row.remoteId)}
                label="Add to a group…"
              />
            )}
          </>
        );
      }}
      expanded={(row) =>
        row.state === 'failed' ? (
          <Failure importId={importId} row={row} reviewer={reviewer} mayRun={mayRun} />
        ) : undefined
      }
      empty={
        <EmptyState icon={UserPlus} title="Nothing was imported">
          No account was selected.
        </EmptyState>
      }
    />
  );
}

function Failure(props: { importId: string; row: ImportRowView; reviewer: Reviewer; mayRun: boolean }) {
  const { importId, row, reviewer, mayRun } = props;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <div className="min-w-0 flex-1 basis-72">
        <p className="break-words">{row.error?.message}</p>
        {row.error?.hint && <p className="text-muted text-xs">{row.error.hint}</p>}
      </div>
      {mayRun && (
        <div className="flex items-center gap-2">
          <DecisionCell importId={importId} row={row} reviewer={reviewer} readOnly={false} />
          <RetryButton importId={importId} remoteIds={[row.remoteId]} label="Retry" small />
        </div>
      )}
    </div>
  );
}

function RetryButton(props: { importId: string; remoteIds: readonly string[]; label: string; small?: boolean }) {
  const { importId, remoteIds } = props;
  const retry = useAction(retryRowsAction, {
    onSuccess: ({ changed, failed, error }) => {
      if (failed === 0) toast.success(`${changed.toLocaleString('en')} imported`);
      else toast.error(`${failed.toLocaleString('en')} failed again`, { description: error?.message });
    },
  });
  return (
    <Button
      size={props.small ? 'sm' : 'md'}
      pending={retry.pending}
      onClick={() => void retry.run({ importId, remoteIds: [...remoteIds] })}
    >
      {props.label}
    </Button>
  );
}

const columns: DataColumn<ImportRowView>[] = [
  {
    id: 'name',
    header: 'Name',
    sortable: true,
    title: (row) => row.name,
    cell: (row) => <span className="font-medium">{row.name}</span>,
  },
  { id: 'username', header: 'Username', sortable: true, hideBelow: 'md', cell: (row) => row.userName },
  {
    id: 'email',
    header: 'E-mail',
    sortable: true,
    hideBelow: 'lg',
    cell: (row) => row.email ?? <span className="text-muted">None</span>,
  },
  { id: 'state', header: 'Result', width: '120px', cell: (row) => <Outcome row={row} /> },
  {
    id: 'person',
    header: 'Person',
    hideBelow: 'sm',
    cell: (row) =>
      row.state === 'done' && row.person ? (
        <TextLink href={links.user(row.person.id)}>{row.person.displayName}</TextLink>
      ) : (
        <span className="text-muted">None</span>
      ),
  },
];

function Outcome({ row }: { row: ImportRowView }) {
  if (row.state === 'failed') return <Status tone="error">Failed</Status>;
  if (row.state === 'queued') return <Status tone="progress">Waiting</Status>;
  return (
    <Status tone="ok">
      {row.decision === 'create' ? 'Created' : row.decision === 'update' ? 'Updated' : 'Linked'}
    </Status>
  );
}
