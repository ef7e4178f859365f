import { boundedBy, type Counted } from '@/lib/db/bounded-count';
import type { OperationAction } from '@/lib/db/generated/client';

/** How many wait for a decision, counted to a thousand, by what is to be done. */
export interface HeldCount extends Counted {
  byAction: Partial<Record<OperationAction, number>>;
}

/** @param byAction counted together to one beyond the limit; null: none */
export function toHeldCount(byAction: HeldCount['byAction'] | null): HeldCount {
  const counted = byAction ?? {};
  const total = Object.values(counted).reduce((sum, count) => sum + count, 0);
  return { ...boundedBy(total), byAction: counted };
}

/** In the order in which they are told. */
const nouns: readonly [action: OperationAction, one: string, many: string][] = [
  ['deactivate', 'deactivation', 'deactivations'],
  ['delete', 'deletion', 'deletions'],
  ['create', 'creation', 'creations'],
  ['update', 'change', 'changes'],
  ['reactivate', 'reactivation', 'reactivations'],
];

/** "60 deactivations, 2 deletions and 1 creation wait for a decision". Pure. */
export function heldInWords({ total, totalIsExact, byAction }: HeldCount): string {
  const parts = nouns.flatMap(([action, one, many]) => {
    const count = byAction[action] ?? 0;
    if (count === 0) return [];
    if (!totalIsExact) return [many];
    return [`${count.toLocaleString('en')} ${count === 1 ? one : many}`];
  });
  const listed = [parts.slice(0, -1).join(', '), ...parts.slice(-1)].filter(Boolean).join(' and ');
  if (totalIsExact) return `${listed} ${total === 1 ? 'waits' : 'wait'} for a decision`;
  return `${total.toLocaleString('en')}+ operations wait for a decision: ${listed}`;
}
