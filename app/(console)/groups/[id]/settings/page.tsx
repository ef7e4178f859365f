import { notFound } from 'next/navigation';
import { TextLink } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { DescriptionList } from '@/components/ui/table';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { listContestedGroups } from '@/lib/directory/contested-names';
import { findGroupDetail } from '../_components/find-group';
import { DeleteGroup, GroupSettings } from '../_components/group-settings';
import { TurnGroup } from '../_components/turn-group';

/** Name, description, deletion. */
export default async function GroupSettingsPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('groups.read');
  const group = await findGroupDetail((await params).id);
  if (!group) notFound();
  if (group.importedFrom && may(session, 'groups.write')) {
    return (
      <div className="grid gap-8">
        <DescriptionList
          items={[
            { label: 'Name', value: group.name },
            { label: 'Group of', value: group.importedFrom.displayLabel },
          ]}
        />
        <TurnGroup
          id={group.id}
          version={group.version}
          name={group.name}
          appName={group.importedFrom.displayLabel}
          people={group.effectiveMembers}
          foreign={group.foreignMembers}
          applications={group.applications}
        />
        {group.orphan && (
          <DeleteGroup
            id={group.id}
            name={group.name}
            people={group.effectiveMembers}
            applications={group.applications}
          />
        )}
      </div>
    );
  }
  if (group.readOnly || !may(session, 'groups.write')) {
    return (
      <DescriptionList
        items={[
          { label: 'Name', value: group.name },
          { label: 'Description', value: group.description || undefined },
        ]}
      />
    );
  }
  const [contested] = await listContestedGroups(group.id);
  return (
    <div className="grid gap-5">
      {contested && (
        <Callout kind="warning" title="Another user group has this name as well">
          <TextLink href={links.group(contested.holder.id)}>{contested.holder.name}</TextLink> had it first, from before
          names were compared in any case and form of writing. Give one of the two another name, so that applications
          can tell them apart.
        </Callout>
      )}
      <GroupSettings
        id={group.id}
        version={group.version}
        name={group.name}
        description={group.description}
        people={group.effectiveMembers}
        applications={group.applications}
      />
    </div>
  );
}
