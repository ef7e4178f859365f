import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { LinkButton } from '@/components/ui/button';
import { Card, Section } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { may, requireSession } from '@/lib/auth/session';
import { now } from '@/lib/core/clock';
import { links } from '@/lib/core/links';
import { listCycles } from '@/lib/provisioning/queries/cycles';
import { listDryRuns } from '@/lib/provisioning/queries/dry-runs';
import { listGroupLinks } from '@/lib/provisioning/queries/group-links';
import { countHeld } from '@/lib/provisioning/queries/held';
import { findIntegration } from '@/lib/provisioning/queries/integration-state';
import { countManualTasks } from '@/lib/provisioning/queries/manual-tasks';
import { loadApplication } from '../_components/load-application';
import { CyclesTable } from './_components/cycles-table';
import { DryRuns, StartDryRun } from './_components/dry-runs';
import { GroupLinks } from './_components/group-links';
import { HeldNotice } from './_components/held-notice';
import { LiveCycle } from './_components/live-cycle';
import { RunControls } from './_components/run-controls';
import { TasksNotice } from './_components/tasks-notice';

export const metadata: Metadata = { title: 'Provisioning' };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ cursor?: string }>;
}

/** Provisioning: the cycle that runs or ran last, those before it, and the groups over there. */
export default async function ProvisioningPage({ params, searchParams }: Props) {
  const session = await requireSession('provisioning.read');
  const application = await loadApplication((await params).id);
  if (!getTemplate(application.templateId).scim) notFound();
  const { id } = application;
  const { cursor } = await searchParams;
  const [integration, cycles, groups, held, dryRuns, tasks] = await Promise.all([
    findIntegration(id),
    listCycles({ applicationId: id, cursor }, 25),
    listGroupLinks(id),
    countHeld(id),
    listDryRuns(id),
    countManualTasks(id),
  ]);
  if (!integration) {
    return (
      <div className="rounded-lg border border-line bg-surface">
        <EmptyState
          title="Nothing is provisioned yet"
          action={<LinkButton href={links.application(id).identityManagement()}>Go to Identity Management</LinkButton>}
        >
          Cycles are shown here once Identity Management is active.
        </EmptyState>
      </div>
    );
  }
  const running = integration.lastCycle !== undefined && integration.lastCycle.finishedAt === null;
  return (
    <div>
      <HeldNotice applicationId={id} held={held} />
      <TasksNotice applicationId={id} tasks={tasks} />
      <Card
        className="mb-8"
        title={running ? 'Cycle under way' : 'Last cycle'}
        actions={
          <>
            {integration.status !== 'inactive' && (
              <LinkButton size="sm" href={links.application(id).onDemand()}>
                On demand
              </LinkButton>
            )}
            <RunControls
              held={integration.heldAt !== null}
              applicationId={id}
              status={integration.status}
              running={running}
              mayRun={may(session, 'provisioning.run')}
              mayPause={may(session, 'integration.write')}
            />
          </>
        }
      >
        <LiveCycle cycle={integration.lastCycle} nextCycleAt={integration.nextCycleAt} />
      </Card>
      <Section
        title="Dry runs"
        description={`What a full cycle would do, found out without a write to ${application.displayLabel}.`}
        actions={
          may(session, 'provisioning.run') && integration.status !== 'inactive' && <StartDryRun applicationId={id} />
        }
        stacked
      >
        <DryRuns runs={dryRuns} now={now()} />
      </Section>
      <Section title="Cycles" stacked>
        <CyclesTable page={cycles} now={now()} />
      </Section>
      {integration.manageGroups && (
        <Section
          title="Groups"
          description={`User groups as they stand in ${application.displayLabel}. Members that Latchkey did not add are counted, and left alone.`}
          stacked
        >
          <GroupLinks applicationId={id} rows={groups} />
        </Section>
      )}
    </div>
  );
}
