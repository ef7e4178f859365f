import { cycleStagesThat, listed, operationStatesThat } from '@/lib/core/states';
import { insertAllFrom, type Statement } from '@/lib/db/statement';
import { eventColumns } from '@/lib/events/record';
import type { Lane, LinkTable } from './link';

// The statements that a first cycle consists of, by sets and past Prisma. Rows of a table are locked in the one order that
// everybody keeps to (application, then whose it is), so that nobody waits for who waits for them.

/** How long a worker has for what it took, in minutes; it is prolonged when something is about to be sent. */
export const leaseMinutes = 5;

/** SQL: the links whose ids are a parameter, locked. */
const locked = ({ table, owner }: LinkTable, parameter: string): string =>
  `SELECT id, lease_token, lease_until FROM ${table} WHERE id = ANY (${parameter}::uuid[]) ORDER BY application_id, ${owner} FOR NO KEY UPDATE`;

/** $1 application, $2 token, $3 how many, $4 ids of those that are in hand already. */
export const claim = (kind: LinkTable, lane: Lane): Statement => ({
  name: `claim-${kind.table}-${lane}`,
  text: `
    UPDATE ${kind.table} SET lease_token = $2::uuid, lease_until = clock_timestamp() + interval '${leaseMinutes} minutes'
    WHERE id IN (
      SELECT l.id FROM ${kind.table} l
      WHERE l.application_id = $1::uuid AND l.due_at <= clock_timestamp() AND ${lane === 'everything' ? 'true' : kind.lanes[lane]}
        AND l.id <> ALL ($4::uuid[])
        -- What this task itself holds and has not in hand is left from a step that failed.
        AND (l.lease_token IS NULL OR l.lease_token = $2::uuid OR l.lease_until < clock_timestamp()
          OR NOT EXISTS (SELECT FROM task_leases t WHERE t.token = l.lease_token))
        AND EXISTS (SELECT FROM task_leases t WHERE t.token = $2::uuid)
      ORDER BY ${kind.order} LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING *, CASE WHEN hold_id IS NOT NULL THEN (
        SELECT json_build_object('id', o.id, 'action', o.action, 'state', o.state) FROM operations o WHERE o.id = hold_id) END AS hold,
      (SELECT json_build_object('id', c.id, 'dryRunId', c.dry_run_id, 'startedAt', c.started_at) FROM cycles c
        WHERE c.application_id = $1::uuid AND c.finished_at IS NULL AND c.stage IN ${listed(cycleStagesThat.areAtWork)}) AS at_work`,
});

/** $1 ids, $2 the lease that they are held by. */
export const release = (kind: LinkTable): Statement => ({
  name: `release-${kind.table}`,
  text: `
    UPDATE ${kind.table} l SET lease_token = NULL, lease_until = NULL
    FROM (${locked(kind, '$1')}) locked WHERE l.id = locked.id AND l.lease_token = $2::uuid`,
});

/** A lease that is as good as new is not written again. */
const prolong = (kind: LinkTable, held: string) => `
  prolonged AS (
    UPDATE ${kind.table} l SET lease_until = clock_timestamp() + interval '${leaseMinutes} minutes'
    FROM ${held} h WHERE l.id = h.id AND h.lease_until < clock_timestamp() + interval '${leaseMinutes - 1} minutes')`;

/** $1 ids, $2 the lease of each. Those that are still leased as they were claimed, locked; their leases prolonged. */
export const hold = (kind: LinkTable): Statement => ({
  name: `hold-${kind.table}`,
  text: `
    WITH locked AS (${locked(kind, '$1')}),
    held AS (SELECT locked.* FROM locked JOIN unnest($1::uuid[], $2::uuid[]) AS r(id, lease_token) USING (id, lease_token)),
    ${prolong(kind, 'held')}
    SELECT id FROM held`,
});

/**
 * $1 ids of links, $2 the lease of each, $3 operations as JSON, $4 their cycles, $5 for each link what waited instead. Records the intents of
 * those links that are still leased. An operation that was held and allowed becomes the intent; of a cycle that has ended by now it
 * is not any more. Cycles are locked before links: they do not end before it is on record.
 */
export const holdIntents = (kind: LinkTable): Statement => ({
  name: `intend-${kind.table}`,
  text: `
    WITH open AS MATERIALIZED (SELECT id FROM cycles WHERE id = ANY ($4::uuid[]) AND finished_at IS NULL FOR SHARE),
    locked AS (
      SELECT id, lease_token, lease_until FROM ${kind.table} WHERE (SELECT count(*) FROM open) >= 0 AND id = ANY ($1::uuid[])
      ORDER BY application_id, ${kind.owner} FOR NO KEY UPDATE),
    held AS (
      SELECT locked.*, r.withdrawn
      FROM locked JOIN unnest($1::uuid[], $2::uuid[], $5::uuid[]) AS r(id, lease_token, withdrawn) USING (id, lease_token)),
    ${prolong(kind, 'held')},
    withdrawn AS (
      UPDATE operations o SET state = 'withdrawn', finished_at = clock_timestamp()
      FROM held h WHERE o.id = h.withdrawn AND o.state IN ${listed(operationStatesThat.wait)})
    INSERT INTO operations (id, application_id, ${kind.operations}, cycle_id, action, changes, member_ids, deprovisions, drift, departure)
    SELECT o.id, o.application_id, o.${kind.operations}, open.id, o.action, o.changes, o.member_ids, coalesce(o.deprovisions, false), coalesce(o.drift, false), o.departure
    FROM json_populate_recordset(NULL::operations, $3::json) o
    JOIN held ON held.id = o.${kind.operations} LEFT JOIN open ON open.id = o.cycle_id
    ON CONFLICT (id) DO UPDATE SET state = 'intent', cycle_id = excluded.cycle_id, changes = excluded.changes, departure = excluded.departure, error = NULL,
      created_at = excluded.created_at
    RETURNING ${kind.operations} AS id, cycle_id`,
});

