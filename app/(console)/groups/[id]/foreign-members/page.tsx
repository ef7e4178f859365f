import { notFound } from 'next/navigation';
import { z } from 'zod';
import { ListFrame, type ListSearch } from '@/components/patterns/list-page';
import { requireSession } from '@/lib/auth/session';
import { listForeignMembers } from '@/lib/directory/foreign-members';
import { findGroupDetail } from '../_components/find-group';
import { ForeignTable } from '../_components/foreign-table';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: ListSearch;
}

const querySchema = z.object({ cursor: z.string().max(2000).optional().catch(undefined) });

/** Who is in a group of an application over there, and not in the directory. */
export default async function ForeignMembersPage({ params, searchParams }: Props) {
  await requireSession('groups.read');
  const group = await findGroupDetail((await params).id);
  if (!group?.importedFrom) notFound();
  const label = group.importedFrom.displayLabel;
  return (
    <ListFrame>
      <p className="text-muted">
        They are in this group in {label}, and nobody of the directory has their account. Import the people of {label},
        or link their accounts: then they are members here at once.
      </p>
      <ForeignTable
        page={await listForeignMembers(group.id, querySchema.parse(await searchParams))}
        appName={label}
        told={group.membersTold}
      />
    </ListFrame>
  );
}
