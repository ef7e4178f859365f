import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { isInvalidPattern } from '@/lib/db/statement';
import { type FilterProblem, type PreparedClause, prepareFilter } from '@/lib/filters/check-filter';
import { type Filter, type FilterClause, filterClauseSchema } from '@/lib/filters/schema';
import type { ObjectType } from '@/lib/mappings/schema';
import { readAttributeTypes } from './attribute-definitions';

/** A clause as a table of clauses has it. */
interface ClauseRow extends Pick<FilterClause, 'attribute' | 'value' | 'caseSensitive'> {
  groupNo: number;
  operator: string;
  operands: string[];
  memberOfId: string | null;
}

/** A filter as it was typed. @param rows in their order */
export function asFilter(rows: readonly ClauseRow[]): Filter {
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
 * A filter as the database is asked it. @param at the field that it was typed in
 * @throws AppError `invalid_input` at `<at>.<group>.<clause>.<field>`, with every problem in `details`
 */
export async function preparedFilter(
  tx: Tx,
  objectType: ObjectType,
  filter: Filter,
  at: 'groups' | 'rule' = 'groups',
): Promise<PreparedClause[]> {
  const fieldOf = ({ groupNo, position, field }: FilterProblem) => `${at}.${groupNo}.${position}.${field}`;
  const { clauses, problems } = prepareFilter(objectType, filter, await readAttributeTypes(tx));
  const groupNames = await readGroupNames(tx, filter);
  const gone = clauses.filter(({ memberOfId }) => memberOfId !== null && !(memberOfId in groupNames));
  const found = [...problems, ...gone.map((clause) => problemOf(clause, 'groupId', 'This user group is gone.'))];
  if (at === 'rule') found.push(...clauses.filter(({ memberOfId }) => memberOfId).map(asksForMembership));
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

/** Membership would have to follow from membership, in circles; nesting does that already. */
const asksForMembership = (clause: PreparedClause) =>
  problemOf(clause, 'operator', 'A rule asks for attributes. To bring in the members of a group, nest that group.');
