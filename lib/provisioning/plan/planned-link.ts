import { sameJson } from '@/lib/core/same-json';
import type { LinkState } from '@/lib/db/generated/client';
import type { Changes } from '@/lib/events/schema';
import { hiddenWords } from './hide-values';
import type { SkipReason } from './plan-user';
import type { ShownRequest } from './user-request';

/** Why there is to be no active account, or nothing to be done. */
export type Because = 'out_of_scope' | 'filtered_out' | 'suspended' | 'deleted' | 'purged' | 'imported' | 'not_managed';

/**
 * What is to be done about one person or group in one application: plain data, which can be kept as JSON, shown, and compared with
 * a later plan before it is carried out. Generated and secret values are not in it.
 */
export interface PlannedLink {
  subject: { type: 'user' | 'group'; id: string; name: string };
  action: 'create' | 'update' | 'reactivate' | 'deactivate' | 'delete' | 'none' | 'skip';
  changes: Changes;
  /** Of a group: how many members would be added and removed; of the latter, how many are not managed here. */
  members: { added: number; removed: number; unmanaged?: number } | null;
  /** What stands in the way, or why not all of it is sent. */
  reason: SkipReason | null;
  because: Because | null;
  /** Of `filtered_out`: the clauses of the scoping filter that do not hold, in words. */
  filteredOutBy: string | null;
  /** It is sent only once somebody has allowed it: by the setting, or by what was decided. */
  waits: boolean;
  /** The account or group over there; null: there is none, or none is known. */
  remoteId: string | null;
  /** It is there already and is not linked yet. */
  takesOver: boolean;
  /** `nothing`: where something is to be created, the application is asked first whether it is there. */
  knownBy: 'link' | 'reading' | 'nothing';
  /** What would be sent, of a group first; null where nothing would be, or where it depends on what is read then. */
  request: ShownRequest | null;
  plannedFrom: PlannedFrom;
}

/** Marks of what it was planned from. */
export interface PlannedFrom {
  /** `PlanContext.version` */
  context: string;
  /** When the person or group was last changed, ISO 8601. */
  subjectUpdatedAt: string;
  /** Null: there was none. */
  link: { state: LinkState; lastChangeAt: string | null } | null;
}

/**
 * Whether carrying out a later plan does what was reviewed. What a value is that is not shown nobody can compare: then the person or
 * group, and what is planned by, have to be as they were.
 */
export function isSamePlan(reviewed: PlannedLink, now: PlannedLink): boolean {
  const isHidden = Object.values(reviewed.changes).some(({ to }) => to === hiddenWords.redacted);
  return sameJson(whatIsDone(reviewed, isHidden), whatIsDone(now, isHidden));
}

function whatIsDone({ subject, plannedFrom, ...plan }: PlannedLink, isHidden: boolean) {
  const { action, changes, members, reason, remoteId, takesOver } = plan;
  const from = isHidden ? [plannedFrom.context, plannedFrom.subjectUpdatedAt] : null;
  return { subject: subject.id, action, changes, members, reason: reason?.code, remoteId, takesOver, from };
}
