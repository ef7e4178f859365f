import { AppError } from '@/lib/core/errors';
import { db, type Tx } from '@/lib/db/client';
import type { RevisionOrigin } from '@/lib/db/generated/client';
import { type Changes, changesBetween } from '@/lib/events/schema';
import type { ObjectType } from '@/lib/mappings/schema';
import { getTemplate } from './catalogue/templates';
import type { MappingDraft } from './schema';

/** Revisions that are kept of one table; the oldest go first. */
const maxRevisions = 50;

interface Table {
  applicationId: string;
  objectType: ObjectType;
}

/** A mapping table as it once was. */
export interface MappingRevision {
  /** The application's version that saving it made: what it is gone back to by. */
  revision: number;
  origin: RevisionOrigin;
  at: Date;
  /** Who saved it, as they were called then; empty for the original. */
  actorName: string;
  /** How many rows it has. */
  rows: number;
  /** What saving it changed, by target; of the oldest one that is kept, nothing is known. */
  changes: Changes;
  /** What going back to it would change by now, by target; empty: it is the table as it is. */
  fromNow: Changes;
}

/**
 * What one mapping table was before, the newest first: at most 50.
 * @throws AppError `not_found` where there is no such application, or it has no provisioning
 */
export async function listMappingHistory({ applicationId, objectType }: Table): Promise<MappingRevision[]> {
  const application = await db.application.findUnique({
    where: { id: applicationId },
    select: {
      templateId: true,
      mappings: { where: { objectType }, orderBy: { position: 'asc' } },
      revisions: { where: { objectType }, orderBy: { version: 'desc' } },
    },
  });
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  if (!getTemplate(application.templateId).scim) {
    throw new AppError('not_found', 'This application has no Identity Management, so nothing is mapped.');
  }
  const { mappings, revisions } = application;
  const now = mappings.map(toDraft);
  return revisions.map(({ version, origin, at, actorName, rows }, index) => {
    const drafts = rows as MappingDraft[];
    const earlier = revisions[index + 1]?.rows as MappingDraft[] | undefined;
    return {
      revision: version,
      origin,
      at,
      actorName,
      rows: drafts.length,
      changes: earlier ? mappingChanges(earlier, drafts) : {},
      fromNow: mappingChanges(now, drafts),
    };
  });
}

/** The rows of one revision. @throws AppError `not_found` */
export async function revisionRows(
  tx: Pick<Tx, 'mappingRevision'>,
  table: Table,
  version: number,
): Promise<MappingDraft[]> {
  const { applicationId, objectType } = table;
  const found = await tx.mappingRevision.findUnique({
    where: { applicationId_objectType_version: { applicationId, objectType, version } },
  });
  if (found) return found.rows as MappingDraft[];
  throw new AppError('not_found', 'The history of this table has no such revision any more.', {
    hint: 'Choose another one of its history.',
    field: 'revision',
  });
}

/** Keeps a table that was just saved; with the first change, what there was before it as well. */
export async function keepRevision(
  tx: Tx,
  saved: Table & { version: number; origin: RevisionOrigin; actorName: string; rows: readonly MappingDraft[] },
  before: { version: number; createdAt: Date; rows: readonly MappingDraft[] },
): Promise<void> {
  const { applicationId, objectType } = saved;
  const where = { applicationId, objectType };
  const kept = await tx.mappingRevision.findMany({ where, orderBy: { version: 'desc' }, select: { version: true } });
  const original = {
    ...where,
    version: before.version,
    origin: 'original' as const,
    rows: before.rows.map(toDraft),
    actorName: '',
    at: before.createdAt,
  };
  await tx.mappingRevision.createMany({
    data: [...(kept.length === 0 ? [original] : []), { ...saved, rows: saved.rows.map(toDraft), at: new Date() }],
  });
  const oldest = kept[maxRevisions - 2];
  if (oldest) await tx.mappingRevision.deleteMany({ where: { ...where, version: { lt: oldest.version } } });
}

/** A row without what its place in the table says. */
export function toDraft({
  id,
  kind,
  source,
  target,
  apply,
  matchingPrecedence,
  defaultValue,
  required,
}: MappingDraft): MappingDraft {
  return { id, kind, source, target, apply, matchingPrecedence, defaultValue, required };
}

/** Per target what it was and is; the order, where it changed. */
export function mappingChanges(before: readonly MappingDraft[], after: readonly MappingDraft[]): Changes {
  const byTarget = (rows: readonly MappingDraft[]) =>
    Object.fromEntries(rows.map(({ id: _id, target, ...row }) => [target, row]));
  const order = (rows: readonly MappingDraft[]) => rows.map((row) => row.target);
  const same = [...order(before)].sort().join() === [...order(after)].sort().join();
  return {
    ...changesBetween(byTarget(before), byTarget(after)),
    ...(same ? changesBetween({ order: order(before) }, { order: order(after) }) : {}),
  };
}
