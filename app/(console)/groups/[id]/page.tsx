import { notFound } from 'next/navigation';
import { ListFrame, type ListSearch } from '@/components/patterns/list-page';
import { TextLink } from '@/components/ui/button';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { listNamedAttributes } from '@/lib/directory/attribute-definitions';
import { listGroupMembers } from '@/lib/directory/queries';
import { memberFilterSchema } from '@/lib/directory/schema';
import { filterWords } from '@/lib/filters/schema';
import { AddMembers } from './_components/add-members';
import { findGroupDetail } from './_components/find-group';
import { MembersTable } from './_components/members-table';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: ListSearch;
}

/** Everyone in the group, direct members and those who come through nested groups. */
export default async function GroupMembersPage({ params, searchParams }: Props) {
  const session = await requireSession('groups.read');
  const group = await findGroupDetail((await params).id);
  if (!group) notFound();
  const { kind, ...query } = memberFilterSchema.parse(await searchParams);
  const page = await listGroupMembers({
    groupId: group.id,
    ...query,
    ...(kind ? { direct: kind === 'direct' } : {}),
  });
  const writable = may(session, 'groups.write') && !group.readOnly && !group.dynamic;
  return (
    <ListFrame
      search="Search members"
      exported={`/api/groups/${group.id}/members/export`}
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
      tools={writable && <AddMembers groupId={group.id} groupName={group.name} applications={group.applications} />}
    >
      {group.rule && (
        <p className="pb-4 text-muted">
          Members follow from <TextLink href={links.groupRule(group.id)}>the rule</TextLink>:{' '}
          <span className="break-words text-ink">{filterWords(group.rule, {}, await listNamedAttributes())}</span>
        </p>
      )}
      <MembersTable
        group={{ id: group.id, name: group.name, dynamic: group.dynamic, of: group.importedFrom?.displayLabel }}
        page={page}
        writable={writable}
      />
    </ListFrame>
  );
}
