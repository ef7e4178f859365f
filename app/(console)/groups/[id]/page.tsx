import { notFound } from 'next/navigation';
import { z } from 'zod';
import { FilterBar } from '@/components/patterns/filter-bar';
import { may, requireSession } from '@/lib/auth/session';
import { listGroupMembers } from '@/lib/directory/queries';
import { AddMembers } from './_components/add-members';
import { findGroupDetail } from './_components/find-group';
import { MembersTable } from './_components/members-table';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const querySchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  kind: z.enum(['direct', 'nested']).optional().catch(undefined),
  cursor: z.string().max(2000).optional().catch(undefined),
});

/** Everyone in the group, direct members and those who come through nested groups. */
export default async function GroupMembersPage({ params, searchParams }: Props) {
  const session = await requireSession('groups.read');
  const group = await findGroupDetail((await params).id);
  if (!group) notFound();
  const { kind, ...query } = querySchema.parse(await searchParams);
  const page = await listGroupMembers({
    groupId: group.id,
    ...query,
    ...(kind ? { direct: kind === 'direct' } : {}),
  });
  const writable = may(session, 'groups.write') && !group.readOnly;
  return (
    <div className="grid gap-4">
      <FilterBar
        placeholder="Search members"
        filters={[
          {
            param: 'kind',
            label: 'Membership',
            single: true,
            options: [
              { value: 'direct', label: 'Direct', count: group.directMembers },
              {
                value: 'nested',
                label: 'Only through nested groups',
                count: group.effectiveMembers - group.directMembers,
              },
            ],
          },
        ]}
      >
        {writable && <AddMembers groupId={group.id} groupName={group.name} applications={group.applications} />}
      </FilterBar>
      <MembersTable
        group={{ id: group.id, name: group.name }}
        rows={page.items}
        total={page.total}
        totalIsExact={page.totalIsExact}
        nextCursor={page.nextCursor}
        writable={writable}
      />
    </div>
  );
}
