import { AppError } from '@/lib/core/errors';
import { db, type Tx } from '@/lib/db/client';
import { isInvalidPattern } from '@/lib/db/statement';
import { readAttributeTypes } from '@/lib/directory/attribute-definitions';
import { type AttributeType, type FilterProblem, type PreparedClause, prepareFilter } from '@/lib/filters/check-filter';
import { type Filter, filterClauseSchema } from '@/lib/filters/schema';
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
  customAttributes: { name: string; type: AttributeType }[];
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
    customAttributes: [...(await readAttributeTypes())].map(([name, type]) => ({ name, type })),
  };
}

/** A filter as it is stored, as it was typed. */
export async function readFilter(tx: Tx, applicationId: string, objectType: ObjectType): Promise<Filter> {
  const rows = await tx.scopeClause.findMany({
    where: { applicationId, objectType },
    orderBy: [{ groupNo: 'asc' }, { position: 'asc' }],
  });
  const groups: Filter = [];
  for (const { groupNo, attribute, operator, value, operands: values, caseSensitive, memberOfId: groupId } of rows) {
    const clause = filterClauseSchema.parse({ attribute, operator, value, values, caseSensitive, groupId });
    groups[groupNo] = [...(groups[groupNo] ?? []), clause];
  }
  return groups;
}

/** Names of the groups that a filter asks about, by id. */
export async function readGroupNames(tx: Tx, filter: Filter): Promise<Record<string, string>> {
  const ids = filter.flat().flatMap(({ groupId }) => groupId ?? []);
  if (ids.length === 0) return {};
  const rows = await tx.group.findMany({
    where: { id: { in: ids }, deletedAt: null },
    select: { id: true, name: true },
  });
  return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
}

/**
 * A filter as the database is asked it.
 * @throws AppError `invalid_input` at `groups.<group>.<clause>.<field>`, with every problem in `details`
 */
export async function preparedFilter(tx: Tx, objectType: ObjectType, filter: Filter): Promise<PreparedClause[]> {
  const { clauses, problems } = prepareFilter(objectType, filter, await readAttributeTypes(tx));
  const groupNames = await readGroupNames(tx, filter);
  const gone = clauses.filter(({ memberOfId }) => memberOfId !== null && !(memberOfId in groupNames));
  const found = [...problems, ...gone.map((clause) => problemOf(clause, 'groupId', 'This user group is gone.'))];
  // Last: a pattern that the database refuses ends the transaction.
  if (found.length === 0) found.push(...(await refusedPatterns(tx, clauses)));
  const [first] = found;
  if (!first) return clauses;
  throw new AppError('invalid_input', first.message, {
    field: fieldOf(first),
    hint: 'Nothing was saved. Correct the clause and try again.',
    details: { problems: found.map((problem) => ({ message: problem.message, field: fieldOf(problem) })) },
  });
}

const fieldOf = ({ groupNo, position, field }: FilterProblem) => `groups.${groupNo}.${position}.${field}`;

function problemOf(
  { groupNo, position }: PreparedClause,
  field: FilterProblem['field'],
  message: string,
): FilterProblem {
  return { groupNo, position, field, message };
}

async function refusedPatterns(tx: Tx, clauses: readonly PreparedClause[]): Promise<FilterProblem[]> {
  for (const clause of clauses.filter(({ operator }) => operator.endsWith('REGEX MATCH'))) {
    try {
      await tx.$queryRaw`SELECT '' ~ ${clause.operand}`;
    } catch (error) {
      if (!isInvalidPattern(error)) throw error;
      const reason = /invalid regular expression: ([^"\n`]+)/.exec(String(error))?.[1] ?? 'it cannot be read';
      return [problemOf(clause, 'value', `This pattern is not understood: ${reason.trim()}.`)];
    }
  }
  return [];
}
