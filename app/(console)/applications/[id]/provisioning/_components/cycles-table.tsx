'use client';

import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { formatDuration } from '@/components/patterns/step-timeline';
import { AppTile } from '@/components/ui/app-tile';
import { EmptyState } from '@/components/ui/empty-state';
import { links } from '@/lib/core/links';
import type { CycleSummary } from '@/lib/provisioning/queries/cycles';
import { CycleStageWord, outcomeWords, triggerWords } from './cycle-words';

function columns(now: Date, withApplication: boolean): DataColumn<CycleSummary>[] {
  const application: DataColumn<CycleSummary> = {
    id: 'application',
    header: 'Application',
    cell: (row) => (
      <span className="flex min-w-0 items-center gap-2.5">
        <AppTile name={row.applicationLabel} color={row.logoColor} image={row.logoImage} size="sm" />
        <span className="truncate font-medium">{row.applicationLabel}</span>
      </span>
    ),
  };
  return [
    ...(withApplication ? [application] : []),
    { id: 'started', header: 'Started', width: '150px', cell: (row) => <RelativeTime at={row.startedAt} now={now} /> },
    {
      id: 'stage',
      header: 'State',
      width: '260px',
      cell: (row) => <CycleStageWord {...row} />,
    },
    {
      id: 'outcome',
      header: 'Outcome',
      title: (row) => row.error?.message ?? outcomeWords(row.counts),
      cell: (row) => <span className="truncate">{row.error ? row.error.message : outcomeWords(row.counts)}</span>,
    },
    { id: 'trigger', header: 'Trigger', width: '140px', hideBelow: 'lg', cell: (row) => triggerWords[row.trigger] },
    {
      id: 'people',
      header: 'People',
      numeric: true,
      width: '90px',
      hideBelow: 'lg',
      cell: (row) => row.totalUsers.toLocaleString('en'),
    },
    {
      id: 'duration',
      header: 'Duration',
      numeric: true,
      width: '100px',
      hideBelow: 'md',
      cell: (row) =>
        row.finishedAt ? formatDuration(Math.max(0, row.finishedAt.getTime() - row.startedAt.getTime())) : '',
    },
  ];
}

/** Cycles, the latest first; each opens its page. */
export function CyclesTable({
  page,
  now,
  withApplication = false,
}: {
  page: ListedRows<CycleSummary>;
  now: Date;
  withApplication?: boolean;
}) {
  return (
    <DataTable
      label="Cycles"
      columns={columns(now, withApplication)}
      page={page}
      rowId={(row) => row.id}
      rowLabel={(row) => `Cycle of ${row.applicationLabel}`}
      href={(row) => links.application(row.applicationId).cycle(row.id)}
      noun={['cycle', 'cycles']}
      filtered={false}
      empty={
        <EmptyState title="No cycles yet">
          A cycle runs when Identity Management is activated, on its interval, and when somebody chooses Run now.
        </EmptyState>
      }
    />
  );
}
