import type { DryRunStageName } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import type { DryRun } from '@/lib/db/generated/client';
import type { DryRunCounts } from '../dry-runs/schema';
import { dryRunNotFound } from '../dry-runs/start-dry-run';
import type { GuardForetold } from '../guard';

/** A dry run as screens and the API tell it; a token is never part of it. */
export interface DryRunSummary {
  id: string;
  applicationId: string;
  stage: DryRunStageName;
  startedByName: string;
  startedAt: Date;
  finishedAt: Date | null;
  /** Accounts read so far. */
  readAccounts: number;
  /** People and groups, and how many of them are planned. */
  total: number;
  planned: number;
  counts: DryRunCounts;
  /** The list was read as a whole: only then is an account that was not in it gone. */
  complete: boolean;
  /** Linked accounts that are not there any more. */
  gone: number;
  /** What the guard would do if it was carried out; null: not finished, or of a run before there was this. */
  guard: GuardForetold | null;
  error: { code: string; message: string } | null;
  /** Of a connection that was not active when it began. */
  isOfActivation: boolean;
  baseUrl: string;
  /** The run that it is compared with. */
  previousId: string | null;
}

/** The same with what became of it. */
export interface DryRunDetail extends DryRunSummary {
  /** The connection that it was made with is kept with it: it can be activated from here. */
  keepsConnection: boolean;
  /** The last cycle that carries it out. */
  cycleId: string | null;
}

const omit = { reading: true, capabilities: true, authentication: true } as const;

/** Those of an application that are kept, the latest first: five that have finished, those that failed since, and the one under way. */
export async function listDryRuns(applicationId: string): Promise<DryRunSummary[]> {
  const rows = await db.dryRun.findMany({ where: { applicationId }, orderBy: { startedAt: 'desc' }, take: 20, omit });
  return rows.map(toSummary);
}

/** @throws AppError `not_found` */
export async function getDryRun(runId: string): Promise<DryRunDetail> {
  const [row, cycle] = await Promise.all([
    db.dryRun.findUnique({ where: { id: runId }, omit }),
    db.cycle.findFirst({ where: { dryRunId: runId }, orderBy: { startedAt: 'desc' }, select: { id: true } }),
  ]);
  if (!row) throw dryRunNotFound();
  return { ...toSummary(row), keepsConnection: row.tokenSealed !== '', cycleId: cycle?.id ?? null };
}

function toSummary(row: Omit<DryRun, keyof typeof omit>): DryRunSummary {
  const {
    cursor: _,
    startedById: _by,
    manageGroups: _groups,
    tokenSealed: _secret,
    counts,
    error,
    guard,
    ...run
  } = row;
  return {
    ...run,
    counts: counts as DryRunCounts,
    error: error as DryRunSummary['error'],
    guard: guard as GuardForetold | null,
  };
}
