import type { Metadata } from 'next';
import { z } from 'zod';
import { ExportMenu } from '@/components/patterns/export-menu';
import { FilterBar } from '@/components/patterns/filter-bar';
import { listGroupsOfApplication } from '@/lib/applications/association-queries';
import { may, requireSession } from '@/lib/auth/session';
import { listGroupLinks } from '@/lib/provisioning/queries/group-links';
import { findIntegration } from '@/lib/provisioning/queries/integration-state';
import { whatIsTold } from '@/lib/provisioning/told-members';
import { loadApplication } from '../_components/load-application';
import { GroupsForm } from './_components/groups-form';

export const metadata: Metadata = { title: 'User Groups' };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const groupsOnPage = 50;
const querySchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  associated: z.enum(['yes', 'no']).optional().catch(undefined),
  cursor: z.string().max(2_000).optional().catch(undefined),
});

/** User Groups: which groups let their members in. Everybody else is denied. */
export default async function ApplicationGroupsPage({ params, searchParams }: Props) {
  const session = await requireSession('applications.read');
  const application = await loadApplication((await params).id);
  const { q, associated, cursor } = querySchema.parse(await searchParams);
  const page = await listGroupsOfApplication(application.id, {
    q,
    associated: associated && associated === 'yes',
    cursor,
    limit: groupsOnPage,
  });
  const provisions = application.idmStatus !== 'not_configured' && application.idmStatus !== 'inactive';
  const integration = provisions ? await findIntegration(application.id) : undefined;
  const shown = page.items.filter((group) => group.associated).map((group) => group.id);
  return (
    <GroupsForm
      applicationId={application.id}
      appName={application.displayLabel}
      provisions={provisions}
      linked={integration?.manageGroups ? await listGroupLinks(application.id, shown) : undefined}
      membersTold={
        integration?.manageGroups
          ? whatIsTold({
              memberReads: integration.profile.memberReads.value,
              membersShown: integration.profile.membersShown.value,
              patchGroups: integration.profile.patchGroups.value,
            })
          : undefined
      }
      choices={page.items}
      total={page.total}
      nextCursor={page.nextCursor}
      filtered={Boolean(q) || associated !== undefined}
      filters={
        <FilterBar
          placeholder="Search user groups"
          filters={[
            {
              param: 'associated',
              label: 'Access',
              single: true,
              options: [
                { value: 'yes', label: 'Associated' },
                { value: 'no', label: 'Not associated' },
              ],
            },
          ]}
        >
          <ExportMenu address={`/api/applications/${application.id}/groups/export`} />
        </FilterBar>
      }
      readOnly={!may(session, 'applications.write')}
    />
  );
}
