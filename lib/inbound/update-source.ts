import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { changesBetween } from '@/lib/events/schema';
import { asNameTaken, lockSource, sourceTarget } from './internal/sources';
import { updateSourceSchema } from './schema';

/**
 * Changes a source. @param input `version` as the form was loaded
 * @throws AppError `stale_version` (details: `{version, values}` as they are now), `already_exists` at name, `not_found`
 */
export const updateSource = defineCommand(
  { id: 'updateSource', permission: 'sources.write', input: updateSourceSchema, event: 'source_update' },
  async (tx, draft, { id, version, ...values }) => {
    const row = await lockSource(tx, id);
    draft.target = sourceTarget(row);
    const { name, takeOver, mailActivation, requestsPerMinute } = row;
    const before = { name, takeOver, mailActivation, requestsPerMinute };
    if (row.version !== version) {
      throw new AppError('stale_version', `${name} was changed by somebody else in the meantime.`, {
        hint: 'Compare what is stored now with what you typed, then save again.',
        details: { version: row.version, values: before },
      });
    }
    draft.changes = changesBetween(before, values);
    if (Object.keys(draft.changes).length === 0) return row;
    return tx.source
      .update({ where: { id }, data: { ...values, version: { increment: 1 } } })
      .catch((error: unknown) => {
        throw asNameTaken(error, values.name);
      });
  },
);
