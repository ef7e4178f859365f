import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { laneOf, type TaskName, type TaskPayload, tasks } from './tasks';

/** How often a task is tried. */
export const maxAttempts = 25;

/**
 * SQL: tells pools of which task there is something to do. The queue itself tells every pool of every job, and each then looks in vain.
 * @param task SQL of its name @param count SQL of how many
 */
export const tellPools = (task: string, count: string): string =>
  `pg_notify('jobs:insert', json_build_object('r', random(), 'count', 0, 'task', ${task}, 'of', ${count})::text)`;

/** The payload as the queue keeps it (JSON), for a statement that adds the task along with its cause. */
export function payloadOf<Name extends TaskName>(name: Name, payload: TaskPayload<Name>): string {
  return JSON.stringify(tasks[name].parse(payload));
}

export interface EnqueueOptions {
  /** Jobs of one key are one job: a later call replaces what still waits. */
  jobKey?: string;
  /** Earliest start; absent: at once. */
  runAt?: Date;
  /** Smaller runs first; 0 unless told. */
  priority?: number;
}

/**
 * Adds a task in the transaction of the change that caused it: both happen or neither.
 * A job that is running when its key comes again is followed by another run, so that no change falls between.
 */
export function enqueue<Name extends TaskName>(
  tx: Tx,
  name: Name,
  payload: TaskPayload<Name>,
  options: EnqueueOptions = {},
): Promise<void> {
  return enqueueEach(tx, [{ name, payload, ...options }]);
}

/** The same for many tasks, in one statement. A task of which there is one at a time bears its lane as a flag, by which it is passed over. */
export async function enqueueEach<Name extends TaskName>(
  tx: Tx,
  wanted: readonly (EnqueueOptions & { name: Name; payload: TaskPayload<Name> })[],
): Promise<void> {
  if (wanted.length === 0) return;
  const rows = wanted.map(({ name, payload, jobKey, runAt, priority }) => ({
    name,
    payload: tasks[name].parse(payload),
    lane: laneOf(name, payload),
    run_at: runAt,
    job_key: jobKey,
    priority: priority ?? 0,
  }));
  await tx.$executeRaw`
    WITH added AS MATERIALIZED (
      SELECT r.name, r.run_at, graphile_worker.add_job(
        identifier => r.name,
        payload => r.payload,
        run_at => r.run_at,
        max_attempts => ${maxAttempts}::int,
        job_key => r.job_key,
        priority => r.priority,
        flags => CASE WHEN r.lane IS NOT NULL THEN ARRAY[r.lane] END)
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r(
        name text, payload json, lane text, run_at timestamptz, job_key text, priority int))
    SELECT ${told} FROM added WHERE run_at IS NULL OR run_at <= clock_timestamp() GROUP BY name`;
}

const told = Prisma.raw(tellPools('name', 'count(*)'));
