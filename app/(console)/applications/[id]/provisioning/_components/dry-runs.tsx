'use client';

import { useRouter } from 'next/navigation';
import { type DataColumn, DataTable } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { links } from '@/lib/core/links';
import type { DryRunSummary } from '@/lib/provisioning/queries/dry-runs';
import { startDryRunAction } from '../actions';
import { countWords, DryRunStageWord } from './dry-run-words';

const columns = (now: Date): DataColumn<DryRunSummary>[] => [
  { id: 'started', header: 'Started', width: '150px', cell: (row) => <RelativeTime at={row.startedAt} now={now} /> },
  { id: 'stage', header: 'State', width: '180px', cell: (row) => <DryRunStageWord stage={row.stage} /> },
  {
    id: 'outcome',
    header: 'Found',
    title: (row) => outcome(row),
    cell: (row) => <span className="truncate">{outcome(row)}</span>,
  },
  { id: 'by', header: 'By', width: '180px', hideBelow: 'lg', cell: (row) => row.startedByName },
];

function outcome({ stage, error, counts }: DryRunSummary): string {
  if (error) return error.message;
  return stage === 'finished' ? countWords(counts) : '';
}

/** Dry runs that are kept, the latest first; each opens its page. */
export function DryRuns({ runs, now }: { runs: readonly DryRunSummary[]; now: Date }) {
  return (
    <DataTable
      label="Dry runs"
      columns={columns(now)}
      page={{ items: runs }}
      rowId={(row) => row.id}
      rowLabel={(row) => `Dry run of ${row.startedByName}`}
      href={(row) => links.application(row.applicationId).dryRun(row.id)}
      noun={['dry run', 'dry runs']}
      filtered={false}
      empty={
        <EmptyState title="No dry runs yet">
          A dry run says what a full cycle would do, person by person, and sends nothing. The last five are kept.
        </EmptyState>
      }
    />
  );
}

/** Starts one and opens its page. */
export function StartDryRun({ applicationId }: { applicationId: string }) {
  const router = useRouter();
  const start = useAction(startDryRunAction, {
    onSuccess: ({ id }) => router.push(links.application(applicationId).dryRun(id)),
  });
  return (
    <Button size="sm" pending={start.pending} onClick={() => void start.run({ applicationId })}>
      Dry run
    </Button>
  );
}
