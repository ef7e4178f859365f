import { randomUUID } from 'node:crypto';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { Application, RevisionOrigin } from '@/lib/db/generated/client';
import { listCustomAttributes } from '@/lib/directory/attribute-definitions';
import { defineCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { checkMappings } from '@/lib/mappings/check-mapping';
import type { ObjectType, TargetAttribute } from '@/lib/mappings/schema';
import { canonicalTarget } from '@/lib/mappings/target';
import { enqueue } from '@/lib/queue/enqueue';
import { assertVersion, lockApplication } from './lock-application';
import { keepRevision, mappingChanges, revisionRows, toDraft } from './mapping-history';
import { assertProvisions, templateMappings } from './mapping-queries';
import { type MappingDraft, resetMappingsSchema, revertMappingsSchema, updateMappingsSchema } from './schema';
import { listTargetAttributes } from './target-attributes';

const declared = { permission: 'applications.write', event: 'application_mapping_update' } as const;

/**
 * Saves the mapping table of users or groups as a whole, targets in their canonical writing; everyone in the application is then looked at again.
 * Answers the application.
 * @throws AppError `stale_version` with the table as it is now; `expression_error` or `invalid_input` at
 * `mappings.<index>.<field>`, with every problem in `details`; `conflict` where the application has no provisioning
 */
export const updateMappings = defineCommand(
  { ...declared, id: 'updateMappings', input: updateMappingsSchema },
  (tx, draft, { mappings, ...table }) =>
    // New rows get an id, by which problems find them.
    save(tx, draft, table, 'saved', () => mappings.map((row) => ({ ...row, id: row.id ?? randomUUID() }))),
);

/** Goes back to the template's mappings. @throws AppError `stale_version`, `conflict` */
export const resetMappings = defineCommand(
  { ...declared, id: 'resetMappings', input: resetMappingsSchema },
  (tx, draft, table) =>
    save(tx, draft, table, 'reset', ({ templateId }) => templateMappings(templateId, table.objectType)),
);

/**
 * Goes back to the table as it once was; what was changed since stays in the history.
 * @throws AppError `stale_version`, `conflict`; `not_found` where the history has no such revision (any more); what
 * {@link updateMappings} throws, where a row does not hold any more (a custom attribute that is gone)
 */
export const revertMappings = defineCommand(
  { ...declared, id: 'revertMappings', input: revertMappingsSchema },
  (tx, draft, { revision, ...table }) =>
    save(tx, draft, table, 'reverted', ({ id }) => revisionRows(tx, { ...table, applicationId: id }, revision)),
);

interface Table {
  applicationId: string;
  version: number;
  objectType: ObjectType;
}

async function save(
  tx: Tx,
  draft: EventDraft,
  { applicationId, version, objectType }: Table,
  origin: RevisionOrigin,
  rowsFor: (application: Application) => readonly MappingDraft[] | Promise<readonly MappingDraft[]>,
) {
  const application = await lockApplication(tx, applicationId);
  draft.application = { id: applicationId, displayLabel: application.displayLabel };
  draft.target = { type: 'application', id: applicationId, name: application.displayLabel };
  const before = await tx.attributeMapping.findMany({
    where: { applicationId, objectType },
    orderBy: { position: 'asc' },
  });
  assertVersion(application, version, { mappings: before.map(toDraft) });
  assertProvisions(application.templateId);
  const { [objectType]: attributes } = await listTargetAttributes(application, tx);
  const rows = (await rowsFor(application)).map((row) => ({
    ...row,
    target: canonicalTarget(row.target, attributes),
  }));
  await assertValid(tx, attributes, objectType, rows);
  draft.changes = mappingChanges(before.map(toDraft), rows);
  // Targets are unique, and may have been swapped: the table is written anew. Rows keep their ids where they have one.
  await tx.attributeMapping.deleteMany({ where: { applicationId, objectType } });
  const known = new Set(before.map((row) => row.id));
  await tx.attributeMapping.createMany({
    data: rows.map(({ id, ...row }, position) => ({
      ...row,
      // Once: a row that was copied with its id gets one of its own.
      ...(known.delete(id) ? { id } : {}),
      applicationId,
      objectType,
      position,
    })),
  });
  const saved = await tx.application.update({ where: { id: applicationId }, data: { version: { increment: 1 } } });
  if (Object.keys(draft.changes).length > 0) {
    const { version } = saved;
    await keepRevision(
      tx,
      { applicationId, objectType, version, origin, actorName: draft.actor.name, rows },
      { ...application, rows: before },
    );
  }
  await enqueue(tx, 'application-changed', { applicationId });
  return saved;
}

async function assertValid(
  tx: Tx,
  attributes: readonly TargetAttribute[],
  objectType: ObjectType,
  rows: readonly MappingDraft[],
) {
  const problems = checkMappings(
    rows.map((row, position) => ({ ...row, objectType, position })),
    {
      attributes,
      customAttributes: objectType === 'user' ? await listCustomAttributes(tx) : [],
    },
  );
  const errors = problems.filter((problem) => problem.severity === 'error');
  const [first] = errors;
  if (!first) return;
  const index = rows.findIndex((row) => row.id === first.mappingId);
  const row = rows[index];
  throw new AppError(
    row?.kind === 'expression' && first.field === 'source' ? 'expression_error' : 'invalid_input',
    row ? `${row.target}: ${first.message}` : first.message,
    {
      field: index < 0 ? 'mappings' : `mappings.${index}.${first.field}`,
      hint: 'Nothing was saved. Correct the mapping and save again.',
      details: { problems: errors },
    },
  );
}
