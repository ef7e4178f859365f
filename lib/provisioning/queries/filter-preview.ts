import { assertProvisions } from '@/lib/applications/mapping-queries';
import { isGranted } from '@/lib/applications/scope';
import { AppError } from '@/lib/core/errors';
import type { Page } from '@/lib/core/pagination';
import { boundedRead } from '@/lib/db/bounded-read';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, readPage } from '@/lib/db/keyset';
import { containing } from '@/lib/db/search';
import { preparedFilter } from '@/lib/directory/prepared-filter';
import type { PreparedClause } from '@/lib/filters/check-filter';
import { type AskedClause, filteredOutBy } from '@/lib/filters/schema';
import { askedClauses, givenClauses, letsThrough } from '@/lib/filters/sql';
import { askedOf, mostAsked } from '../internal/filter-changes';
import type { AskedFilter, FilterChangesQuery } from '../schema';
import { type DeprovisionImpact, whatBecomes } from './deprovision-preview';

/** What another filter would change, counted among active people who have access, or associated groups. */
export interface FilterImpact {
  enters: number;
  leaves: number;
  /** Of those who leave: with an account, or a group over there, that is managed. */
  leavesManaged: number;
  /** Who would be in scope, and who would be filtered out. */
  inScope: number;
  filteredOut: number;
  /** False: there are more than 100,000, and the numbers are of the first. */
  isExact: boolean;
  /** What becomes of the accounts of those who leave, by the settings of the application. */
  becomes: DeprovisionImpact['becomes'];
  /** Nothing of that is sent before somebody allows it. */
  heldBy: DeprovisionImpact['heldBy'];
}

/** Whom it would change something for. */
export interface FilterChange {
  id: string;
  name: string;
  /** A person's e-mail address. */
  detail: string;
  change: 'enters' | 'leaves';
  /** They have an account, or it is a group over there, that is managed. */
  managed: boolean;
}

/** @throws AppError `not_found`, `conflict` where nothing is provisioned, `invalid_input` at the clause, `search_too_slow` */
export async function previewScopeFilter(input: AskedFilter): Promise<FilterImpact> {
  const { applicationId, objectType } = input;
  const clauses = await checked(input);
  const counted = await boundedRead(async (tx) => {
    const [row] = await tx.$queryRaw<(Omit<FilterImpact, 'isExact' | 'becomes' | 'heldBy'> & { asked: number })[]>`
      SELECT count(*)::int AS asked, count(*) FILTER (WHERE will AND NOT was)::int AS enters,
        count(*) FILTER (WHERE was AND NOT will)::int AS leaves,
        count(*) FILTER (WHERE was AND NOT will AND managed)::int AS "leavesManaged",
        count(*) FILTER (WHERE will)::int AS "inScope", count(*) FILTER (WHERE NOT will)::int AS "filteredOut"
      FROM (${askedOf(applicationId, objectType, clauses)}) asked`;
    if (!row) throw new Error('An aggregate always answers one row.');
    const { asked, ...counts } = row;
    return { ...counts, isExact: asked < mostAsked };
  });
  if (objectType === 'group') return { ...counted, becomes: 'kept', heldBy: null };
  return {
    ...counted,
    ...(await whatBecomes(applicationId, { accounts: counted.leavesManaged, isExact: counted.isExact })),
  };
}

/**
 * The same people or groups, by name. Everybody is asked first: in the order of names, the planner would look through all who have
 * access again for each of them. @param limit rows at most @throws AppError as {@link previewScopeFilter}
 */
export async function listFilterChanges(
  input: AskedFilter,
  { q, change, cursor }: FilterChangesQuery & { cursor?: string | undefined },
  limit: number,
): Promise<Page<FilterChange>> {
  const clauses = await checked(input);
  const wanted = Prisma.join(
    [
      change === 'enters'
        ? Prisma.sql`r.will AND NOT r.was`
        : change
          ? Prisma.sql`r.was AND NOT r.will`
          : Prisma.sql`r.was <> r.will`,
      ...containing(Prisma.sql`lower(r.name || ' ' || r.detail)`, q),
    ],
    ' AND ',
  );
  const part = {
    where: wanted,
    columns: [
      { sql: Prisma.sql`r.key`, type: 'text' as const },
      { sql: Prisma.sql`r.id`, type: 'uuid' as const },
    ],
  };
  return boundedRead((tx) =>
    readPage(
      part,
      { cursor, limit },
      ({ key, after, order, take }) => tx.$queryRaw<(FilterChange & Keyed)[]>`
        SELECT r.id, r.name, r.detail, CASE WHEN r.will THEN 'enters' ELSE 'leaves' END AS change, r.managed, ${key}
        FROM (WITH everybody AS MATERIALIZED (${askedOf(input.applicationId, input.objectType, clauses)}) SELECT * FROM everybody) r WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
    ),
  );
}

/** What a filter says of one person or group: in or out, and which clause says so. */
export interface FilterAnswer {
  name: string;
  passes: boolean;
  /** Whether they have access at all, or the group is associated: a filter narrows, and lets nobody in. */
  granted: boolean;
  /** What each clause says. */
  clauses: AskedClause[];
  /** In words, the clauses that leave them out; null: none do. */
  filteredOutBy: string | null;
}

/** @throws AppError `not_found`, `conflict`, `invalid_input` at the clause */
export async function askScopeFilter(input: AskedFilter, subjectId: string): Promise<FilterAnswer> {
  const { applicationId, objectType } = input;
  const given = givenClauses(await checked(input));
  const [what, name, granted] =
    objectType === 'user'
      ? [
          Prisma.sql`users u WHERE u.id`,
          Prisma.sql`u.display_name`,
          Prisma.sql`u.deleted_at IS NULL AND ${isGranted(applicationId)}`,
        ]
      : [
          Prisma.sql`groups g WHERE g.deleted_at IS NULL AND g.id`,
          Prisma.sql`g.name`,
          Prisma.sql`EXISTS (SELECT FROM application_groups a WHERE a.application_id = ${applicationId}::uuid AND a.group_id = g.id)`,
        ];
  const [row] = await db.$queryRaw<Omit<FilterAnswer, 'filteredOutBy'>[]>`
    SELECT ${name} AS name, ${letsThrough(objectType, given)} AS passes, ${granted} AS granted,
      ${askedClauses(objectType, given)} AS clauses FROM ${what} = ${subjectId}::uuid`;
  if (!row)
    throw new AppError('not_found', `This ${objectType === 'user' ? 'person' : 'user group'} does not exist any more.`);
  return { ...row, filteredOutBy: row.passes ? null : filteredOutBy(row.clauses) };
}

async function checked({ applicationId, objectType, groups }: AskedFilter): Promise<PreparedClause[]> {
  const application = await db.application.findUnique({ where: { id: applicationId } });
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  assertProvisions(application.templateId);
  return preparedFilter(db, objectType, groups);
}
