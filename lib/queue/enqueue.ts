import type { Tx } from '@/lib/db/client';
import { type TaskName, type TaskPayload, tasks } from './tasks';

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
  const body = JSON.stringify(tasks[name].parse(payload));
  await tx.$executeRaw`
    SELECT graphile_worker.add_job(
      identifier => ${name}::text,
      payload => ${body}::json,
      queue_name => ${options.queueName ?? null}::text,
      run_at => ${options.runAt ?? null}::timestamptz,
      max_attempts => 25,
      job_key => ${options.jobKey ?? null}::text,
      priority => ${options.priority ?? 0}::int)`;
}
