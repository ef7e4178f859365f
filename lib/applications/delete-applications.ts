import { AppError } from '@/lib/core/errors';
import { db, transaction } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import { recordEvents } from '@/lib/events/record';
import { deleteApplicationsSchema } from './schema';

/**
 * Deletes applications for good: SSO stops, provisioning stops, accounts over there stay as they are.
 * @param input `typedCount` is the number of applications as the administrator typed it
 * @throws AppError `confirmation_mismatch` (typedCount), `not_found` when one of them is gone already
 */
export async function deleteApplications(
  actor: Actor,
  input: { ids: string[]; typedCount: string },
): Promise<{ deleted: { id: string; displayLabel: string }[] }> {
  const { ids, typedCount } = deleteApplicationsSchema.parse(input);
  const wanted = [...new Set(ids)];
  const rows = await db.application.findMany({
    where: { id: { in: wanted } },
    select: { id: true, displayLabel: true },
  });
  const drafts: EventDraft[] = rows.map((row) => ({
    name: 'application_delete',
    actor,
    application: row,
    target: { type: 'application', id: row.id, name: row.displayLabel },
  }));
  try {
    if (typedCount !== String(wanted.length)) {
      throw new AppError('confirmation_mismatch', `You typed "${typedCount}", and ${wanted.length} are selected.`, {
        field: 'typedCount',
        hint: `Type ${wanted.length} to delete what is selected.`,
      });
    }
    await transaction(async (tx) => {
      const { count } = await tx.application.deleteMany({ where: { id: { in: wanted } } });
      if (count !== wanted.length) {
        throw new AppError('not_found', 'One of these applications was deleted meanwhile. Nothing was deleted now.', {
          hint: 'Reload the list and select again.',
        });
      }
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
