import type { BarPart } from '@/components/patterns/progress-bar';
import { Status, type Tone } from '@/components/ui/status';
import type { DryRunStageName } from '@/lib/core/states';
import {
  type DryRunComparison,
  type DryRunCounts,
  type DryRunKind,
  dryRunKinds,
} from '@/lib/provisioning/dry-runs/schema';

interface KindWords {
  /** After its number. */
  counted: string;
  /** Of one row. */
  word: string;
  tone: Tone;
  part: BarPart['tone'];
}

export const kindWords: Readonly<Record<DryRunKind, KindWords>> = {
  create: { counted: 'create', word: 'Create', tone: 'ok', part: 'create' },
  take_over: { counted: 'take over', word: 'Take over', tone: 'ok', part: 'create' },
  update: { counted: 'update', word: 'Update', tone: 'ok', part: 'update' },
  reactivate: { counted: 'reactivate', word: 'Reactivate', tone: 'ok', part: 'update' },
  deactivate: { counted: 'deactivate', word: 'Deactivate', tone: 'attention', part: 'remove' },
  delete: { counted: 'delete', word: 'Delete', tone: 'attention', part: 'remove' },
  held: { counted: 'held', word: 'Held', tone: 'attention', part: 'remove' },
  conflict: { counted: 'conflict', word: 'Conflict', tone: 'error', part: 'error' },
  rule: { counted: 'break a rule', word: 'Breaks a rule', tone: 'error', part: 'error' },
  skip: { counted: 'skipped', word: 'Skip', tone: 'inactive', part: 'skip' },
  none: { counted: 'no change', word: 'No change', tone: 'inactive', part: 'skip' },
};

export const comparedWords: Readonly<Record<DryRunComparison, string>> = {
  new: 'New',
  changed: 'Changed',
  gone: 'Not any more',
};

const stages: Readonly<Record<DryRunStageName, { tone: Tone; word: string }>> = {
  reading: { tone: 'progress', word: 'Reading accounts' },
  people: { tone: 'progress', word: 'Planning people' },
  groups: { tone: 'progress', word: 'Planning groups' },
  finished: { tone: 'ok', word: 'Finished' },
  cancelled: { tone: 'inactive', word: 'Cancelled' },
  failed: { tone: 'error', word: 'Failed' },
};

export function DryRunStageWord({ stage }: { stage: DryRunStageName }) {
  const { tone, word } = stages[stage];
  return <Status tone={tone}>{word}</Status>;
}

/** The counts as parts of one bar: those that there are. */
export function kindParts(counts: DryRunCounts): BarPart[] {
  return dryRunKinds
    .map((kind) => ({ id: kind, label: kindWords[kind].counted, count: counts[kind] ?? 0, tone: kindWords[kind].part }))
    .filter(({ count }) => count > 0);
}

/** "90 looked at: 78 create, 11 take over, 1 conflict". */
export function countWords(counts: DryRunCounts): string {
  const parts = kindParts(counts);
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return 'Nobody is in scope';
  return `${number(total)} looked at: ${parts.map(({ count, label }) => `${number(count)} ${label}`).join(', ')}`;
}

const number = (value: number) => value.toLocaleString('en');
