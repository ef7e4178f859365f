import { now } from '@/lib/core/clock';
import { importRowStatesThat, type importStatesThat } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import { inStates } from '@/lib/db/states';
import { newAndListed, rowName, rowOrders } from './internal/rows-sql';

/** Failed rows of an import are somebody's for so long. */
const failedDays = 30;
const namedAtMost = 10;

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

/**
 * The imports that wait for whoever reviews them, oldest first: those in review, and the latest of an application where rows have
 * failed within 30 days. Numbers are the kept ones. @param limit default 100
 */
export async function listWaitingImports(limit = 100): Promise<WaitingImport[]> {
  const since = new Date(now().getTime() - failedDays * 86_400_000);
  const rows = await db.$queryRaw<
    (Omit<WaitingImport, 'application' | 'held'> &
      WaitingImport['application'] & { importId: string; heldNew: number | null; names: string[] })[]
  >`
    SELECT a.id, a.display_label AS "displayLabel", a.logo_color AS "logoColor", a.logo_image AS "logoImage",
      i.id AS "importId", i.state::text AS state, i.started_by_name AS "startedByName", i.started_at AS "startedAt",
      kept.undecided, kept.listed, kept.failed, waiting.groups, i.held_new AS "heldNew", held.names
    FROM applications a
    CROSS JOIN LATERAL (SELECT * FROM imports i WHERE i.application_id = a.id ORDER BY i.started_at DESC, i.id DESC LIMIT 1) i
    CROSS JOIN LATERAL (SELECT
      coalesce(sum(c.rows) FILTER (WHERE c.state = 'listed' AND c.match <> 'imported' AND c.decision = ''), 0)::int AS undecided,
      coalesce(sum(c.rows) FILTER (WHERE c.state = 'listed' AND c.match <> 'imported' AND c.decision <> 'ignore'), 0)::int AS listed,
      coalesce(sum(c.rows) FILTER (WHERE c.state = 'failed'), 0)::int AS failed
      FROM import_row_counts c WHERE c.import_id = i.id) kept
    CROSS JOIN LATERAL (SELECT count(*)::int AS groups FROM import_groups g WHERE g.import_id = i.id AND i.state = 'review'
      AND g.match <> 'linked' AND g.decision IS DISTINCT FROM 'ignore' AND g.state IN ${inStates(importRowStatesThat.waitForSomebody)}) waiting
    CROSS JOIN LATERAL (SELECT coalesce(array_agg(first.name), '{}') AS names FROM (
      SELECT ${rowName} AS name FROM import_rows r
      WHERE i.held_new IS NOT NULL AND i.state = 'review' AND r.import_id = i.id AND ${newAndListed}
      ORDER BY ${rowOrders.name.sql}, r.remote_id LIMIT ${namedAtMost}) first) held
    WHERE (i.state = 'review' AND kept.listed + waiting.groups > 0) OR (i.state = 'finished' AND kept.failed > 0 AND i.finished_at > ${since})
    ORDER BY i.started_at, i.id LIMIT ${limit}`;
  return rows.map(({ id, displayLabel, logoColor, logoImage, importId, heldNew, names, ...row }) => ({
    ...row,
    held: heldNew !== null && row.state === 'review' ? { count: heldNew, names } : null,
    id: importId,
    application: { id, displayLabel, logoColor, logoImage },
  }));
}
