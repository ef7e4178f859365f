import type { Metadata } from 'next';
import { z } from 'zod';
import type { ListSearch } from '@/components/patterns/list-page';
import { PageHeader } from '@/components/patterns/page-header';
import { requireSession } from '@/lib/auth/session';
import { listUserBatches } from '@/lib/batches/queries';
import { links } from '@/lib/core/links';
import { BatchesTable } from './_components/batches-table';

export const metadata: Metadata = { title: 'Changes of many people' };

const querySchema = z.object({ cursor: z.string().max(2000).optional().catch(undefined) });

/** What was done to many people at once, and imports from files. */
export default async function UserBatchesPage({ searchParams }: { searchParams: ListSearch }) {
  await requireSession('users.read');
  const page = await listUserBatches(querySchema.parse(await searchParams));
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Users', href: links.users() }, { label: 'Changes of many' }]}
        title="Changes of many people"
        description="Each can be left and reopened, says of whom it failed, and can be undone where that is possible."
      />
      <BatchesTable page={page} />
    </>
  );
}
