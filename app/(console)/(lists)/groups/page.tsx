import type { Metadata } from 'next';
import { ListPage, type ListSearch } from '@/components/patterns/list-page';
import { may, requireSession } from '@/lib/auth/session';
import { listGroups } from '@/lib/directory/list-groups';
import { groupFilterSchema } from '@/lib/directory/schema';
import { GroupsTable } from '../../groups/_components/groups-table';
import { NewGroup } from '../../groups/_components/new-group';

export const metadata: Metadata = { title: 'User groups' };

interface Props {
  searchParams: ListSearch;
}

export default async function GroupsPage({ searchParams }: Props) {
  const session = await requireSession('groups.read');
  const filter = groupFilterSchema.parse(await searchParams);
  const page = await listGroups(filter);
  const writable = may(session, 'groups.write');
  return (
    <ListPage
      title="User groups"
      description="Associate a group with an application to give its members access, and to provision them."
      actions={writable && <NewGroup />}
      search="Search by name or description"
      exported="/api/groups/export"
      filters={[
        {
          param: 'origin',
          label: 'Origin',
          single: true,
          options: [
            { value: 'own', label: 'Made here' },
            { value: 'imported', label: 'Of an application' },
          ],
        },
        {
          param: 'membership',
          label: 'Members',
          single: true,
          options: [
            { value: 'hand', label: 'Added by hand' },
            { value: 'rule', label: 'By a rule (dynamic)' },
          ],
        },
      ]}
    >
      <GroupsTable page={page} sort={filter.sort} writable={writable} />
    </ListPage>
  );
}
