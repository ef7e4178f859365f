import type { Metadata } from 'next';
import { PageHeader } from '@/components/patterns/page-header';
import { requireSession } from '@/lib/auth/session';
import { now } from '@/lib/core/clock';
import { listCycles } from '@/lib/provisioning/queries/cycles';
import { CyclesTable } from '../applications/[id]/provisioning/_components/cycles-table';

export const metadata: Metadata = { title: 'Cycles' };

/** INSIGHTS › Cycles: the recent cycles of all applications. */
export default async function CyclesPage({ searchParams }: { searchParams: Promise<{ cursor?: string }> }) {
  await requireSession('provisioning.read');
  const { cursor } = await searchParams;
  const { items, nextCursor } = await listCycles({ cursor });
  return (
    <>
      <PageHeader title="Cycles" description="Full runs over the applications, the latest first." />
      <CyclesTable rows={items} nextCursor={nextCursor} now={now()} withApplication />
    </>
  );
}
