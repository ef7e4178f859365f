import type { Metadata } from 'next';
import { ListPage, type ListSearch } from '@/components/patterns/list-page';
import { requireSession } from '@/lib/auth/session';
import { now } from '@/lib/core/clock';
import { waitingFilterSchema } from '@/lib/imports/schema';
import { listWaitingApplications, listWaitingImports } from '@/lib/imports/waiting';
import { WaitingTable } from '../../applications/[id]/import/_components/waiting-table';

export const metadata: Metadata = { title: 'Imports' };

/** INSIGHTS › Imports: what waits for whoever reviews, over all applications. */
export default async function ImportsPage({ searchParams }: { searchParams: ListSearch }) {
  await requireSession('imports.read');
  const filter = waitingFilterSchema.parse(await searchParams);
  const [page, applications] = await Promise.all([listWaitingImports(filter), listWaitingApplications()]);
  return (
    <ListPage
      title="Imports"
      description="What waits for somebody: accounts and groups to review, and what has failed and can be tried again. The oldest first."
      search="Search by application"
      exported="/api/imports/waiting/export"
      filters={[
        {
          param: 'application',
          label: 'Application',
          single: true,
          options: applications.map(({ id, displayLabel }) => ({ value: id, label: displayLabel })),
        },
        {
          param: 'state',
          label: 'State',
          single: true,
          options: [
            { value: 'to_review', label: 'To review' },
            { value: 'to_retry', label: 'Failed accounts' },
          ],
        },
      ]}
    >
      <WaitingTable page={page} now={now()} filtered={Boolean(filter.q || filter.application || filter.state)} />
    </ListPage>
  );
}
