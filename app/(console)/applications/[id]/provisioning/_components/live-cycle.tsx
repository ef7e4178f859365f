'use client';

import { OutcomeBar, ProgressBar } from '@/components/patterns/progress-bar';
import { RelativeTime } from '@/components/patterns/relative-time';
import { formatDuration } from '@/components/patterns/step-timeline';
import { TextLink } from '@/components/ui/button';
import { links } from '@/lib/core/links';
import { cycleStepsThat, isOneOf } from '@/lib/core/states';
import type { CycleSummary } from '@/lib/provisioning/queries/cycles';
import { CycleStageWord, outcomeParts, stepWords, triggerWords } from './cycle-words';
import { type LiveCycleState, useCycle } from './use-cycle';

/** The last cycle of an application, live while it runs. */
export function LiveCycle({ cycle, nextCycleAt }: { cycle: CycleSummary | undefined; nextCycleAt: Date | null }) {
  if (!cycle) return <p className="text-muted">No cycle has run yet.</p>;
  return (
    <div className="grid gap-4">
      <Live key={cycle.id} cycle={cycle} />
      {nextCycleAt && (
        <p className="text-muted">
          Next full cycle <RelativeTime tense="future" at={nextCycleAt} />.
        </p>
      )}
    </div>
  );
}

function Live({ cycle }: { cycle: CycleSummary }) {
  const live = useCycle(cycle);
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <CycleStageWord {...live} />
        <span className="text-muted text-xs">
          {triggerWords[live.trigger]}, <RelativeTime at={live.startedAt} />
          {live.finishedAt &&
            ` · ${formatDuration(Math.max(0, Number(new Date(live.finishedAt)) - Number(new Date(live.startedAt))))}`}
        </span>
      </div>
      <CycleProgressBar cycle={live} />
      {live.error && <p className="break-words text-error">{live.error.message}</p>}
      {live.final && total(live.counts) === 0 ? (
        !live.error && <p className="text-muted">Nothing had to be changed.</p>
      ) : (
        <OutcomeBar parts={outcomeParts(live.counts)} />
      )}
      <TextLink href={links.application(cycle.applicationId).cycle(live.id)} className="w-fit">
        Open this cycle
      </TextLink>
    </>
  );
}

function total(counts: LiveCycleState['counts']): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** How far it is; nothing once it is over. */
export function CycleProgressBar({ cycle }: { cycle: LiveCycleState }) {
  if (cycle.final) return null;
  if (cycle.stage === 'reading') {
    const isAccounts = isOneOf(cycleStepsThat.areOfAccounts, cycle.step);
    return <ProgressBar label={stepWords[cycle.step]} done={isAccounts ? cycle.readAccounts : 0} total={null} />;
  }
  if (cycle.stage === 'groups') return <ProgressBar label="Provisioning groups" done={0} total={null} />;
  return <ProgressBar label="People" done={cycle.doneUsers} total={cycle.totalUsers} />;
}
