'use client';

import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { links } from '@/lib/core/links';
import type { ManualTaskRow } from '@/lib/provisioning/queries/manual-tasks';
import type { ManualTaskFilter } from '@/lib/provisioning/schema';
import { tickOffTasksAction } from '../actions';

function columns(state: ManualTaskFilter['state'], now: Date): DataColumn<ManualTaskRow>[] {
  return [
    {
      id: 'name',
      header: 'Person',
      width: '220px',
      title: (row) => row.name,
      cell: (row) => (
        <span className="grid min-w-0">
          <span className="truncate font-medium">{row.name}</span>
          <span className="truncate text-muted text-xs">{row.username}</span>
        </span>
      ),
    },
    {
      id: 'task',
      header: 'Task',
      cell: (row) => (
        <span className="grid min-w-0 gap-0.5 whitespace-normal py-1">
          <span className="font-medium">{row.title}</span>
          <span className="max-w-prose text-muted text-xs">{row.text}</span>
        </span>
      ),
    },
    state === 'open'
      ? {
          id: 'since',
          header: 'Since',
          width: '130px',
          hideBelow: 'md',
          cell: (row) => <RelativeTime at={row.createdAt} now={now} />,
        }
      : {
          id: 'done',
          header: 'Done',
          width: '170px',
          hideBelow: 'md',
          cell: (row) => (
            <span className="grid min-w-0">
              <RelativeTime at={row.doneAt ?? row.createdAt} now={now} />
              <span className="truncate text-muted text-xs">by {row.doneBy}</span>
            </span>
          ),
        },
  ];
}

/** Manual tasks, the oldest first; a row opens the person. */
export function TasksTable({
  application,
  page,
  state,
  mayRun,
  now,
}: {
  application: { id: string; displayLabel: string };
  page: ListedRows<ManualTaskRow>;
  state: ManualTaskFilter['state'];
  mayRun: boolean;
  now: Date;
}) {
  const { id, displayLabel } = application;
  const open = state === 'open';
  return (
    <DataTable
      label="Manual tasks"
      columns={columns(state, now)}
      page={page}
      rowId={(row) => row.id}
      rowLabel={(row) => `${row.title}: ${row.name}`}
      href={(row) => links.application(id).assignment(row.userId)}
      noun={['task', 'tasks']}
      filtered={false}
      selectable={mayRun}
      bulkActions={({ ids, clear }) => <TickOff applicationId={id} taskIds={ids} done={open} onDone={clear} />}
      empty={
        <EmptyState title={open ? 'Nothing to do by hand' : 'Nothing was ticked off'}>
          {open
            ? `What only a person can do in ${displayLabel} is listed here, with why and for whom.`
            : 'What was done stays here, with who has done it.'}
        </EmptyState>
      }
    />
  );
}

function TickOff(props: { applicationId: string; taskIds: string[]; done: boolean; onDone: () => void }) {
  const { onDone, ...input } = props;
  const { run, pending } = useAction(tickOffTasksAction, {
    success: ({ changed = 0 }: { changed?: number }) =>
      `${changed.toLocaleString('en')} ${input.done ? 'ticked off' : 'opened again'}`,
    onSuccess: onDone,
  });
  return (
    <Button size="sm" variant="primary" pending={pending} onClick={() => void run(input)}>
      {input.done ? 'Tick off' : 'Open again'}
    </Button>
  );
}
