import { defineCommand } from '@/lib/events/command';
import { changesBetween } from '@/lib/events/schema';
import { asNameTaken, sourceTarget } from './internal/sources';
import { sourceValuesSchema } from './schema';

/** Creates a source, without a token yet. @throws AppError `already_exists` at name */
export const createSource = defineCommand(
  { id: 'createSource', permission: 'sources.write', input: sourceValuesSchema, event: 'source_create' },
  async (tx, draft, values, actor) => {
    const source = await tx.source
      .create({ data: { ...values, createdByName: actor.name } })
      .catch((error: unknown) => {
        throw asNameTaken(error, values.name);
      });
    draft.target = sourceTarget(source);
    draft.changes = changesBetween({}, values);
    return source;
  },
);
