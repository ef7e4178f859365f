import { AppError } from '@/lib/core/errors';
import type { Page } from '@/lib/core/pagination';
import { cycleStagesThat } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import type { CycleStage, CycleTrigger } from '@/lib/db/generated/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, type Part, readPage } from '@/lib/db/keyset';
import { countCycle, type OutcomeCounts, readKeptCounts } from './cycle-counts';

export type { CycleStage, CycleTrigger } from '@/lib/db/generated/client';

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
export const finalStages: readonly CycleStage[] = cycleStagesThat.areFinal;

const columns = Prisma.sql`
  c.id, c.application_id AS "applicationId", a.display_label AS "applicationLabel", a.logo_color AS "logoColor",
  a.logo_image AS "logoImage", c.trigger::text AS trigger, c.stage::text AS stage, c.started_at AS "startedAt",
  c.finished_at AS "finishedAt", c.read_accounts AS "readAccounts", c.total_users AS "totalUsers", c.error, c.counts AS kept`;

type Row = Omit<CycleSummary, 'counts'> & { kept: unknown };

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
      SELECT ${columns}, ${key} FROM cycles c JOIN applications a ON a.id = c.application_id
      WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
  );
  return { items: await Promise.all(items.map(withCounts)), ...more };
}

const byStart: Part['columns'] = [
  { sql: Prisma.sql`c.started_at`, type: 'timestamptz' },
  { sql: Prisma.sql`c.id`, type: 'uuid' },
];

/** Of a cycle that is over, the counts of its end. */
async function withCounts({ kept, ...cycle }: Row): Promise<CycleSummary> {
  const found = readKeptCounts(kept) ?? (await countCycle(cycle.id));
  const { create, update, deactivate, skip, error } = found;
  return { ...cycle, counts: { create, update, deactivate, skip, error } };
}

async function findCycle(cycleId: string): Promise<Row> {
  const [row] = await db.$queryRaw<Row[]>`
    SELECT ${columns} FROM cycles c JOIN applications a ON a.id = c.application_id WHERE c.id = ${cycleId}::uuid`;
  if (!row) throw cycleNotFound();
  return row;
}

/** @throws AppError `not_found` */
export async function getCycle(cycleId: string): Promise<CycleSummary> {
  return withCounts(await findCycle(cycleId));
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
  const done = final ? row.totalUsers : (await countCycle(cycleId)).doneUsers;
  return { ...(await withCounts(row)), doneUsers: Math.min(done, row.totalUsers), final };
}
