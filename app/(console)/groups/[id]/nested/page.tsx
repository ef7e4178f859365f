import { notFound } from 'next/navigation';
import { z } from 'zod';
import type { ListSearch } from '@/components/patterns/list-page';
import { TextLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Pagination } from '@/components/ui/pagination';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { listNestedGroups, listParentGroups } from '@/lib/directory/nested-groups';
import { findGroupDetail } from '../_components/find-group';
import { NestedGroups } from '../_components/nested-groups';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: ListSearch;
}

const cursor = z.string().max(2000).optional().catch(undefined);
/** Each of the two lists has pages of its own. */
const querySchema = z.object({ cursor, above: cursor });

/** The groups nested in this one, and those that it is nested in. */
export default async function NestedGroupsPage({ params, searchParams }: Props) {
  const session = await requireSession('groups.read');
  const group = await findGroupDetail((await params).id);
  if (!group) notFound();
  const pages = querySchema.parse(await searchParams);
  const [nested, parents] = await Promise.all([
    listNestedGroups(group.id, { cursor: pages.cursor }),
    listParentGroups(group.id, { cursor: pages.above }),
  ]);
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_340px]">
      <NestedGroups
        group={{ id: group.id, name: group.name }}
        page={nested}
        writable={may(session, 'groups.write') && !group.readOnly}
      />
      <Card title="Nested in" description="Members of this group are members of these as well.">
        {parents.items.length === 0 ? (
          <EmptyState className="py-4" title="In no other group" />
        ) : (
          <div className="grid gap-3">
            <ul className="grid gap-2">
              {parents.items.map((parent) => (
                <li key={parent.id}>
                  <TextLink href={links.group(parent.id)}>{parent.name}</TextLink>
                </li>
              ))}
            </ul>
            <Pagination nextCursor={parents.nextCursor} param="above" />
          </div>
        )}
      </Card>
    </div>
  );
}
