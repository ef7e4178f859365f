import type { TaskList } from 'graphile-worker';
import { type TaskName, tasks } from '@/lib/queue/tasks';
import { handlers, type TaskContext } from './handlers';

/** The handlers as the queue wants them, each with its payload checked. */
export function taskList(context: TaskContext): TaskList {
  const names = Object.keys(tasks) as TaskName[];
  return Object.fromEntries(names.map((name) => [name, (payload: unknown) => runTask(name, payload, context)]));
}

function runTask<Name extends TaskName>(name: Name, payload: unknown, context: TaskContext): Promise<void> {
  const parsed = tasks[name].parse(payload ?? {});
  const handler = handlers[name] as (payload: typeof parsed, context: TaskContext) => Promise<void>;
  return handler(parsed, context);
}
