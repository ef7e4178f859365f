import type { TaskList } from 'graphile-worker';
import { refreshDemoClock } from '@/lib/installation/demo-clock';
import { type TaskName, type TaskPayload, tasks } from '@/lib/queue/tasks';
import { handlers, type TaskContext } from './handlers';
import { isGone } from './subjects';

export const taskNames = Object.keys(tasks) as TaskName[];

/** The handlers as the queue wants them, each with its payload checked. @param names only of these */
export function taskList(context: TaskContext, names: readonly TaskName[] = taskNames): TaskList {
  return Object.fromEntries(names.map((name) => [name, (payload: unknown) => runTask(name, payload, context)]));
}

async function runTask<Name extends TaskName>(name: Name, payload: unknown, context: TaskContext): Promise<void> {
  const parsed = tasks[name].parse(payload ?? {});
  const handler = handlers[name] as (payload: typeof parsed, context: TaskContext) => Promise<void>;
  // What a task compares with the clock was written by a process that knew of the last move.
  await refreshDemoClock(0);
  try {
    await handler(parsed, context);
  } catch (error) {
    // Deleted in the middle: what failed was to be done with what is not there any more.
    if (!(await isGone(name, parsed as TaskPayload<Name>))) throw error;
  }
}
