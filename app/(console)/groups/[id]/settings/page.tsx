import { notFound } from 'next/navigation';
import { DescriptionList } from '@/components/ui/table';
import { may, requireSession } from '@/lib/auth/session';
import { findGroupDetail } from '../_components/find-group';
import { GroupSettings } from '../_components/group-settings';

/** Name, description, deletion. */
export default async function GroupSettingsPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('groups.read');
  const group = await findGroupDetail((await params).id);
  if (!group) notFound();
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
  return (
    <GroupSettings
      id={group.id}
      version={group.version}
      name={group.name}
      description={group.description}
      people={group.effectiveMembers}
      applications={group.applications}
    />
  );
}
