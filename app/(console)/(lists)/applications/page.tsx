import { Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { ListPage, type ListSearch } from '@/components/patterns/list-page';
import { LinkButton } from '@/components/ui/button';
import { applicationSorts, listApplications } from '@/lib/applications/queries';
import { may, requireSession } from '@/lib/auth/session';
import { now } from '@/lib/core/clock';
import { links } from '@/lib/core/links';
import { ApplicationsTable } from '../../applications/_components/applications-table';

export const metadata: Metadata = { title: 'SSO Applications' };

/** USER AUTHENTICATION › SSO Applications: the Configured Applications list. */
export default async function ApplicationsPage({ searchParams }: { searchParams: ListSearch }) {
  const session = await requireSession('applications.read');
  const query = await searchParams;
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : undefined);
  const sort = text('sort');
  const page = await listApplications({
    q: text('q'),
    sort: applicationSorts.find((known) => known === sort?.replace(/^-/, '')),
    descending: sort?.startsWith('-'),
    cursor: text('cursor'),
  });
  const mayWrite = may(session, 'applications.write');
  return (
    <ListPage
      title="SSO Applications"
      description="Configured Applications"
      actions={
        mayWrite && (
          <LinkButton href={links.newApplication()} variant="primary">
            <Plus aria-hidden /> Add New Application
          </LinkButton>
        )
      }
      search="Search applications"
    >
      <ApplicationsTable page={page} now={now()} mayWrite={mayWrite} />
    </ListPage>
  );
}
