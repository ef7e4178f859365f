'use client';

import { useState } from 'react';
import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { ExportMenu } from '@/components/patterns/export-menu';
import { FilterBar, type FilterDef } from '@/components/patterns/filter-bar';
import { OutcomeBar, ProgressBar } from '@/components/patterns/progress-bar';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import { useUrlState } from '@/components/patterns/use-url-state';
import { Badge } from '@/components/ui/badge';
import { Button, LinkButton } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { EmptyState } from '@/components/ui/empty-state';
import { Status } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import { searchedPeople } from '@/lib/core/pagination';
import { type IntegrationStatusName, isOneOf } from '@/lib/core/states';
import { dryRunComparisons, dryRunFilterSchema, dryRunKindsSent } from '@/lib/provisioning/dry-runs/schema';
import type { GuardForetold } from '@/lib/provisioning/guard';
import type { DryRunRow } from '@/lib/provisioning/queries/dry-run-rows';
import type { DryRunSummary, DryRunDetail as FoundDryRun } from '@/lib/provisioning/queries/dry-runs';
import { comparedWords, countWords, DryRunStageWord, kindParts, kindWords } from '../../../_components/dry-run-words';
import { isOver, type LiveDryRun, useDryRun } from '../../../_components/use-dry-run';
import { cancelDryRunAction } from '../../../actions';
import { CarryOut, mayChoose } from './carry-out';
import { PlannedChange } from './planned-change';
import { RowSheet } from './row-sheet';

const columns: DataColumn<DryRunRow>[] = [
  {
    id: 'name',
    header: 'Person or group',
    width: '30%',
    title: (row) => row.name,
    cell: (row) => (
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium">{row.name}</span>
        {row.subject === 'group' && <Badge icon={false}>Group</Badge>}
        {row.compared && <Badge icon={false}>{comparedWords[row.compared]}</Badge>}
      </span>
    ),
  },
  {
    id: 'kind',
    header: 'Action',
    width: '150px',
    cell: (row) => <Status tone={kindWords[row.kind].tone}>{kindWords[row.kind].word}</Status>,
  },
  {
    id: 'change',
    header: 'Change',
    title: (row) => row.plan?.reason?.message,
    cell: (row) => <PlannedChange row={row} />,
  },
];

/** One bar whose counts are filters, then everyone with what would be done; live while it runs. */
export function DryRunDetail({
  run,
  page,
  appName,
  status,
  mayRun,
  mayWrite,
}: {
  run: FoundDryRun;
  page: ListedRows<DryRunRow>;
  appName: string;
  /** Of the connection; undefined: never configured. */
  status: IntegrationStatusName | undefined;
  mayRun: boolean;
  mayWrite: boolean;
}) {
  const live = useDryRun(run);
  const url = useUrlState();
  const [open, setOpen] = useState<DryRunRow>();
  const over = isOver(live);
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <DryRunStageWord stage={live.stage} />
        <span className="text-muted">
          {live.startedByName} · started <AbsoluteTime at={live.startedAt} seconds />
          {` · ${live.readAccounts.toLocaleString('en')} accounts read`}
        </span>
        {!over && mayRun && <CancelButton runId={run.id} />}
        {live.stage === 'finished' && (
          <div className="ml-auto flex items-center gap-2">
            {run.cycleId && (
              <LinkButton size="sm" href={links.application(run.applicationId).cycle(run.cycleId)}>
                See how it was carried out
              </LinkButton>
            )}
            {mayWrite && <CarryOut run={run} appName={appName} status={status} />}
          </div>
        )}
      </div>
      {live.error && <Callout kind={live.stage === 'failed' ? 'error' : 'info'} title={live.error.message} />}
      {!over && <Progress run={live} />}
      {live.stage === 'finished' && (
        <>
          <Summary run={run} appName={appName} />
          <OutcomeBar
            parts={kindParts(run.counts)}
            picked={url.get('kind')}
            onPick={(kind) => url.set({ kind, cursor: undefined })}
          />
          <FilterBar placeholder="Search people and groups" filters={filtersOf(run)}>
            <ExportMenu address={`/api/dry-runs/${run.id}/export`} without={['q']} />
          </FilterBar>
          <DataTable
            searched={searchedPeople}
            label="People and groups of this dry run"
            columns={columns}
            page={page}
            rowId={(row) => row.id}
            rowLabel={(row) => row.name}
            onOpen={setOpen}
            selectable={mayWrite && mayChoose(run, status) && ((row) => isOneOf(dryRunKindsSent, row.kind))}
            selectAllMatching={!url.get('q')}
            bulkActions={({ ids, allMatching, count, clear }) => (
              <CarryOut
                run={run}
                appName={appName}
                status={status}
                chosen={{ input: allMatching ? shownBy(url) : { rows: ids }, count, onDone: clear }}
              />
            )}
            noun={['row', 'rows']}
            empty={
              <EmptyState title="Nothing would be changed">
                Everything in {appName} agrees with the directory, or nobody is in scope.
              </EmptyState>
            }
          />
          <RowSheet row={open} applicationId={run.applicationId} appName={appName} onClose={() => setOpen(undefined)} />
        </>
      )}
    </div>
  );
}

