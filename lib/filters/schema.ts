import { z } from 'zod';

/** In front of the name of a custom attribute of people, where other properties are named, too. */
export const customSource = 'customAttributes.';

/** Operators by Entra's words, so that a filter can be typed in as it stands there; IN and IsMemberOf are ours. */
export const filterOperators = [
  'EQUALS',
  'NOT EQUALS',
  'IS TRUE',
  'IS FALSE',
  'IS NULL',
  'IS NOT NULL',
  'REGEX MATCH',
  'NOT REGEX MATCH',
  'GREATER_THAN',
  'INCLUDES',
  'IN',
  'IsMemberOf',
] as const;
export type FilterOperator = (typeof filterOperators)[number];

/** What a clause is given beside its attribute. */
export const operatorTakes: Readonly<Record<FilterOperator, 'value' | 'values' | 'group' | 'nothing'>> = {
  EQUALS: 'value',
  'NOT EQUALS': 'value',
  'IS TRUE': 'nothing',
  'IS FALSE': 'nothing',
  'IS NULL': 'nothing',
  'IS NOT NULL': 'nothing',
  'REGEX MATCH': 'value',
  'NOT REGEX MATCH': 'value',
  GREATER_THAN: 'value',
  INCLUDES: 'value',
  IN: 'values',
  IsMemberOf: 'group',
};

/** Operators that compare texts, where upper and lower case can be told apart. */
export const comparesText: readonly FilterOperator[] = [
  'EQUALS',
  'NOT EQUALS',
  'REGEX MATCH',
  'NOT REGEX MATCH',
  'INCLUDES',
  'IN',
];

/** Bounds of one filter: what is looked at for every person stays small. */
export const filterBounds = { groups: 10, clauses: 20, values: 100, valueLength: 500, patternLength: 200 } as const;

const value = z
  .string()
  .max(filterBounds.valueLength, `At most ${filterBounds.valueLength} characters`)
  .regex(/^[^\0\p{Cs}]*$/u, 'This holds what is no character');

export const filterClauseSchema = z.object({
  attribute: z
    .string()
    .trim()
    .max(128, 'At most 128 characters')
    .default('')
    .describe('A property by any name that a mapping knows it by, such as userPrincipalName. Not of IsMemberOf.'),
  operator: z.enum(filterOperators),
  value: value.default('').describe('What is compared with.'),
  values: z
    .array(value)
    .max(filterBounds.values, `At most ${filterBounds.values} values`)
    .default([])
    .describe('Of IN: any of these.'),
  caseSensitive: z.boolean().default(true).describe('Whether upper and lower case are told apart.'),
  groupId: z.uuid().nullable().default(null).describe('Of IsMemberOf: the user group, nested members included.'),
});
/** One clause as it is typed. */
export type FilterClause = z.infer<typeof filterClauseSchema>;

/** Groups of clauses: in a group every clause has to hold, of the groups one. Empty: everybody. */
export const filterSchema = z
  .array(
    z
      .array(filterClauseSchema)
      .min(1, 'A group has at least one clause')
      .max(filterBounds.clauses, `At most ${filterBounds.clauses} clauses in a group`),
  )
  .max(filterBounds.groups, `At most ${filterBounds.groups} groups`);
export type Filter = z.infer<typeof filterSchema>;

/** A clause with what it says of one person or group. */
export interface AskedClause extends FilterClause {
  groupNo: number;
  position: number;
  /** Of IsMemberOf; null where the group is gone. */
  groupName: string | null;
  /** What people call the custom attribute that it is about; null: its name, or it is about none. */
  label: string | null;
  holds: boolean;
  /** The value that it was asked of; null where there is none. */
  found: string | null;
}

/**
 * A clause in words, such as `department EQUALS "Sales"`.
 * @param groupName of IsMemberOf @param label of the custom attribute that it is about
 */
export function clauseWords(clause: FilterClause, groupName: string | null, label: string | null): string {
  const { attribute, operator, value, values } = clause;
  const name = label ?? (nameIn(attribute) || '…');
  switch (operatorTakes[operator]) {
    case 'group':
      return `${operator} ${groupName === null ? 'a group that is gone' : `"${groupName}"`}`;
    case 'nothing':
      return `${name} ${operator}`;
    case 'values':
      return `${name} ${operator} ${values.map((one) => `"${one}"`).join(', ')}`;
    case 'value':
      return `${name} ${operator} "${value}"`;
  }
}

/** By what somebody is left out: of each group the clauses that do not hold. */
export function filteredOutBy(clauses: readonly AskedClause[]): string {
  const groups = [...new Set(clauses.map(({ groupNo }) => groupNo))].map((groupNo) =>
    clauses.filter((clause) => clause.groupNo === groupNo && !clause.holds),
  );
  return groups
    .map((failing) => failing.map((clause) => clauseWords(clause, clause.groupName, clause.label)).join(' and '))
    .join(', or ');
}

/** A property as a clause names it, without brackets. */
const nameIn = (attribute: string) => attribute.replace(/^\[(.*)\]$/, '$1');

/**
 * A whole filter in words; empty for one that lets everybody through.
 * @param groupNames of IsMemberOf, by id @param custom attributes with labels; without, they are called by their names
 */
export function filterWords(
  filter: Filter,
  groupNames: Readonly<Record<string, string>>,
  custom: readonly { name: string; label: string }[] = [],
): string {
  const labels = new Map(custom.map(({ name, label }) => [name.toLowerCase(), label || null]));
  const groups = filter.map((group) =>
    group
      .map((clause) => {
        const label = labels.get(nameIn(clause.attribute).toLowerCase()) ?? null;
        return clauseWords(clause, groupNames[clause.groupId ?? ''] ?? null, label);
      })
      .join(' AND '),
  );
  return groups.length > 1 ? groups.map((group) => `(${group})`).join(' OR ') : (groups[0] ?? '');
}
