import type { Tx } from '@/lib/db/client';
import { type TaskName, type TaskPayload, tasks } from './tasks';

/** How often a task is tried. */
export const maxAttempts = 25;

/** The payload as the queue keeps it (JSON), for a statement that adds the task along with its cause. */
export function payloadOf<Name extends TaskName>(name: Name, payload: TaskPayload<Name>): string {
  return JSON.stringify(tasks[name].parse(payload));
}

export interface EnqueueOptions {
  /** Jobs of one key are one job: a later call replaces what still waits. */
  jobKey?: string;
  /** Jobs of one queue run one after another. */
  queueName?: string;
  /** Earliest start; absent: at once. */
  runAt?: Date;
  /** Smaller runs first; 0 unless told. */
  priority?: number;
}

/**
 * Adds a task in the transaction of the change that caused it: both happen or neither.
 * A job that is running when its key comes again is followed by another run, so that no change falls between.
 */
export async function enqueue<Name extends TaskName>(
  tx: Tx,
  name: Name,
  payload: TaskPayload<Name>,
  options: EnqueueOptions = {},
): Promise<void> {
  const body = payloadOf(name, payload);
  await tx.$executeRaw`
    SELECT graphile_worker.add_job(
      identifier => ${name}::text,
      payload => ${body}::json,
      queue_name => ${options.queueName ?? null}::text,
      run_at => ${options.runAt ?? null}::timestamptz,
      max_attempts => ${maxAttempts}::int,
      job_key => ${options.jobKey ?? null}::text,
      priority => ${options.priority ?? 0}::int)`;
}
