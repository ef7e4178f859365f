import type { BarPart } from '@/components/patterns/progress-bar';
import { Status, type Tone } from '@/components/ui/status';
import type { CycleStepName } from '@/lib/core/states';
import type { OutcomeCounts } from '@/lib/provisioning/queries/cycle-counts';
import type { CycleStage, CycleSummary, CycleTrigger } from '@/lib/provisioning/queries/cycles';

export const triggerWords: Record<CycleTrigger, string> = {
  activation: 'Activation',
  schedule: 'Schedule',
  manual: 'Run now',
  settings: 'Settings changed',
  dry_run: 'Dry run applied',
};

const stages: Record<CycleStage, { tone: Tone; word: string }> = {
  reading: { tone: 'progress', word: 'Reading accounts' },
  users: { tone: 'progress', word: 'Provisioning people' },
  groups: { tone: 'progress', word: 'Provisioning groups' },
  finished: { tone: 'ok', word: 'Finished' },
  stopped: { tone: 'inactive', word: 'Stopped' },
  failed: { tone: 'error', word: 'Failed' },
};

/** What a cycle that reads is at. */
export const stepWords: Record<CycleStepName, string> = {
  accounts: 'Reading accounts',
  missing_accounts: 'Asking for accounts that were not listed',
  groups: 'Reading groups',
  missing_groups: 'Asking for groups that were not listed',
};

const waits: Record<NonNullable<CycleSummary['waiting']>, string> = {
  paused: 'Waits until provisioning is resumed',
  quarantined: 'Waits while in quarantine',
  inactive: 'Waits until Identity Management is active',
};

/**
 * The stage in a word; a finished cycle with failures says so, because its people did not all succeed, and one that does not
 * go on, because nothing moves.
 */
export function CycleStageWord({
  stage,
  status,
  counts,
  waiting,
}: Pick<CycleSummary, 'stage' | 'status' | 'counts' | 'waiting'>) {
  if (waiting) return <Status tone="attention">{waits[waiting]}</Status>;
  if (status === 'partial') {
    const carried = counts.create + counts.update + counts.deactivate;
    const all = carried + counts.error;
    return (
      <Status tone="attention">
        {`Partial: ${number(carried)} of ${number(all)}, ${number(counts.error)} failed`}
      </Status>
    );
  }
  const { tone, word } = stages[stage];
  return <Status tone={tone}>{word}</Status>;
}

const number = (value: number) => value.toLocaleString('en');

/** The counts as parts of one bar, in the order of the design. */
export function outcomeParts(counts: OutcomeCounts): BarPart[] {
  return [
    { id: 'create', label: 'created', count: counts.create, tone: 'create' },
    { id: 'update', label: 'updated', count: counts.update, tone: 'update' },
    { id: 'deactivate', label: 'deactivated', count: counts.deactivate, tone: 'remove' },
    { id: 'skip', label: 'skipped', count: counts.skip, tone: 'skip' },
    { id: 'held', label: 'held', count: counts.held, tone: 'remove' },
    { id: 'error', label: counts.error === 1 ? 'error' : 'errors', count: counts.error, tone: 'error' },
  ];
}

/** "3 created, 1 error"; "No changes". */
export function outcomeWords(counts: OutcomeCounts): string {
  const parts = outcomeParts(counts).filter((part) => part.count > 0);
  if (parts.length === 0) return 'No changes';
  return parts.map((part) => `${part.count.toLocaleString('en')} ${part.label}`).join(', ');
}
