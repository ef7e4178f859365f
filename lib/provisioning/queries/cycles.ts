import { AppError } from '@/lib/core/errors';
import type { Page } from '@/lib/core/pagination';
import {
  type CycleStatusName,
  type CycleStepName,
  cycleStagesThat,
  type IntegrationStatusName,
} from '@/lib/core/states';
import { db } from '@/lib/db/client';
import type { CycleStage, CycleTrigger } from '@/lib/db/generated/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, type Part, readPage } from '@/lib/db/keyset';
import { type CycleCounts, countsOfCycle, type OutcomeCounts } from './cycle-counts';

export type { CycleStage, CycleTrigger } from '@/lib/db/generated/client';

export interface CycleSummary {
  id: string;
  applicationId: string;
  applicationLabel: string;
  logoColor: string;
  logoImage: string | null;
  trigger: CycleTrigger;
  stage: CycleStage;
  /** How it stands, in a word. */
  status: CycleStatusName;
  /** What it reads, while it is reading. */
  step: CycleStepName;
  startedAt: Date;
  finishedAt: Date | null;
  readAccounts: number;
  totalUsers: number;
  error: { code: string; message: string } | null;
  /** Why what was read is not all that there is, in words: of accounts, of groups. */
  incomplete: string[];
  counts: OutcomeCounts;
  /** How many of its people had accounts that differed over there although the directory did not change. */
  drift: number;
  /**
   * Of one that is under way, why it does not go on: the connection is paused or quarantined. It starts over when that is
   * active again. Null otherwise.
   */
  waiting: Exclude<IntegrationStatusName, 'active'> | null;
}

/** Stages after which nothing more happens. */
export const finalStages: readonly CycleStage[] = cycleStagesThat.areFinal;

const columns = Prisma.sql`
  c.id, c.application_id AS "applicationId", a.display_label AS "applicationLabel", a.logo_color AS "logoColor",
  a.logo_image AS "logoImage", c.trigger::text AS trigger, c.stage::text AS stage, c.step::text AS step, c.started_at AS "startedAt",
  c.finished_at AS "finishedAt", c.read_accounts AS "readAccounts", c.total_users AS "totalUsers", c.error,
  coalesce(c.reading -> 'doubts', '[]') AS incomplete, ${countsOfCycle} AS counts,
  CASE WHEN c.finished_at IS NULL AND i.status <> 'active' AND NOT (i.status = 'quarantined' AND i.held_at IS NOT NULL AND c.stage = 'reading') THEN i.status::text END AS waiting`;

const from = Prisma.sql`
  FROM cycles c JOIN applications a ON a.id = c.application_id
  LEFT JOIN integrations i ON i.application_id = c.application_id LEFT JOIN cycle_counts k ON k.cycle_id = c.id`;

type Row = Omit<CycleSummary, 'counts' | 'drift' | 'status'> & { counts: CycleCounts };

/** Cycles, the latest first: of one application, or of all. @param limit rows at most */
export async function listCycles(
  query: { applicationId?: string | undefined; cursor?: string | undefined },
  limit = 50,
): Promise<Page<CycleSummary>> {
  const where = query.applicationId ? Prisma.sql`c.application_id = ${query.applicationId}::uuid` : Prisma.sql`true`;
  const { items, ...more } = await readPage(
    { where, columns: byStart, descending: true },
    { cursor: query.cursor, limit },
    ({ key, after, order, take }) => db.$queryRaw<(Row & Keyed)[]>`
      SELECT ${columns}, ${key} ${from}
      WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
  );
  return { items: items.map(toSummary), ...more };
}

const byStart: Part['columns'] = [
  { sql: Prisma.sql`c.started_at`, type: 'timestamptz' },
  { sql: Prisma.sql`c.id`, type: 'uuid' },
];

const statusOf: Readonly<Partial<Record<CycleStage, CycleStatusName>>> = { stopped: 'stopped', failed: 'failed' };

/** One that has finished, and whose people did not all succeed, is partial. */
function cycleStatus({ stage, waiting }: Pick<CycleSummary, 'stage' | 'waiting'>, errors: number): CycleStatusName {
  if (stage === 'finished') return errors > 0 ? 'partial' : 'succeeded';
  return statusOf[stage] ?? (waiting ? 'waiting' : 'running');
}

function toSummary({ counts, ...cycle }: Row): CycleSummary {
  const { create, update, deactivate, skip, held, error, drift } = counts;
  const status = cycleStatus(cycle, error);
  return { ...cycle, status, counts: { create, update, deactivate, skip, held, error }, drift };
}

async function findCycle(cycleId: string): Promise<Row> {
  const [row] = await db.$queryRaw<Row[]>`
    SELECT ${columns} ${from} WHERE c.id = ${cycleId}::uuid`;
  if (!row) throw cycleNotFound();
  return row;
}

/** @throws AppError `not_found` */
export async function getCycle(cycleId: string): Promise<CycleSummary> {
  return toSummary(await findCycle(cycleId));
}

export const cycleNotFound = () => new AppError('not_found', 'This cycle does not exist any more.');

export interface CycleProgress extends CycleSummary {
  /** People whose turn has come. */
  doneUsers: number;
  final: boolean;
}

/** One cycle as a live screen polls it: nothing is counted for each poll. @throws AppError `not_found` */
export async function getCycleProgress(cycleId: string): Promise<CycleProgress> {
  const row = await findCycle(cycleId);
  const final = finalStages.includes(row.stage);
  const done = final ? row.totalUsers : row.counts.doneUsers;
  return { ...toSummary(row), doneUsers: Math.min(done, row.totalUsers), final };
}
