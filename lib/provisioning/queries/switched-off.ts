import { db } from '@/lib/db/client';
import { switchedOff } from '../plan/action-switches';
import type { ActionSettings } from '../settings';

/** Counted up to here. */
export const mostSwitchedOff = 10_000;

/**
 * How many people and groups of an application each switch leaves out now: what turning it on sends. Of at most 10,000 who are skipped; one
 * more says that there are more.
 */
export async function countSwitchedOff(applicationId: string): Promise<Record<keyof ActionSettings, number>> {
  const rows = await db.$queryRaw<{ code: string | null; count: number }[]>`
    SELECT code, count(*)::int AS count FROM (
      (SELECT last_error ->> 'code' AS code FROM user_links
        WHERE application_id = ${applicationId}::uuid AND state = 'skipped' LIMIT ${mostSwitchedOff + 1})
      UNION ALL
      (SELECT last_error ->> 'code' FROM group_links
        WHERE application_id = ${applicationId}::uuid AND state = 'skipped' LIMIT ${mostSwitchedOff + 1})) AS skipped
    GROUP BY code`;
  const counts = new Map(rows.map(({ code, count }) => [code, count]));
  return Object.fromEntries(
    Object.entries(switchedOff).map(([name, { code }]) => [name, counts.get(code) ?? 0]),
  ) as Record<keyof ActionSettings, number>;
}
