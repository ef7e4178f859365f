import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { may, requireSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { isUuid } from '@/lib/core/ids';
import { links } from '@/lib/core/links';
import { dryRunFilterSchema } from '@/lib/provisioning/dry-runs/schema';
import { listDryRunRows } from '@/lib/provisioning/queries/dry-run-rows';
import { type DryRunDetail as FoundDryRun, getDryRun } from '@/lib/provisioning/queries/dry-runs';
import { findIntegration } from '@/lib/provisioning/queries/integration-state';
import { loadApplication } from '../../../_components/load-application';
import { DryRunDetail } from './_components/dry-run-detail';

export const metadata: Metadata = { title: 'Dry run' };

interface Props {
  params: Promise<{ id: string; runId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** One dry run: what a full cycle would do, person by person. */
export default async function DryRunPage({ params, searchParams }: Props) {
  const session = await requireSession('provisioning.read');
  const { id, runId } = await params;
  const application = await loadApplication(id);
  const run = await find(runId);
  if (run.applicationId !== application.id) notFound();
  const query = await searchParams;
  // Nonsense in an address counts as absent, member by member.
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : undefined);
  const { kind, compared, of, q } = dryRunFilterSchema.shape;
  const filter = {
    kind: kind.safeParse(text('kind')).data,
    compared: compared.safeParse(text('compared')).data,
    of: of.safeParse(text('of')).data,
    q: q.safeParse(text('q')).data,
  };
  const [page, integration] = await Promise.all([
    listDryRunRows(runId, { ...filter, cursor: text('cursor') }),
    findIntegration(id),
  ]);
  return (
    <div className="grid gap-4">
      <Breadcrumb
        label="Breadcrumb of the tab"
        items={[
          { label: 'Provisioning', href: links.application(id).provisioning() },
          { label: `Dry run of ${run.startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC` },
        ]}
      />
      <DryRunDetail
        run={run}
        page={page}
        appName={application.displayLabel}
        status={integration?.status}
        mayRun={may(session, 'provisioning.run')}
        mayWrite={may(session, 'integration.write')}
      />
    </div>
  );
}

async function find(runId: string): Promise<FoundDryRun> {
  if (!isUuid(runId)) notFound();
  try {
    return await getDryRun(runId);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  }
}
