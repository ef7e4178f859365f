import type { Metadata } from 'next';
import { FilterBar } from '@/components/patterns/filter-bar';
import { PageHeader } from '@/components/patterns/page-header';
import { may, requireSession } from '@/lib/auth/session';
import { listGroups } from '@/lib/directory/list-groups';
import { groupFilterSchema } from '@/lib/directory/schema';
import { GroupsTable } from '../_components/groups-table';
import { NewGroup } from '../_components/new-group';

export const metadata: Metadata = { title: 'User groups' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function GroupsPage({ searchParams }: Props) {
  const session = await requireSession('groups.read');
  const filter = groupFilterSchema.parse(await searchParams);
  const page = await listGroups(filter);
  const writable = may(session, 'groups.write');
  return (
    <>
      <PageHeader
        title="User groups"
        description="Associate a group with an application to give its members access, and to provision them."
        actions={writable && <NewGroup />}
      />
      <div className="grid gap-4">
        <FilterBar
          placeholder="Search by name or description"
          filters={[
            {
              param: 'origin',
              label: 'Origin',
              single: true,
              options: [
                { value: 'own', label: 'Made here' },
                { value: 'imported', label: 'Imported from an application' },
              ],
            },
          ]}
        />
        <GroupsTable
          rows={page.items}
          total={page.total}
          totalIsExact={page.totalIsExact}
          nextCursor={page.nextCursor}
          sort={filter.sort}
          writable={writable}
        />
      </div>
    </>
  );
}
