import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { lockSource, sourceTarget } from './internal/sources';
import { deleteSourceSchema } from './schema';

/**
 * Deletes a source: its tokens are refused from the next request on, and its people and groups stay as they are and are
 * Latchkey's own. However many it had, none of their rows is written.
 * @param input `typed`: the source's name, by which whoever asks confirms it
 * @throws AppError `confirmation_mismatch`, `not_found`
 */
export const deleteSource = defineCommand(
  { id: 'deleteSource', permission: 'sources.write', input: deleteSourceSchema, event: 'source_delete' },
  async (tx, draft, { id, typed }) => {
    const source = await lockSource(tx, id);
    draft.target = sourceTarget(source);
    if (typed !== undefined && typed !== source.name) {
      throw new AppError('confirmation_mismatch', `Type ${source.name} to confirm.`);
    }
    return tx.source.update({ where: { id }, data: { deletedAt: new Date(), version: { increment: 1 } } });
  },
);
