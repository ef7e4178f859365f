import type { Metadata } from 'next';
import { requireSession } from '@/lib/auth/session';
import { eventFilterSchema } from '@/lib/events/schema';
import { EventsScreen } from '../../../events/_components/events-screen';
import { loadApplication } from '../_components/load-application';

export const metadata: Metadata = { title: 'Events' };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Events of one application. */
export default async function ApplicationEventsPage({ params, searchParams }: Props) {
  await requireSession('events.read');
  const application = await loadApplication((await params).id);
  const query = await searchParams;
  const filter = { ...eventFilterSchema.parse(query), application: application.id };
  return <EventsScreen filter={filter} cursor={query.cursor} within={application.id} />;
}
