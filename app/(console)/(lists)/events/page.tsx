import type { Metadata } from 'next';
import type { ListSearch } from '@/components/patterns/list-page';
import { PageHeader } from '@/components/patterns/page-header';
import { requireSession } from '@/lib/auth/session';
import { eventFilterSchema } from '@/lib/events/schema';
import { EventsScreen } from '../../events/_components/events-screen';

export const metadata: Metadata = { title: 'Events' };

interface Props {
  searchParams: ListSearch;
}

/** Insights › Events: everything that was done or attempted, newest first. */
export default async function EventsPage({ searchParams }: Props) {
  await requireSession('events.read');
  const query = await searchParams;
  return (
    <>
      <PageHeader
        title="Events"
        description="Everything that people and Latchkey did or attempted. Nothing in here is ever changed."
      />
      <EventsScreen filter={eventFilterSchema.parse(query)} cursor={query.cursor} />
    </>
  );
}
