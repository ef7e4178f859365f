import { notFound } from 'next/navigation';
import { PartialSearch } from '@/components/patterns/data-table-parts';
import { FoundList, ListFrame, type ListSearch } from '@/components/patterns/list-page';
import { TextLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Pagination } from '@/components/ui/pagination';
import { requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { searchedRows } from '@/lib/core/pagination';
import { listPersonHistory, personHistorySchema } from '@/lib/events/person-history';
import { unlessGivenUp } from '../../../../_components/unless-given-up';
import { findUserDetail } from '../../_components/find-user';
import { HistoryEntry } from '../../_components/history-entry';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: ListSearch;
}

/** Who changed what of a person, and when. */
export default async function PersonHistoryPage({ params, searchParams }: Props) {
  await requireSession('events.read');
  const user = await findUserDetail((await params).id);
  if (!user) notFound();
  const filter = personHistorySchema.parse(await searchParams);
  const found = await unlessGivenUp(listPersonHistory(user.id, filter));
  return (
    <ListFrame
      search="Search the history"
      filters={[
        {
          param: 'show',
          label: 'Show',
          single: true,
          options: [{ value: 'all', label: 'Sign-ins, provisioning and failures too' }],
        },
      ]}
      tools={<TextLink href={links.events({ target: user.id })}>All events</TextLink>}
    >
      <FoundList found={found}>
        {({ items, nextCursor, partial }) => (
          <>
            {items.length === 0 ? (
              <div className="rounded-lg border border-line bg-surface">
                <Nothing userId={user.id} searched={Boolean(filter.q)} />
              </div>
            ) : (
              <ol aria-label={`History of ${user.displayName}`} className="grid gap-3">
                {items.map((event) => (
                  <li key={event.id} className="min-w-0">
                    <HistoryEntry event={event} />
                  </li>
                ))}
              </ol>
            )}
            {partial && <PartialSearch noun="events" rows={searchedRows} further={filter.cursor !== undefined} />}
            <div className="flex justify-end">
              <Pagination nextCursor={nextCursor} />
            </div>
          </>
        )}
      </FoundList>
    </ListFrame>
  );
}

function Nothing({ userId, searched }: { userId: string; searched: boolean }) {
  if (searched) {
    return (
      <EmptyState
        title="Nothing matches"
        action={<TextLink href={links.userHistory(userId)}>Clear search and filters</TextLink>}
      >
        Try other words, or show sign-ins, provisioning and failures too.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No changes are kept">
      Each change is listed here from now on, for as long as events are kept under Settings › General.
    </EmptyState>
  );
}
