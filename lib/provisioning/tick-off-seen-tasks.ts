import { now } from '@/lib/core/clock';
import type { Tx } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import type { ScimResource } from '@/lib/scim/path';
import { isSeenDone } from './plan/due-tasks';
import type { PlanContext } from './plan/plan-context';

/** Open tasks that are looked at in one cycle, the oldest first. */
const atOnce = 1_000;
/** Who has done it, where nobody ticked it off. */
const seenBy = 'a reading of the application';

interface Seen {
  id: string;
  taskId: string;
  username: string;
  resource: ScimResource;
}

/** Ticks off the manual tasks of an application that the accounts, as a cycle has just read them, show to be done. */
export async function tickOffSeenTasks(tx: Tx, { application, manualTasks }: PlanContext): Promise<void> {
  const tasks = manualTasks.filter(({ due }) => due.when === 'taken_over');
  if (tasks.length === 0) return;
  // A reading that is older than the task says nothing of what was done since.
  const open = await tx.$queryRaw<Seen[]>`
    SELECT t.id, t.task_id AS "taskId", coalesce(l.last_sent ->> 'userName', r.user_name) AS username, r.resource
    FROM manual_tasks t
    JOIN user_links l ON l.application_id = t.application_id AND l.user_id = t.user_id
    JOIN remote_accounts r ON r.application_id = l.application_id AND r.remote_id = l.remote_id AND r.read_at > t.created_at
    WHERE t.application_id = ${application.id}::uuid AND t.done_at IS NULL
      AND t.task_id = ANY (${tasks.map(({ id }) => id)}::text[])
    ORDER BY t.created_at, t.id LIMIT ${atOnce}`;
  const done = open.filter(({ taskId, resource, username }) =>
    tasks.some(({ id, due }) => id === taskId && isSeenDone(due, resource, username)),
  );
  if (done.length === 0) return;
  const { count } = await tx.manualTask.updateMany({
    where: { id: { in: done.map(({ id }) => id) }, doneAt: null },
    data: { doneAt: now(), doneBy: seenBy },
  });
  const { id, displayLabel } = application;
  const message = `${count.toLocaleString('en')} manual ${count === 1 ? 'task was' : 'tasks were'} done over there.`;
  const target = { type: 'application' as const, id, name: displayLabel };
  await recordEvents(tx, [
    { name: 'provisioning_task', actor: systemActor, application: { id, displayLabel }, target, message },
  ]);
}
