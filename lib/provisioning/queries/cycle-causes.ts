import { linkStatesThat } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import { inStates } from '@/lib/db/states';
import { howToFix } from '../how-to-fix';
import type { CycleOutcome } from './cycle-rows';

/** What went wrong in a cycle for the same reason, whoever it was. */
export interface CycleCause {
  /** Stands for it in an address. */
  cause: string;
  outcome: Extract<CycleOutcome, 'error' | 'skip' | 'held'>;
  code: string;
  /** The message, without names, addresses and ids. */
  words: string;
  /** How to mend it; null: nothing is known. */
  fix: string | null;
  /** People and groups, up to {@link mostCounted}. */
  count: number;
  countIsExact: boolean;
  /** How many of them would be tried again by now. */
  retryable: number;
}

const mostCauses = 20;
const mostCounted = 500;

/** What something waits for. */
const heldWords: Readonly<Record<string, string>> = {
  setting: 'Held: by the setting of this application, somebody has to allow it',
  guard: 'Held by the guard: more accounts were to be taken away than it lets through',
  counting: 'Held for a moment: the guard counts how many accounts are to be taken away',
  review: 'Held: not as it was reviewed in the dry run',
};

interface Row {
  cause: string;
  outcome: CycleCause['outcome'];
  told: string;
  hint: string | null;
  count: number;
  retryable: number;
}

/**
 * Causes of a cycle, those of most people first; 20 at most. Each is found by one step along an index, and of each no more than 500 rows are
 * counted, however many there are.
 */
export async function listCycleCauses(cycleId: string): Promise<CycleCause[]> {
  const rows = await db.$queryRaw<Row[]>`
    WITH RECURSIVE causes(cause, at) AS (
      (SELECT o.cause, 1 FROM cycle_outcomes o WHERE o.cycle_id = ${cycleId}::uuid AND o.cause IS NOT NULL ORDER BY o.cause LIMIT 1)
      UNION ALL
      SELECT (SELECT o.cause FROM cycle_outcomes o WHERE o.cycle_id = ${cycleId}::uuid AND o.cause > c.cause ORDER BY o.cause LIMIT 1), c.at + 1
      FROM causes c WHERE c.cause IS NOT NULL AND c.at < ${mostCauses})
    SELECT c.cause, first.outcome, first.hint, cycle_cause(first.outcome, first.error, first.operation_id, first.subject_id) AS told,
      few.count, few.retryable
    FROM causes c
    CROSS JOIN LATERAL (
      SELECT o.outcome, o.error, o.operation_id, o.subject_id, o.error ->> 'hint' AS hint FROM cycle_outcomes o
      WHERE o.cycle_id = ${cycleId}::uuid AND o.cause = c.cause ORDER BY o.name_key, o.link_id LIMIT 1) first
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS count, count(coalesce(ul.id, gl.id))::int AS retryable
      FROM (SELECT o.user_link_id, o.group_link_id FROM cycle_outcomes o
        WHERE o.cycle_id = ${cycleId}::uuid AND o.cause = c.cause ORDER BY o.name_key, o.link_id LIMIT ${mostCounted + 1}) o
      LEFT JOIN user_links ul ON ul.id = o.user_link_id AND ul.state IN ${inStates(linkStatesThat.mayBeRetried)}
      LEFT JOIN group_links gl ON gl.id = o.group_link_id AND gl.state IN ${inStates(linkStatesThat.mayBeRetried)}) few
    WHERE c.cause IS NOT NULL
    ORDER BY few.count DESC, c.cause`;
  return rows.map(({ told, hint, count, retryable, ...row }) => {
    const [code = '', text = ''] = told.split('\n');
    const held = row.outcome === 'held';
    return {
      ...row,
      code,
      words: held ? (heldWords[text] ?? text) : text,
      fix: hint ?? howToFix[code] ?? null,
      count: Math.min(count, mostCounted),
      countIsExact: count <= mostCounted,
      retryable: held ? 0 : Math.min(retryable, mostCounted),
    };
  });
}
