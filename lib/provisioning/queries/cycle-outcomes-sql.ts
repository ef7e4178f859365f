import { Prisma } from '@/lib/db/generated/client';

/**
 * SQL, for use as a subquery: one row per person or group with the end that they came to in a cycle. The last attempt
 * counts, so that a retry that succeeded is no error. Whoever was left out without an attempt is known by the link while
 * it belongs to this cycle, and by the event of a reason that was new.
 */
export function outcomesOfCycle(cycleId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT * FROM (
      SELECT DISTINCT ON (link_id) * FROM (
        SELECT coalesce(o.user_link_id, o.group_link_id) AS link_id, o.user_link_id, o.group_link_id,
          o.id AS operation_id, o.changes, o.error, o.duration_ms, o.created_at AS at, 0 AS rank,
          CASE WHEN o.state = 'succeeded' THEN
            CASE o.action WHEN 'create' THEN 'create' WHEN 'deactivate' THEN 'deactivate' WHEN 'delete' THEN 'deactivate'
              ELSE 'update' END
            WHEN o.state = 'intent' THEN 'running' ELSE 'error' END AS outcome,
          o.action::text AS action
        FROM operations o JOIN cycles c ON c.id = o.cycle_id
        -- Operations of earlier versions carry the last cycle of their link, also when they came after it.
        WHERE o.cycle_id = ${cycleId}::uuid AND (c.finished_at IS NULL OR o.created_at <= c.finished_at)
        UNION ALL
        SELECT l.id, l.id, NULL, NULL, NULL, l.last_error, NULL, NULL, 1, ${leftOut}, NULL FROM user_links l
        WHERE l.cycle_id = ${cycleId}::uuid AND l.last_error IS NOT NULL AND l.state IN ${reasons}
        UNION ALL
        SELECT l.id, NULL, l.id, NULL, NULL, l.last_error, NULL, NULL, 1, ${leftOut}, NULL FROM group_links l
        WHERE l.cycle_id = ${cycleId}::uuid AND l.last_error IS NOT NULL AND l.state IN ${reasons}
        UNION ALL
        SELECT l.id, l.id, NULL, NULL, NULL, jsonb_build_object('code', e.code, 'message', e.message), NULL, e.at, 2,
          CASE WHEN e.name = 'user_lookup_provision' THEN 'error' ELSE 'skip' END, NULL
        FROM events e JOIN user_links l ON l.application_id = e.application_id AND l.user_id::text = e.target_id
        WHERE e.cycle_id = ${cycleId}::uuid AND e.outcome = 'error' AND e.operation_id IS NULL AND e.target_type = 'user'
          AND e.application_id = (SELECT application_id FROM cycles WHERE id = ${cycleId}::uuid)
      ) every
      ORDER BY link_id, rank, at DESC
    ) ended`;
}

const reasons = Prisma.sql`('skipped', 'conflict', 'error', 'outcome_unknown')`;
const leftOut = Prisma.sql`CASE WHEN l.state = 'skipped' THEN 'skip' ELSE 'error' END`;
