import { AppError } from '@/lib/core/errors';
import { db, type Tx } from '@/lib/db/client';
import { listNamedAttributes, type NamedAttribute } from '@/lib/directory/attribute-definitions';
import { asFilter, readGroupNames } from '@/lib/directory/prepared-filter';
import type { Filter } from '@/lib/filters/schema';
import type { ObjectType } from '@/lib/mappings/schema';
import { getTemplate } from './catalogue/templates';

/** The scoping filters of an application, with what their editor needs to know. */
export interface ScopeFilters {
  applicationId: string;
  displayLabel: string;
  /** The application's version, for saving. */
  version: number;
  /** Of people, and of associated groups where the application has groups. */
  filters: { objectType: ObjectType; groups: Filter }[];
  /** Of IsMemberOf, by id; a group that is gone is not among them. */
  groupNames: Record<string, string>;
  customAttributes: NamedAttribute[];
}

/** @throws AppError `not_found` where there is no such application, or it has no provisioning */
export async function getScopeFilters(applicationId: string): Promise<ScopeFilters> {
  const filters = await findScopeFilters(applicationId);
  if (!filters) throw new AppError('not_found', 'This application has no Identity Management, so nothing is in scope.');
  return filters;
}

/** As {@link getScopeFilters}; undefined where it has no provisioning. */
export async function findScopeFilters(applicationId: string): Promise<ScopeFilters | undefined> {
  const row = await db.application.findUnique({ where: { id: applicationId } });
  if (!row) throw new AppError('not_found', 'This application does not exist any more.');
  const { scim } = getTemplate(row.templateId);
  if (!scim) return undefined;
  const types: ObjectType[] = scim.groups.supported ? ['user', 'group'] : ['user'];
  const filters = await Promise.all(
    types.map(async (objectType) => ({ objectType, groups: await readFilter(db, applicationId, objectType) })),
  );
  return {
    applicationId,
    displayLabel: row.displayLabel,
    version: row.version,
    filters,
    groupNames: await readGroupNames(
      db,
      filters.flatMap(({ groups }) => groups),
    ),
    customAttributes: await listNamedAttributes(),
  };
}

/** A filter as it is stored, as it was typed. */
export async function readFilter(tx: Tx, applicationId: string, objectType: ObjectType): Promise<Filter> {
  const rows = await tx.scopeClause.findMany({
    where: { applicationId, objectType },
    orderBy: [{ groupNo: 'asc' }, { position: 'asc' }],
  });
  return asFilter(rows);
}