/** The rows that the filters of the address leave, as they are chosen together. */
function shownBy(url: { get(name: string): string | undefined }) {
  const { kind, compared, of } = dryRunFilterSchema.shape;
  return {
    kind: kind.safeParse(url.get('kind')).data,
    compared: compared.safeParse(url.get('compared')).data,
    of: of.safeParse(url.get('of')).data,
  };
}

/** What it comes to, and what it does not know. */
function Summary({ run, appName }: { run: DryRunSummary; appName: string }) {
  return (
    <div className="grid gap-3">
      <p className="text-base">
        <strong className="font-semibold">{countWords(run.counts)}.</strong>{' '}
        <span className="text-muted">Nothing was sent to {appName}.</span>
      </p>
      {run.guard?.holds && <GuardNotice guard={run.guard} />}
      {!run.complete && (
        <Callout kind="warning" title="The list of accounts could not be read as a whole">
          {appName} did not show as many accounts as it says it has. Accounts that were not shown count as they were
          last known.
        </Callout>
      )}
      {run.previousId && <Compared run={run} previousId={run.previousId} />}
    </div>
  );
}

function GuardNotice({ guard: { losing, counted, threshold } }: { guard: GuardForetold }) {
  const said = (count: number) => count.toLocaleString('en');
  return (
    <Callout
      kind="warning"
      title={`The guard would hold ${losing === 1 ? '1 of these' : `${said(losing)} of these`} until somebody allows it`}
    >
      {said(counted)} people would lose an active account, with those who lost theirs before and with who is suspended;
      the guard lets {said(threshold)} through. Everything else is sent.
    </Callout>
  );
}

function Compared({ run, previousId }: { run: DryRunSummary; previousId: string }) {
  const url = useUrlState();
  const parts = dryRunComparisons.flatMap((one) => ((run.counts[one] ?? 0) > 0 ? [one] : []));
  return (
    <p className="flex flex-wrap items-center gap-2 text-muted">
      {parts.length === 0 ? 'The same as in the dry run before.' : 'Since the dry run before:'}
      {parts.map((one) => (
        <Button
          key={one}
          size="sm"
          aria-pressed={url.get('compared') === one}
          onClick={() =>
            url.set({ compared: url.get('compared') === one ? undefined : one, kind: undefined, cursor: undefined })
          }
        >
          {`${(run.counts[one] ?? 0).toLocaleString('en')} ${comparedWords[one].toLowerCase()}`}
        </Button>
      ))}
      <LinkButton size="sm" variant="ghost" href={links.application(run.applicationId).dryRun(previousId)}>
        Open that one
      </LinkButton>
    </p>
  );
}

function Progress({ run }: { run: LiveDryRun }) {
  if (run.stage === 'reading') return <ProgressBar label="Reading accounts" done={run.readAccounts} total={null} />;
  return <ProgressBar label="People and groups planned" done={run.planned} total={run.total} />;
}

function CancelButton({ runId }: { runId: string }) {
  const cancel = useAction(cancelDryRunAction, { success: 'Dry run cancelled' });
  return (
    <Button size="sm" pending={cancel.pending} onClick={() => void cancel.run({ runId })}>
      Cancel
    </Button>
  );
}

function filtersOf({ counts, previousId }: DryRunSummary): FilterDef[] {
  const of: FilterDef = {
    param: 'of',
    label: 'People or groups',
    single: true,
    options: [
      { value: 'user', label: 'People' },
      { value: 'group', label: 'User groups' },
    ],
  };
  const compared: FilterDef = {
    param: 'compared',
    label: 'Since the run before',
    single: true,
    options: dryRunComparisons.map((one) => ({ value: one, label: comparedWords[one], count: counts[one] ?? 0 })),
  };
  return previousId ? [of, compared] : [of];
}
