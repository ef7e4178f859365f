'use client';

import { type DataColumn, DataTable } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { Badge } from '@/components/ui/badge';
import { EmptyState } from '@/components/ui/empty-state';
import { Status, type Tone } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import type { OnDemandOutcomeName } from '@/lib/provisioning/on-demand/schema';
import type { OnDemandRunRow } from '@/lib/provisioning/queries/attempt';

const outcomes: Readonly<Record<OnDemandOutcomeName, { tone: Tone; word: string }>> = {
  sent: { tone: 'ok', word: 'Sent' },
  nothing: { tone: 'inactive', word: 'No change' },
  skipped: { tone: 'attention', word: 'Skipped' },
  held: { tone: 'attention', word: 'Held' },
  failed: { tone: 'error', word: 'Failed' },
  unknown: { tone: 'attention', word: 'Answer lost' },
};

const columns = (now: Date): DataColumn<OnDemandRunRow>[] => [
  {
    id: 'subject',
    header: 'Person or group',
    cell: ({ subject }) => (
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium">{subject.name}</span>
        {subject.type === 'group' && <Badge icon={false}>Group</Badge>}
      </span>
    ),
  },
  {
    id: 'outcome',
    header: 'Outcome',
    width: '150px',
    cell: ({ outcome }) => {
      const { tone, word } = outcome ? outcomes[outcome] : { tone: 'progress' as const, word: 'Under way' };
      return <Status tone={tone}>{word}</Status>;
    },
  },
  { id: 'by', header: 'By', width: '180px', hideBelow: 'md', cell: (row) => row.startedByName },
  { id: 'at', header: 'When', width: '140px', cell: (row) => <RelativeTime at={row.startedAt} now={now} /> },
];

/** Who was provisioned on demand of late; each opens as it was. */
export function RecentRuns({
  applicationId,
  runs,
  now,
}: {
  applicationId: string;
  runs: readonly OnDemandRunRow[];
  now: Date;
}) {
  return (
    <DataTable
      label="The latest on demand"
      columns={columns(now)}
      page={{ items: runs }}
      rowId={(row) => row.id}
      rowLabel={(row) => row.subject.name}
      href={(row) => links.application(applicationId).onDemand({ attempt: row.id })}
      noun={['attempt', 'attempts']}
      filtered={false}
      empty={
        <EmptyState title="Nobody was provisioned on demand yet">
          Choose a person or a user group: you see what would be sent, and then each step with its request and answer.
        </EmptyState>
      }
    />
  );
}
