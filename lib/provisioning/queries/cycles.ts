import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import type { CycleStage, CycleTrigger } from '@/lib/db/generated/client';
import { Prisma } from '@/lib/db/generated/client';
import { outcomesOfCycle } from './cycle-outcomes-sql';
import { after, toPage } from './sql';

export type { CycleStage, CycleTrigger } from '@/lib/db/generated/client';

/** How many people and groups of a cycle came to which end. */
export interface OutcomeCounts {
  create: number;
  update: number;
  deactivate: number;
  skip: number;
  error: number;
}

export interface CycleSummary {
  id: string;
  applicationId: string;
  applicationLabel: string;
  logoColor: string;
  logoImage: string | null;
  trigger: CycleTrigger;
  stage: CycleStage;
  startedAt: Date;
  finishedAt: Date | null;
  readAccounts: number;
  totalUsers: number;
  error: { code: string; message: string } | null;
  counts: OutcomeCounts;
}

/** Stages after which nothing more happens. */
export const finalStages: readonly CycleStage[] = ['finished', 'stopped', 'failed'];

const counted = Prisma.sql`
  count(*) FILTER (WHERE outcome = 'create')::int AS "create",
  count(*) FILTER (WHERE outcome = 'update')::int AS "update",
  count(*) FILTER (WHERE outcome = 'deactivate')::int AS deactivate,
  count(*) FILTER (WHERE outcome = 'skip')::int AS skip,
  count(*) FILTER (WHERE outcome = 'error')::int AS error`;

const columns = Prisma.sql`
  c.id, c.application_id AS "applicationId", a.display_label AS "applicationLabel", a.logo_color AS "logoColor",
  a.logo_image AS "logoImage", c.trigger::text AS trigger, c.stage::text AS stage, c.started_at AS "startedAt",
  c.finished_at AS "finishedAt", c.read_accounts AS "readAccounts", c.total_users AS "totalUsers", c.error`;

/** Cycles, the latest first: of one application, or of all. @param limit rows at most */
export async function listCycles(
  query: { applicationId?: string | undefined; cursor?: string | undefined },
  limit = 50,
): Promise<{ items: CycleSummary[]; nextCursor?: string }> {
  // Descending by time is ascending by what is left until the end of time.
  const key = Prisma.sql`lpad((9999999999999 - (extract(epoch FROM c.started_at) * 1000)::bigint)::text, 13, '0')`;
  const only = query.applicationId ? Prisma.sql`c.application_id = ${query.applicationId}::uuid` : Prisma.sql`true`;
  const rows = await db.$queryRaw<(Omit<CycleSummary, 'counts'> & { key: string; keyId: string })[]>`
    SELECT ${columns}, ${key} AS key, c.id AS "keyId" FROM cycles c JOIN applications a ON a.id = c.application_id
    WHERE ${only} AND ${after(key, Prisma.sql`c.id`, query.cursor)}
    ORDER BY ${key}, c.id LIMIT ${limit + 1}`;
  const { items, ...more } = toPage(rows, limit);
  const counts = await Promise.all(items.map((cycle) => countOutcomes(cycle.id)));
  return { items: items.map((cycle, index) => ({ ...cycle, counts: counts[index] ?? noOutcomes })), ...more };
}

/** @throws AppError `not_found` */
export async function getCycle(cycleId: string): Promise<CycleSummary> {
  const [row] = await db.$queryRaw<Omit<CycleSummary, 'counts'>[]>`
    SELECT ${columns} FROM cycles c JOIN applications a ON a.id = c.application_id WHERE c.id = ${cycleId}::uuid`;
  if (!row) throw cycleNotFound();
  return { ...row, counts: await countOutcomes(cycleId) };
}

export const cycleNotFound = () => new AppError('not_found', 'This cycle does not exist any more.');

export interface CycleProgress extends CycleSummary {
  /** People whose turn has come. */
  doneUsers: number;
  final: boolean;
}

/** One cycle as a live screen polls it. @throws AppError `not_found` */
export async function getCycleProgress(cycleId: string): Promise<CycleProgress> {
  const cycle = await getCycle(cycleId);
  const final = finalStages.includes(cycle.stage);
  // Who has failed waits for a later try, and has had their turn.
  const waiting = final ? 0 : await db.userLink.count({ where: { cycleId, dueAt: { not: null }, attempts: 0 } });
  return { ...cycle, doneUsers: Math.max(0, cycle.totalUsers - waiting), final };
}

const noOutcomes: OutcomeCounts = { create: 0, update: 0, deactivate: 0, skip: 0, error: 0 };

async function countOutcomes(cycleId: string): Promise<OutcomeCounts> {
  const [row] = await db.$queryRaw<OutcomeCounts[]>`
    SELECT ${counted} FROM (${outcomesOfCycle(cycleId)}) outcomes`;
  return row ?? noOutcomes;
}
