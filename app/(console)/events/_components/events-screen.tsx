import { ExportMenu } from '@/components/patterns/export-menu';
import type { FilterDef } from '@/components/patterns/filter-bar';
import { FoundList, ListFrame } from '@/components/patterns/list-page';
import { countLimit } from '@/lib/db/bounded-count';
import { wordsOf } from '@/lib/db/search';
import { countEvents, latestEventId, listEventApplications, listEvents } from '@/lib/events/queries';
import { type EventFilter, eventNames } from '@/lib/events/schema';
import { unlessGivenUp } from '../../_components/unless-given-up';
import { EventsList } from './events-list';
import { LiveSwitch } from './live-switch';
import { TimeRange } from './time-range';

/** The list of events with its filters. @param within the application whose tab this is: it is no filter then */
export async function EventsScreen({
  filter,
  cursor,
  within,
}: {
  filter: EventFilter;
  cursor: string | string[] | undefined;
  within?: string;
}) {
  const before = typeof cursor === 'string' ? cursor : undefined;
  const [found, total, latest, applications] = await Promise.all([
    unlessGivenUp(listEvents(filter, before)),
    // A search says with its page how many it has found.
    wordsOf(filter.q).length > 0 ? undefined : countEvents(filter),
    latestEventId(),
    within ? [] : listEventApplications(),
  ]);
  const targetName = ('items' in found ? found.items[0]?.targetName : undefined) ?? 'one target';
  const filters: FilterDef[] = [
    {
      param: 'name',
      label: 'Event',
      options: Object.keys(eventNames).map((name) => ({ value: name, label: name })),
    },
    {
      param: 'outcome',
      label: 'Outcome',
      single: true,
      options: [
        { value: 'success', label: 'Success' },
        { value: 'error', label: 'Error' },
      ],
    },
    ...(applications.length > 0
      ? [
          {
            param: 'application',
            label: 'Application',
            single: true,
            options: applications.map(({ id, displayLabel }) => ({ value: id, label: displayLabel })),
          },
        ]
      : []),
    // Reached by links: a person, a group, a cycle.
    ...(filter.target
      ? [{ param: 'target', label: 'Target', single: true, options: [{ value: filter.target, label: targetName }] }]
      : []),
    ...(filter.cycle
      ? [{ param: 'cycle', label: 'Cycle', single: true, options: [{ value: filter.cycle, label: 'one cycle' }] }]
      : []),
  ];
  return (
    <ListFrame
      search="Search events"
      filters={filters}
      tools={
        <>
          <TimeRange />
          <LiveSwitch />
          <ExportMenu
            address="/api/events/export"
            without={['live']}
            {...(within ? { also: { application: within } } : {})}
          />
        </>
      }
    >
      <FoundList found={found}>
        {(page) => (
          <EventsList
            page={typeof total === 'number' ? { ...page, total, totalIsExact: true } : page}
            uncounted={whyUncounted(total)}
            latest={latest}
            within={within}
          />
        )}
      </FoundList>
    </ListFrame>
  );
}

/** Why the list says no number; undefined: it says one, or what a search has found. */
function whyUncounted(total: number | 'more' | 'slow' | undefined): string | undefined {
  if (total === 'more') return `More than ${countLimit.toLocaleString('en')} events: filter to count them.`;
  return total === 'slow' ? 'Counting them takes too long: filter to count them.' : undefined;
}