/** $1 ids of links. */
export const openOperations = (kind: LinkTable): Statement => ({
  name: `open-operations-${kind.table}`,
  text: `
    SELECT *, (SELECT e.created_at FROM exchanges e WHERE e.operation_id = operations.id) AS lost_at FROM operations
    WHERE ${kind.operations} = ANY ($1::uuid[]) AND state IN ${listed(operationStatesThat.areOpen)} AND finished_at IS NULL ORDER BY created_at`,
});

/**
 * $1 ids, $2 outcomes as JSON. A mark that was set while a link was being worked on stays, so that no change is lost; so does
 * what somebody released or took back. Of a link that another worker has taken over nothing is written. Answers the ids of the
 * others.
 */
export const settleLinks = (kind: LinkTable): Statement => {
  const own = Object.entries(kind.columns);
  return {
    name: `settle-${kind.table}`,
    text: `
      UPDATE ${kind.table} l SET
        remote_id = r.remote_id, last_sent = r.last_sent, last_error = r.last_error, taken_over = r.taken_over,
        ${own.map(([column]) => `${column} = r.${column},`).join(' ')}
        state = CASE WHEN l.state::text <> r.claimed_state AND 'released' IN (l.state::text, r.claimed_state) THEN l.state
          ELSE r.state::link_state END,
        last_change_at = COALESCE(r.changed_at, l.last_change_at),
        due_at = CASE WHEN r.keep_lease OR l.due_at IS DISTINCT FROM r.claimed_due THEN l.due_at
          ELSE clock_timestamp() + r.next_in_ms * interval '1 millisecond' END,
        attempts = r.attempts, hold_id = r.hold_id, on_demand_id = NULLIF(l.on_demand_id, r.on_demand_over),
        lease_token = CASE WHEN r.keep_lease THEN l.lease_token END, lease_until = CASE WHEN r.keep_lease THEN l.lease_until END
      FROM json_to_recordset($2::json) AS r(
        id uuid, remote_id text, state text, claimed_state text, last_sent jsonb, last_error jsonb, taken_over boolean, changed_at timestamptz,
        claimed_due timestamptz, lease_token uuid, next_in_ms float8, attempts int, hold_id uuid, on_demand_over uuid, keep_lease boolean${own.map(([column, type]) => `, ${column} ${type}`).join('')}),
        (${locked(kind, '$1')}) locked
      WHERE locked.id = l.id AND l.id = r.id AND l.lease_token = r.lease_token
      RETURNING l.id`,
  };
};

/** $1 operations, $2 exchanges, $3 events, all as JSON: closes the operations, keeps the exchanges, tells the events. */
export const closeOperations: Statement = {
  name: 'close-operations',
  text: `
    WITH closed AS (
      UPDATE operations o SET state = r.state, error = r.error, duration_ms = r.duration_ms, finished_at = r.finished_at,
        changes = coalesce(r.changes, o.changes), confirmed = r.confirmed, member_ids = CASE WHEN r.finished_at IS NULL THEN o.member_ids END
      FROM json_populate_recordset(NULL::operations, $1::json) r WHERE o.id = r.id),
    kept AS (
      INSERT INTO exchanges (operation_id, method, url, request_body, status, response_body, together)
      SELECT operation_id, method, url, request_body, status, response_body, together
      FROM json_populate_recordset(NULL::exchanges, $2::json) ON CONFLICT DO NOTHING)
    ${insertAllFrom('events', eventColumns, '$3')}`,
};

/** $1 operations as JSON: they wait until somebody allows them. */
export const holdOperations: Statement = {
  name: 'hold-operations',
  text: insertAllFrom(
    'operations',
    [
      'id',
      'applicationId',
      'userLinkId',
      'groupLinkId',
      'cycleId',
      'action',
      'state',
      'changes',
      'heldBy',
      'deprovisions',
      'drift',
      'departure',
    ],
    '$1',
  ),
};

/** SQL: `o` is what somebody has allowed. */
const wasAllowed = `EXISTS (SELECT FROM user_links l WHERE l.id = o.user_link_id AND l.hold_id = o.id)
      OR EXISTS (SELECT FROM group_links l WHERE l.id = o.group_link_id AND l.hold_id = o.id)`;

/** $1 ids of operations. Intents that never left; those that somebody has allowed are that again, so that nobody is asked once more. */
export const forgetIntents: Statement = {
  name: 'forget-intents',
  text: `
    WITH allowed AS (
      UPDATE operations o SET state = 'allowed' WHERE o.id = ANY ($1::uuid[]) AND o.state = 'intent' AND (${wasAllowed}))
    DELETE FROM operations o WHERE o.id = ANY ($1::uuid[]) AND o.state = 'intent' AND NOT (${wasAllowed})`,
};
