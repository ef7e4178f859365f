import { Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { FilterBar } from '@/components/patterns/filter-bar';
import { PageHeader } from '@/components/patterns/page-header';
import { LinkButton } from '@/components/ui/button';
import { applicationSorts, listApplications } from '@/lib/applications/queries';
import { may, requireSession } from '@/lib/auth/session';
import { now } from '@/lib/core/clock';
import { links } from '@/lib/core/links';
import { ApplicationsTable } from '../_components/applications-table';

export const metadata: Metadata = { title: 'SSO Applications' };

type Search = Promise<Record<string, string | string[] | undefined>>;

/** USER AUTHENTICATION › SSO Applications: the Configured Applications list. */
export default async function ApplicationsPage({ searchParams }: { searchParams: Search }) {
  const session = await requireSession('applications.read');
  const query = await searchParams;
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : undefined);
  const sort = text('sort');
  const { items, total, nextCursor } = await listApplications({
    q: text('q'),
    sort: applicationSorts.find((known) => known === sort?.replace(/^-/, '')),
    descending: sort?.startsWith('-'),
    cursor: text('cursor'),
  });
  const mayWrite = may(session, 'applications.write');
  return (
    <>
      <PageHeader
        title="SSO Applications"
        description="Configured Applications"
        actions={
          mayWrite && (
            <LinkButton href={links.newApplication()} variant="primary">
              <Plus aria-hidden /> Add New Application
            </LinkButton>
          )
        }
      />
      <div className="grid gap-4">
        <FilterBar placeholder="Search applications" />
        <ApplicationsTable rows={items} total={total} nextCursor={nextCursor} now={now()} mayWrite={mayWrite} />
      </div>
    </>
  );
}
