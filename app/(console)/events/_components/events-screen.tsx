import { FilterBar, type FilterDef } from '@/components/patterns/filter-bar';
import { countEvents, countLimit, latestEventId, listEventApplications, listEvents } from '@/lib/events/queries';
import { type EventFilter, eventNames } from '@/lib/events/schema';
import { EventsList } from './events-list';
import { ExportMenu } from './export-menu';
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
  const [page, total, latest, applications] = await Promise.all([
    listEvents(filter, before),
    countEvents(filter),
    latestEventId(),
    within ? [] : listEventApplications(),
  ]);
  const targetName = page.items[0]?.targetName ?? 'one target';
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
    <div className="grid gap-4">
      <FilterBar placeholder="Search events" filters={filters}>
        <TimeRange />
        <LiveSwitch />
        <ExportMenu {...(within ? { application: within } : {})} />
      </FilterBar>
      <EventsList
        rows={page.items}
        total={total}
        more={`More than ${countLimit.toLocaleString('en')} events`}
        nextCursor={page.nextCursor}
        latest={latest}
        within={within}
      />
    </div>
  );
}
