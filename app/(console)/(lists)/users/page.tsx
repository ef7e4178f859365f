import type { Metadata } from 'next';
import { ListPage, type ListSearch } from '@/components/patterns/list-page';
import { LinkButton } from '@/components/ui/button';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import type { Counted } from '@/lib/db/bounded-count';
import { listDeletedMatches, listUsers, readUserFacets } from '@/lib/directory/list-users';
import { userFilterSchema } from '@/lib/directory/schema';
import { DeletedMatches } from '../../users/_components/deleted-matches';
import { UsersTable } from '../../users/_components/users-table';

export const metadata: Metadata = { title: 'Users' };

interface Props {
  searchParams: ListSearch;
}

export default async function UsersPage({ searchParams }: Props) {
  const session = await requireSession('users.read');
  // Only what the filter bar shows: nothing in the address filters unseen.
  const filter = userFilterSchema.omit({ groupId: true }).parse(await searchParams);
  const writable = may(session, 'users.write');
  const [page, facets] = await Promise.all([listUsers(filter), readUserFacets()]);
  const { statuses, departments, contested } = facets;
  const deleted = await listDeletedMatches(filter, page);
  return (
    <ListPage
      title="Users"
      description="The people of your organization. What changes here reaches the applications within seconds."
      actions={
        writable && (
          <>
            <LinkButton href={links.userBatches()}>Changes of many</LinkButton>
            <LinkButton href={links.importUsers()}>Import CSV</LinkButton>
            <LinkButton href={links.newUser()} variant="primary">
              New user
            </LinkButton>
          </>
        )
      }
      search="Search by name, e-mail, employee ID"
      exported="/api/users/export"
      filters={[
        {
          param: 'status',
          label: 'Status',
          single: true,
          options: [
            { value: 'active', label: 'Active', ...counted(statuses.active) },
            { value: 'pending', label: 'Password pending', ...counted(statuses.pending) },
            { value: 'suspended', label: 'Suspended', ...counted(statuses.suspended) },
            { value: 'deleted', label: 'Deleted', ...counted(statuses.deleted) },
          ],
        },
        {
          param: 'role',
          label: 'Role',
          single: true,
          options: [
            { value: 'administrator', label: 'Administrator' },
            { value: 'helpdesk', label: 'Helpdesk' },
            { value: 'user', label: 'User' },
          ],
        },
        {
          param: 'department',
          label: 'Department',
          single: true,
          options: departments.map((value) => ({ value, label: value })),
        },
        ...(contested.total > 0 || filter.names
          ? [
              {
                param: 'names',
                label: 'Names',
                single: true,
                options: [{ value: 'contested', label: 'Somebody else’s too', ...counted(contested) }],
              },
            ]
          : []),
      ]}
    >
      <UsersTable page={page} sort={filter.sort} writable={writable} deleted={filter.status === 'deleted'} />
      <DeletedMatches q={filter.q ?? ''} {...deleted} />
    </ListPage>
  );
}

const counted = ({ total, totalIsExact }: Counted) => ({ count: total, countIsExact: totalIsExact });
