import { db, type Tx, transaction } from '@/lib/db/client';
import type { DryRun } from '@/lib/db/generated/client';
import { isSamePlan, type PlannedLink } from '../plan/planned-link';
import { moveOn } from './keep';
import { type DryRunComparison, type DryRunCounts, type DryRunKind, kindOf, type MemberNames } from './schema';

/** What a person is in groups over there once the plan is carried out: a member, or one who stays where they are; null: has no account. */
export type Standing = 'member' | 'stays' | null;

/** One of a run, planned. */
export interface PlannedRow {
  subjectId: string;
  /** Null: not in the directory any more. */
  plan: PlannedLink | null;
  members?: MemberNames;
  standing?: Standing;
  /** Values that only one may have, and that they are given. */
  gives?: string[];
}

/** Keeps what was planned, counted and compared with the run before. @returns as {@link moveOn} */
export async function keepRows(run: DryRun, planned: readonly PlannedRow[], gone = 0): Promise<DryRun | undefined> {
  const before = await plansBefore(
    run,
    planned.map(({ subjectId }) => subjectId),
  );
  const counts = { ...(run.counts as DryRunCounts) };
  const count = (what: DryRunKind | DryRunComparison) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const rows = planned.map(({ subjectId, plan, members, standing = null, gives = [] }) => {
    const kind = plan ? kindOf(plan) : 'none';
    const compared = run.previousId ? compare(before.get(subjectId), { kind, plan }) : null;
    count(kind);
    if (compared) count(compared);
    const takes = plan?.takesOver ? plan.remoteId : null;
    // What is sent follows from the changes: kept twice it would double a hundred thousand rows.
    return {
      subject_id: subjectId,
      kind,
      plan: plan && { ...plan, request: null },
      members,
      compared,
      takes,
      standing,
      gives: gives.length > 0 ? gives : null,
    };
  });
  return transaction(async (tx) => {
    const still = await moveOn(tx, run, { planned: { increment: rows.length }, gone: { increment: gone }, counts });
    if (still) await write(tx, run.id, rows);
    return still;
  });
}

async function write(tx: Tx, runId: string, rows: readonly object[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE dry_run_rows r SET kind = p.kind, plan = p.plan, members = p.members, compared = p.compared, takes = p.takes, standing = p.standing, gives = p.gives
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS p(
      subject_id uuid, kind text, plan jsonb, members jsonb, compared text, takes text, standing text, gives text[])
    WHERE r.run_id = ${runId}::uuid AND r.subject_id = p.subject_id`;
}

interface Before {
  kind: string | null;
  plan: PlannedLink | null;
}

async function plansBefore({ previousId }: DryRun, subjectIds: readonly string[]): Promise<Map<string, Before>> {
  if (!previousId) return new Map();
  const rows = await db.dryRunRow.findMany({
    where: { runId: previousId, subjectId: { in: [...subjectIds] } },
    select: { subjectId: true, kind: true, plan: true },
  });
  return new Map(rows.map(({ subjectId, kind, plan }) => [subjectId, { kind, plan: plan as PlannedLink | null }]));
}

/** What is new since the run before, what is not to be done any more, and what is another thing by now. */
function compare(before: Before | undefined, { kind, plan }: Before): DryRunComparison | null {
  const [did, does] = [before !== undefined && before.kind !== 'none', kind !== 'none'];
  if (!did) return does ? 'new' : null;
  if (!does) return 'gone';
  const isSame = before?.kind === kind && before?.plan && plan && isSamePlan(before.plan, plan);
  return isSame ? null : 'changed';
}
