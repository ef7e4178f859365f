'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { ExportMenu } from '@/components/patterns/export-menu';
import { FilterBar, type FilterDef } from '@/components/patterns/filter-bar';
import { OutcomeBar } from '@/components/patterns/progress-bar';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { useUrlState } from '@/components/patterns/use-url-state';
import { Badge } from '@/components/ui/badge';
import { Callout } from '@/components/ui/callout';
import { EmptyState } from '@/components/ui/empty-state';
import { Status, type Tone } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import { searchedPeople } from '@/lib/core/pagination';
import { confirmedWords } from '@/lib/provisioning/on-demand/schema';
import type { CycleCause } from '@/lib/provisioning/queries/cycle-causes';
import type { CycleRow } from '@/lib/provisioning/queries/cycle-rows';
import type { CycleSummary } from '@/lib/provisioning/queries/cycles';
import { DriftBadge } from '../../_components/drift-badge';
import { ChangeWords } from './change-words';
import { CycleCauses } from './cycle-causes';
import { CycleStageWord, outcomeParts, triggerWords } from './cycle-words';
import { CycleProgressBar } from './live-cycle';
import { useCycle } from './use-cycle';

const actions: Record<CycleRow['outcome'], { tone: Tone; word: string }> = {
  create: { tone: 'ok', word: 'Create' },
  update: { tone: 'ok', word: 'Update' },
  deactivate: { tone: 'attention', word: 'Deactivate' },
  skip: { tone: 'inactive', word: 'Skipped' },
  held: { tone: 'attention', word: 'Held' },
  error: { tone: 'error', word: 'Error' },
  running: { tone: 'progress', word: 'Running' },
};

const columns: DataColumn<CycleRow>[] = [
  {
    id: 'name',
    header: 'Person or group',
    width: '30%',
    title: (row) => row.name,
    cell: (row) => (
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium">{row.name}</span>
        {row.kind === 'group' ? (
          <Badge icon={false}>Group</Badge>
        ) : (
          <span className="truncate text-muted max-sm:hidden">{row.detail}</span>
        )}
      </span>
    ),
  },
  {
    id: 'action',
    header: 'Action',
    width: '180px',
    cell: (row) => {
      const { tone, word } = actions[row.outcome];
      return (
        <span className="flex items-center gap-2">
          <Status tone={tone}>{row.action === 'reactivate' ? 'Reactivate' : word}</Status>
          {row.drift && <DriftBadge title="It differed in the application, and nobody changed the person here." />}
        </span>
      );
    },
  },
  {
    id: 'change',
    header: 'Change',
    title: (row) => row.error?.message,
    cell: (row) =>
      row.error && row.outcome !== 'update' ? (
        <span className={row.outcome === 'error' ? 'text-error' : 'text-muted'}>{row.error.message}</span>
      ) : (
        <span className="flex min-w-0 items-center gap-2">
          {row.confirmed && <Badge icon={false}>{confirmedWords}</Badge>}
          <ChangeWords changes={row.changes} created={row.outcome === 'create'} />
        </span>
      ),
  },
];

const everyMs = 2_000;

/** One bar whose counts are filters, then everyone with what happened; live while the cycle runs. */
export function CycleDetail({
  cycle,
  page,
  causes,
  mayRun,
}: {
  cycle: CycleSummary;
  page: ListedRows<CycleRow>;
  causes: readonly CycleCause[];
  mayRun: boolean;
}) {
  const live = useCycle(cycle);
  const url = useUrlState();
  const router = useRouter();
  useEffect(() => {
    if (live.final) return;
    const timer = setInterval(() => router.refresh(), everyMs);
    return () => clearInterval(timer);
  }, [live.final, router]);
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-1">
        <CycleStageWord {...live} />
        <span className="text-muted">
          {triggerWords[live.trigger]} · started <AbsoluteTime at={live.startedAt} seconds />
          {live.finishedAt && (
            <>
              {' '}
              · ended <AbsoluteTime at={live.finishedAt} seconds />
            </>
          )}
          {` · ${live.readAccounts.toLocaleString('en')} accounts read · ${live.totalUsers.toLocaleString('en')} people looked at`}
          {live.drift > 0 && ` · drift in ${live.drift.toLocaleString('en')}`}
        </span>
      </div>
      {live.error && <Callout kind="error" title={live.error.message} />}
      {live.incomplete.length > 0 && (
        <Callout kind="warning" title="The application did not list everything">
          {live.incomplete.map((why) => (
            <p key={why} className="break-words">
              {why}
            </p>
          ))}
          <p className="text-muted">
            Nobody was taken for gone by that: who was not listed is asked for one by one. The server profile on the
            Identity Management tab says that its lists are not whole.
          </p>
        </Callout>
      )}
      <CycleProgressBar cycle={live} />
      <OutcomeBar
        parts={outcomeParts(live.counts)}
        picked={url.get('outcome')}
        onPick={(outcome) => url.set({ outcome, cause: undefined, cursor: undefined })}
      />
      <CycleCauses cycle={cycle} causes={causes} mayRun={mayRun} />
      <FilterBar
        placeholder="Search people and groups"
        filters={[...driftFilter(live.drift, url.get('drift')), ...causeFilter(causes)]}
      >
        <ExportMenu address={`/api/cycles/${cycle.id}/export`} without={['q']} />
      </FilterBar>
      <DataTable
        searched={searchedPeople}
        label="People and groups of this cycle"
        columns={columns}
        page={page}
        rowId={(row) => row.linkId}
        href={(row) => addressOf(cycle.applicationId, row)}
        noun={['change', 'changes']}
        empty={
          <EmptyState title={live.final ? 'Nothing had to be changed' : 'Nothing yet'}>
            {live.final
              ? 'Everything in the application agreed with the directory. No request that changes anything was sent.'
              : 'People appear here as their turn comes.'}
          </EmptyState>
        }
      />
    </div>
  );
}

/** The attempt step by step; where none was made, who it is about. */
function addressOf(applicationId: string, { kind, id, operationId }: CycleRow): string {
  const application = links.application(applicationId);
  if (operationId) return application.onDemand({ attempt: operationId });
  return kind === 'user' ? application.assignment(id) : links.group(id);
}

function causeFilter(causes: readonly CycleCause[]): FilterDef[] {
  if (causes.length === 0) return [];
  const options = causes.map(({ cause, words, code, count }) => ({ value: cause, label: words || code, count }));
  return [{ param: 'cause', label: 'Cause', single: true, options }];
}

function driftFilter(count: number, picked: string | undefined): FilterDef[] {
  if (count === 0 && !picked) return [];
  return [
    {
      param: 'drift',
      label: 'Drift',
      single: true,
      options: [{ value: 'found', label: 'Differed over there', count }],
    },
  ];
}
