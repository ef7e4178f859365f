import type { Job, JobHelpers, TaskList } from 'graphile-worker';
import { refreshDemoClock } from '@/lib/installation/demo-clock';
import { giveBack, takeLane } from '@/lib/queue/leases';
import { laneOf, type TaskName, type TaskPayload, tasks } from '@/lib/queue/tasks';
import { type GoesOn, handlers, type TaskContext } from './handlers';
import { isGone } from './subjects';

export const taskNames = Object.keys(tasks) as TaskName[];

/** The handlers as the queue wants them, each with its payload checked. @param names only of these */
export function taskList(context: TaskContext, names: readonly TaskName[] = taskNames): TaskList {
  return Object.fromEntries(
    names.map((name) => [name, (payload: unknown, { job }: JobHelpers) => runTask(name, payload, { ...context, job })]),
  );
}

async function runTask<Name extends TaskName>(
  name: Name,
  payload: unknown,
  { job, ...context }: TaskContext & { job: Pick<Job, 'key' | 'priority'> },
): Promise<void> {
  const parsed = tasks[name].parse(payload ?? {}) as TaskPayload<Name>;
  let next: GoesOn | undefined;
  await inLane(laneOf(name, parsed), context, { ...job, payload, identifier: name }, async (token) => {
    // What a task compares with the clock was written by a process that knew of the last move.
    await refreshDemoClock(0);
    try {
      next = (await handlers[name](parsed, { ...context, token })) ?? undefined;
    } catch (error) {
      // Deleted in the middle: what failed was to be done with what is not there any more.
      if (!(await isGone(name, parsed))) throw error;
    }
  });
  // Where somebody else is at it, that is a task of its own by its key.
  if (next) await runTask(next.name, next.payload, { ...context, job: { priority: 0, key: next.jobKey } });
}

/** Does what there may be one of at a time; where somebody else is at it, the job waits in the queue. */
async function inLane(
  lane: string | undefined,
  { workerId }: TaskContext,
  { key, identifier, payload, priority }: Pick<Job, 'key' | 'payload' | 'priority'> & { identifier: TaskName },
  work: (token: string) => Promise<void>,
): Promise<void> {
  if (!lane) return work('');
  const token = await takeLane(lane, workerId, { key: key ?? `${identifier}:${lane}`, identifier, payload, priority });
  if (!token) return;
  try {
    await work(token);
  } finally {
    await giveBack(token);
  }
}
