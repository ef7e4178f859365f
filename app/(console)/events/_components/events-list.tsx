'use client';

import { ScrollText } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { EmptyState } from '@/components/ui/empty-state';
import { Status, ToneIcon } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import type { EventRow } from '@/lib/events/queries';
import { useTail } from './use-tail';

const notFilters = new Set(['sort', 'cursor', 'live']);

/** Events, newest first; with the live tail, those that come meanwhile are put on top. */
export function EventsList(props: {
  page: ListedRows<EventRow>;
  /** Why the page has no total. */
  uncounted: string | undefined;
  latest: string;
  within: string | undefined;
}) {
  const search = useSearchParams();
  const live = search.get('live') === '1' && !search.has('cursor') && !search.has('until');
  const query = useMemo(() => {
    const params = new URLSearchParams(search);
    for (const name of notFilters) params.delete(name);
    if (props.within) params.set('application', props.within);
    return params.toString();
  }, [search, props.within]);
  const newer = useTail(query, props.latest, live);
  const known = new Set(props.page.items.map((row) => row.id));
  const fresh = newer.filter((row) => !known.has(row.id));
  const shown = props.within ? columns.filter((column) => column.id !== 'application') : columns;
  return (
    <>
      {live && (
        <p role="status" className="text-muted text-xs">
          <Status tone="progress">Live</Status>{' '}
          {fresh.length > 0 && `${fresh.length.toLocaleString('en')} new since you opened this page`}
        </p>
      )}
      <DataTable
        label="Events"
        columns={shown}
        page={{
          ...props.page,
          items: [...fresh, ...props.page.items],
          total: props.page.total === undefined ? undefined : props.page.total + fresh.length,
        }}
        rowId={(row) => row.id}
        rowLabel={(row) => row.name}
        href={(row) => links.event(row.id)}
        noun={['event', 'events']}
        filtered={[...search.keys()].some((name) => !notFilters.has(name))}
        empty={
          <EmptyState icon={ScrollText} title="Nothing has happened yet">
            What people and Latchkey do is listed here.
          </EmptyState>
        }
      />
      {props.uncounted && <p className="text-muted text-xs">{props.uncounted}</p>}
    </>
  );
}

const none = <span className="text-muted">None</span>;

const columns: DataColumn<EventRow>[] = [
  { id: 'at', header: 'Time', width: '216px', cell: (row) => <AbsoluteTime at={row.at} seconds /> },
  {
    id: 'name',
    header: 'Event',
    width: '210px',
    mono: true,
    title: (row) => row.name,
    cell: (row) => <Name row={row} />,
  },
  {
    id: 'outcome',
    header: 'Outcome',
    width: '104px',
    hideBelow: 'sm',
    cell: (row) => (
      <Status tone={row.outcome === 'error' ? 'error' : 'ok'}>{row.outcome === 'error' ? 'Error' : 'Success'}</Status>
    ),
  },
  { id: 'actor', header: 'Actor', hideBelow: 'lg', title: (row) => row.actorName, cell: (row) => row.actorName },
  {
    id: 'target',
    header: 'Target',
    hideBelow: 'md',
    title: (row) => row.targetName ?? undefined,
    cell: (row) => row.targetName ?? none,
  },
  {
    id: 'application',
    header: 'Application',
    hideBelow: 'xl',
    title: (row) => row.applicationLabel ?? undefined,
    cell: (row) => row.applicationLabel ?? none,
  },
  {
    id: 'message',
    header: 'What happened',
    width: '26%',
    hideBelow: 'lg',
    title: (row) => summary(row),
    cell: (row) => <span className={row.outcome === 'error' ? '' : 'text-muted'}>{summary(row)}</span>,
  },
];

/** On a phone, where the outcome has no column, an error shows here. */
function Name({ row }: { row: EventRow }) {
  return (
    <>
      {row.outcome === 'error' && (
        <span className="mr-1.5 inline-block align-[-3px] sm:hidden">
          <ToneIcon tone="error" />
          <span className="sr-only">Error: </span>
        </span>
      )}
      {row.name}
    </>
  );
}

/** What happened, and how often where it was written once for several times. */
function summary(row: EventRow): string | undefined {
  const words = summaryOf(row);
  return row.count === 1 ? words : `${row.count.toLocaleString('en')} × ${words ?? row.name}`;
}

/** The message; without one, what was changed. */
function summaryOf({ message, code, changes }: EventRow): string | undefined {
  if (message) return message;
  if (code) return code;
  const names = Object.keys(changes ?? {});
  if (names.length === 0) return undefined;
  return names.length > 3 ? `${names.slice(0, 3).join(', ')}, and ${names.length - 3} more` : names.join(', ');
}
