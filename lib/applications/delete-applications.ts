import type { z } from 'zod';
import { AppError } from '@/lib/core/errors';
import { db, type Tx, transaction } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { defineCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { recordEvents } from '@/lib/events/record';
import { lockApplication } from './lock-application';
import { assertNotMoving } from './open-move';
import { deleteApplicationSchema, type deleteApplicationsSchema } from './schema';

/**
 * Deletes an application for good: SSO stops, provisioning stops, accounts over there stay as they are.
 * @throws AppError `not_found` when it is gone already, `conflict` while it is migrated
 */
export const deleteApplication = defineCommand(
  {
    id: 'deleteApplication',
    permission: 'applications.write',
    input: deleteApplicationSchema,
    event: 'application_delete',
  },
  async (tx, draft, { id }) => {
    const application = await lockApplication(tx, id);
    Object.assign(draft, namesOf(application));
    await remove(tx, [id]);
    return application;
  },
);

/**
 * Deletes what was selected in a list, all or nothing. No declared command: it is about many, so that there is no one
 * resource to answer; a script calls {@link deleteApplication} for each.
 * @param input `typedCount` is the number of applications as the administrator typed it
 * @throws AppError `confirmation_mismatch` (typedCount), `not_found` when one of them is gone already
 */
export async function deleteApplications(
  actor: Actor,
  { ids, typedCount }: z.output<typeof deleteApplicationsSchema>,
): Promise<{ deleted: { id: string; displayLabel: string }[] }> {
  const wanted = [...new Set(ids)];
  const rows = await db.application.findMany({
    where: { id: { in: wanted } },
    select: { id: true, displayLabel: true },
  });
  const drafts: EventDraft[] = rows.map((row) => ({ name: 'application_delete', actor, ...namesOf(row) }));
  try {
    if (typedCount !== String(wanted.length)) {
      throw new AppError('confirmation_mismatch', `You typed "${typedCount}", and ${wanted.length} are selected.`, {
        field: 'typedCount',
        hint: `Type ${wanted.length} to delete what is selected.`,
      });
    }
    await transaction(async (tx) => {
      await remove(tx, wanted);
      await recordEvents(tx, drafts);
    });
  } catch (error) {
    if (error instanceof AppError) {
      const refusal = { outcome: 'error' as const, code: error.code, message: error.message };
      await recordEvents(
        db,
        drafts.map((draft) => ({ ...draft, ...refusal })),
      );
    }
    throw error;
  }
  return { deleted: rows };
}

function namesOf({ id, displayLabel }: { id: string; displayLabel: string }) {
  return { application: { id, displayLabel }, target: { type: 'application' as const, id, name: displayLabel } };
}

async function remove(tx: Tx, ids: readonly string[]): Promise<void> {
  await assertNotMoving(tx, ids);
  const { count } = await tx.application.deleteMany({ where: { id: { in: [...ids] } } });
  if (count === ids.length) return;
  throw new AppError('not_found', 'One of these applications was deleted meanwhile. Nothing was deleted now.', {
    hint: 'Reload the list and select again.',
  });
}
