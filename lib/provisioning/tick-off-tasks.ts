import { lockApplication } from '@/lib/applications/lock-application';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { tickOffTasksSchema } from './schema';

/**
 * Ticks manual tasks off, or opens them again. Answers the application, and how many were changed: what is so already is no change.
 * @throws AppError `not_found`; `conflict` where none of them is to be changed
 */
export const tickOffTasks = defineCommand(
  { id: 'tickOffTasks', permission: 'provisioning.run', input: tickOffTasksSchema, event: 'provisioning_task' },
  async (tx, draft, { applicationId, taskIds, done }, actor) => {
    const application = await lockApplication(tx, applicationId);
    draft.application = { id: application.id, displayLabel: application.displayLabel };
    draft.target = { type: 'application', id: application.id, name: application.displayLabel };
    const { count } = await tx.manualTask.updateMany({
      where: { applicationId, id: { in: taskIds }, doneAt: done ? null : { not: null } },
      data: done ? { doneAt: now(), doneBy: actor.name } : { doneAt: null, doneBy: null },
    });
    if (count === 0) {
      throw new AppError(
        'conflict',
        done ? 'None of these is open any more.' : 'None of these is ticked off any more.',
        {
          hint: 'Somebody else may just have done it. Load the page again.',
        },
      );
    }
    draft.message = `${count.toLocaleString('en')} manual ${count === 1 ? 'task' : 'tasks'} ${done ? 'ticked off' : 'opened again'}.`;
    return { id: application.id, version: application.version, changed: count };
  },
);
