import { Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { ListPage, type ListSearch } from '@/components/patterns/list-page';
import { LinkButton } from '@/components/ui/button';
import { applicationFilterSchema, listApplications } from '@/lib/applications/queries';
import { may, requireSession } from '@/lib/auth/session';
import { now } from '@/lib/core/clock';
import { links } from '@/lib/core/links';
import { ApplicationsTable } from '../../applications/_components/applications-table';

export const metadata: Metadata = { title: 'SSO Applications' };

/** USER AUTHENTICATION › SSO Applications: the Configured Applications list. */
export default async function ApplicationsPage({ searchParams }: { searchParams: ListSearch }) {
  const session = await requireSession('applications.read');
  const { sort, ...filter } = applicationFilterSchema.parse(await searchParams);
  const page = await listApplications({ ...filter, ...sort });
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
      exported="/api/applications/export"
    >
      <ApplicationsTable page={page} now={now()} mayWrite={mayWrite} />
    </ListPage>
  );
}
