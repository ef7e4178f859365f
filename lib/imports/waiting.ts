import type { z } from 'zod';
import { now } from '@/lib/core/clock';
import type { Page } from '@/lib/core/pagination';
import { importRowStatesThat, type importStatesThat } from '@/lib/core/states';
import { boundedCount, type Counted } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, type Part, readPage } from '@/lib/db/keyset';
import { likePattern } from '@/lib/db/search';
import { inStates } from '@/lib/db/states';
import { newAndListed, rowName, rowOrders } from './internal/rows-sql';
import type { waitingFilterSchema } from './schema';

/** Failed rows of an import are somebody's for so long. */
const failedDays = 30;
const namedAtMost = 10;
const applicationsAtMost = 200;

/** An import that waits for somebody: accounts that need a choice, or rows that have failed. */
export interface WaitingImport {
  id: string;
  application: { id: string; displayLabel: string; logoColor: string; logoImage: string | null };
  state: (typeof importStatesThat.areMatched)[number];
  startedByName: string;
  startedAt: Date;
  /** Accounts that need a choice. */
  undecided: number;
  /** Accounts in review that are neither imported nor to be left out. */
  listed: number;
  failed: number;
  /** Groups of one in review that wait: to be chosen, confirmed, or tried again. */
  groups: number;
  /** How many new people the safeguard of the schedule has held back, and who: ten at most. */
  held: { count: number; names: string[] } | null;
}

/** What narrows them, as it stands in the address. */
export type WaitingFilter = Partial<z.output<typeof waitingFilterSchema>>;

/**
 * The imports that wait for whoever reviews them, oldest first: those in review, and the latest of an application where rows have
 * failed within 30 days. Numbers are the kept ones. @param limit default 50
 */
export async function listWaitingImports(
  filter: WaitingFilter = {},
  limit = 50,
): Promise<Page<WaitingImport> & Counted> {
  const where = matching(filter);
  const [{ items, ...page }, counted] = await Promise.all([
    readPage(
      { where, columns },
      { cursor: filter.cursor, limit },
      ({ key, after, order, take }) =>
        db.$queryRaw<(Row & Keyed)[]>`
        SELECT page.*, held.names FROM (
          SELECT a.id, a.display_label AS "displayLabel", a.logo_color AS "logoColor", a.logo_image AS "logoImage",
            i.id AS "importId", i.state::text AS state, i.started_by_name AS "startedByName", i.started_at AS "startedAt",
            kept.undecided, kept.listed, kept.failed, waiting.groups, i.held_new AS "heldNew", ${key}
          FROM ${from} WHERE ${after} ORDER BY ${order} LIMIT ${take}) page
        CROSS JOIN LATERAL (SELECT coalesce(array_agg(first.name), '{}') AS names FROM (
          SELECT ${rowName} AS name FROM import_rows r
          WHERE page."heldNew" IS NOT NULL AND page.state = 'review' AND r.import_id = page."importId" AND ${newAndListed}
          ORDER BY ${rowOrders.name.sql}, r.remote_id LIMIT ${namedAtMost}) first) held
        ORDER BY page."startedAt", page."importId"`,
    ),
    boundedCount(db, Prisma.sql`${from} WHERE ${where}`),
  ]);
  return { ...page, ...counted, items: items.map(toWaiting) };
}

/** The applications in which an import waits, by name; 200 at most. */
export async function listWaitingApplications(): Promise<{ id: string; displayLabel: string }[]> {
  return db.$queryRaw<{ id: string; displayLabel: string }[]>`
    SELECT a.id, a.display_label AS "displayLabel" FROM ${from} WHERE ${matching({})}
    ORDER BY lower(a.display_label), a.id LIMIT ${applicationsAtMost}`;
}

type Row = Omit<WaitingImport, 'application' | 'held'> &
  WaitingImport['application'] & { importId: string; heldNew: number | null; names: string[] };

const columns: Part['columns'] = [
  { sql: Prisma.sql`i.started_at`, type: 'timestamptz' },
  { sql: Prisma.sql`i.id`, type: 'uuid' },
];

/** The latest import of each application, with what of it waits: one look into an index for each. */
const from = Prisma.sql`applications a
  CROSS JOIN LATERAL (SELECT * FROM imports i WHERE i.application_id = a.id ORDER BY i.started_at DESC, i.id DESC LIMIT 1) i
  CROSS JOIN LATERAL (SELECT
    coalesce(sum(c.rows) FILTER (WHERE c.state = 'listed' AND c.match <> 'imported' AND c.decision = ''), 0)::int AS undecided,
    coalesce(sum(c.rows) FILTER (WHERE c.state = 'listed' AND c.match <> 'imported' AND c.decision <> 'ignore'), 0)::int AS listed,
    coalesce(sum(c.rows) FILTER (WHERE c.state = 'failed'), 0)::int AS failed
    FROM import_row_counts c WHERE c.import_id = i.id) kept
  CROSS JOIN LATERAL (SELECT count(*)::int AS groups FROM import_groups g WHERE g.import_id = i.id AND i.state = 'review'
    AND g.match <> 'linked' AND g.decision IS DISTINCT FROM 'ignore' AND g.state IN ${inStates(importRowStatesThat.waitForSomebody)}) waiting`;

function matching({ q, application, state }: WaitingFilter): Prisma.Sql {
  const since = new Date(now().getTime() - failedDays * 86_400_000);
  const inReview = Prisma.sql`(i.state = 'review' AND kept.listed + waiting.groups > 0)`;
  const withFailed = Prisma.sql`(i.state = 'finished' AND kept.failed > 0 AND i.finished_at > ${since})`;
  const either = { to_review: inReview, to_retry: withFailed, all: Prisma.sql`(${inReview} OR ${withFailed})` };
  const clauses = [either[state ?? 'all']];
  if (application) clauses.push(Prisma.sql`a.id = ${application}::uuid`);
  if (q) clauses.push(Prisma.sql`lower(a.display_label) LIKE ${likePattern(q)}`);
  return Prisma.join(clauses, ' AND ');
}

const toWaiting = ({
  id,
  displayLabel,
  logoColor,
  logoImage,
  importId,
  heldNew,
  names,
  ...row
}: Row): WaitingImport => ({
  ...row,
  held: heldNew !== null && row.state === 'review' ? { count: heldNew, names } : null,
  id: importId,
  application: { id, displayLabel, logoColor, logoImage },
});
