import type { BarPart } from '@/components/patterns/progress-bar';
import { Status, type Tone } from '@/components/ui/status';
import type { OutcomeCounts } from '@/lib/provisioning/queries/cycle-counts';
import type { CycleStage, CycleTrigger } from '@/lib/provisioning/queries/cycles';

export const triggerWords: Record<CycleTrigger, string> = {
  activation: 'Activation',
  schedule: 'Schedule',
  manual: 'Run now',
  settings: 'Settings changed',
};

const stages: Record<CycleStage, { tone: Tone; word: string }> = {
  reading: { tone: 'progress', word: 'Reading accounts' },
  users: { tone: 'progress', word: 'Provisioning people' },
  groups: { tone: 'progress', word: 'Provisioning groups' },
  finished: { tone: 'ok', word: 'Finished' },
  stopped: { tone: 'inactive', word: 'Stopped' },
  failed: { tone: 'error', word: 'Failed' },
};

/** The stage in a word; a finished cycle with failures says so, because its people did not all succeed. */
export function CycleStageWord({ stage, counts }: { stage: CycleStage; counts: OutcomeCounts }) {
  if (stage === 'finished' && counts.error > 0) {
    return <Status tone="attention">{`Finished, ${counts.error.toLocaleString('en')} failed`}</Status>;
  }
  const { tone, word } = stages[stage];
  return <Status tone={tone}>{word}</Status>;
}

/** The counts as parts of one bar, in the order of the design. */
export function outcomeParts(counts: OutcomeCounts): BarPart[] {
  return [
    { id: 'create', label: 'created', count: counts.create, tone: 'create' },
    { id: 'update', label: 'updated', count: counts.update, tone: 'update' },
    { id: 'deactivate', label: 'deactivated', count: counts.deactivate, tone: 'remove' },
    { id: 'skip', label: 'skipped', count: counts.skip, tone: 'skip' },
    { id: 'error', label: counts.error === 1 ? 'error' : 'errors', count: counts.error, tone: 'error' },
  ];
}

/** "3 created, 1 error"; "No changes". */
export function outcomeWords(counts: OutcomeCounts): string {
  const parts = outcomeParts(counts).filter((part) => part.count > 0);
  if (parts.length === 0) return 'No changes';
  return parts.map((part) => `${part.count.toLocaleString('en')} ${part.label}`).join(', ');
}
