import type { DryRunRow } from '@/lib/provisioning/queries/dry-run-rows';
import { ChangeWords } from '../../../_components/change-words';

/** What would change, or why nothing would, in one line. */
export function PlannedChange({ row: { kind, plan } }: { row: DryRunRow }) {
  if (!plan) return <span className="text-muted">Not in the directory any more</span>;
  if (plan.reason) {
    return (
      <span className={kind === 'skip' ? 'truncate text-muted' : 'truncate text-error'}>{plan.reason.message}</span>
    );
  }
  const members = memberWords(plan.members);
  const hasChanges = Object.keys(plan.changes).length > 0;
  return (
    <span className="flex min-w-0 flex-wrap gap-x-3">
      {(hasChanges || !members) && <ChangeWords changes={plan.changes} created={plan.action === 'create'} />}
      {members && <span className="text-xs">{members}</span>}
    </span>
  );
}

/** "+12 members, −3 members". */
export function memberWords(members: { added: number; removed: number } | null): string | undefined {
  if (!members || members.added + members.removed === 0) return undefined;
  const counted = (sign: string, count: number) =>
    count > 0 ? [`${sign}${count.toLocaleString('en')} ${count === 1 ? 'member' : 'members'}`] : [];
  return [...counted('+', members.added), ...counted('−', members.removed)].join(', ');
}
