import { notFound } from 'next/navigation';
import { TextLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { findGroupDetail } from '../_components/find-group';
import { NestedGroups } from '../_components/nested-groups';

/** The groups nested in this one, and those that it is nested in. */
export default async function NestedGroupsPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('groups.read');
  const group = await findGroupDetail((await params).id);
  if (!group) notFound();
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_340px]">
      <NestedGroups
        group={{ id: group.id, name: group.name }}
        nested={group.children}
        writable={may(session, 'groups.write') && !group.readOnly}
      />
      <Card title="Nested in" description="Members of this group are members of these as well.">
        {group.parents.length === 0 ? (
          <EmptyState className="py-4" title="In no other group" />
        ) : (
          <ul className="grid gap-2">
            {group.parents.map((parent) => (
              <li key={parent.id}>
                <TextLink href={links.group(parent.id)}>{parent.name}</TextLink>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </div>
  );
}
