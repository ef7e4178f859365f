import type { Metadata } from 'next';
import { ListPage } from '@/components/patterns/list-page';
import { requireSession } from '@/lib/auth/session';
import { now } from '@/lib/core/clock';
import { listCycles } from '@/lib/provisioning/queries/cycles';
import { CyclesTable } from '../../applications/[id]/provisioning/_components/cycles-table';

export const metadata: Metadata = { title: 'Cycles' };

/** INSIGHTS › Cycles: the recent cycles of all applications. */
export default async function CyclesPage({ searchParams }: { searchParams: Promise<{ cursor?: string }> }) {
  await requireSession('provisioning.read');
  const { cursor } = await searchParams;
  const page = await listCycles({ cursor });
  return (
    <ListPage
      title="Cycles"
      description="Full runs over the applications, the latest first."
      {...(page.items.length > 0 ? { exported: '/api/cycles/export' } : {})}
    >
      <CyclesTable page={page} now={now()} withApplication />
    </ListPage>
  );
}
