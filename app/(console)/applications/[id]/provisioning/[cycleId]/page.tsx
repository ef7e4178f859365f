import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { may, requireSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { links } from '@/lib/core/links';
import { listCycleCauses } from '@/lib/provisioning/queries/cycle-causes';
import { cycleRowFilterSchema, listCycleRows } from '@/lib/provisioning/queries/cycle-rows';
import { type CycleSummary, getCycle } from '@/lib/provisioning/queries/cycles';
import { loadApplication } from '../../_components/load-application';
import { CycleDetail } from '../_components/cycle-detail';

export const metadata: Metadata = { title: 'Cycle' };

interface Props {
  params: Promise<{ id: string; cycleId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** One cycle: what became of everyone in it. */
export default async function CyclePage({ params, searchParams }: Props) {
  const session = await requireSession('provisioning.read');
  const { id, cycleId } = await params;
  const application = await loadApplication(id);
  const cycle = await find(cycleId);
  if (cycle.applicationId !== application.id) notFound();
  const query = await searchParams;
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : undefined);
  const { outcome, cause } = cycleRowFilterSchema.parse({ outcome: text('outcome'), cause: text('cause') });
  const drift = text('drift') === 'found';
  const [page, causes] = await Promise.all([
    listCycleRows({ cycleId, outcome, cause, drift, q: text('q'), cursor: text('cursor') }),
    listCycleCauses(cycleId),
  ]);
  return (
    <div className="grid gap-4">
      <Breadcrumb
        label="Breadcrumb of the tab"
        items={[
          { label: 'Provisioning', href: links.application(id).provisioning() },
          { label: `Cycle of ${cycle.startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC` },
        ]}
      />
      <CycleDetail cycle={cycle} page={page} causes={causes} mayRun={may(session, 'provisioning.run')} />
    </div>
  );
}

async function find(cycleId: string): Promise<CycleSummary> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(cycleId)) notFound();
  try {
    return await getCycle(cycleId);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  }
}
