import { PatternError } from '@/lib/mappings/regex/pattern';
import type { ObjectType } from '@/lib/mappings/schema';
import { findProperty } from '@/lib/mappings/source';
import { databasePattern } from './database-pattern';
import { comparesText, customSource, type Filter, type FilterClause, operatorTakes } from './schema';

/** A clause as it is asked of the database, with its place in the filter. Values are data, whatever stands in them. */
export interface PreparedClause extends Pick<FilterClause, 'attribute' | 'operator' | 'value' | 'caseSensitive'> {
  groupNo: number;
  position: number;
  /** A property by its one name, or `customAttributes.` and the name of a custom attribute; empty of IsMemberOf. */
  source: string;
  /** What is compared with: a pattern in the database's writing, a number in its shortest. */
  operand: string;
  operands: string[];
  memberOfId: string | null;
}

/** What is wrong with one clause; `field` is where. */
export interface FilterProblem {
  groupNo: number;
  position: number;
  field: 'attribute' | 'operator' | 'value' | 'values' | 'groupId';
  message: string;
}

/** What kind of value a custom attribute has. */
export type AttributeType = 'string' | 'number' | 'boolean';

/** Custom attributes that people can have, by name. */
export type CustomAttributeTypes = ReadonlyMap<string, AttributeType>;

const comparesNumbers: readonly FilterClause['operator'][] = ['EQUALS', 'NOT EQUALS', 'IN', 'GREATER_THAN'];

/** A date, by which days are compared. */
const datePattern = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const numberPattern = /^-?\d{1,15}(\.\d{1,15})?$/;

/** Properties that a mapping knows and no filter asks for, with what to do instead. */
const notAsked: Readonly<Record<string, string>> = {
  applicationUsername:
    'The application username is made for those who are in scope. Use username, or what it is made of.',
  groups: 'Use the operator IsMemberOf.',
  appRoleAssignments: 'Nobody has application roles here.',
  members: 'Members of a group are no text.',
};

/**
 * Prepares a filter for the database, or says everything that is wrong with it, each at its clause. Pure.
 * @param customAttributes of people; groups have none
 */
export function prepareFilter(
  objectType: ObjectType,
  filter: Filter,
  customAttributes: CustomAttributeTypes,
): { clauses: PreparedClause[]; problems: FilterProblem[] } {
  const clauses: PreparedClause[] = [];
  const problems: FilterProblem[] = [];
  for (const [groupNo, group] of filter.entries()) {
    for (const [position, clause] of group.entries()) {
      try {
        clauses.push({ ...prepared(objectType, clause, customAttributes), groupNo, position });
      } catch (error) {
        if (!(error instanceof ClauseError)) throw error;
        problems.push({ groupNo, position, field: error.field, message: error.message });
      }
    }
  }
  return { clauses, problems };
}

class ClauseError extends Error {
  constructor(
    readonly field: FilterProblem['field'],
    message: string,
  ) {
    super(message);
  }
}

function prepared(
  objectType: ObjectType,
  { attribute, operator, value, values, caseSensitive, groupId }: FilterClause,
  customAttributes: CustomAttributeTypes,
): Omit<PreparedClause, 'groupNo' | 'position'> {
  const plain = { attribute, operator, value: '', source: '', operand: '', operands: [], memberOfId: null };
  if (operator === 'IsMemberOf') {
    if (objectType === 'group') throw new ClauseError('operator', 'IsMemberOf is about people, not about groups.');
    if (!groupId) throw new ClauseError('groupId', 'Choose a user group.');
    return { ...plain, attribute: '', caseSensitive: true, memberOfId: groupId };
  }
  const { source, type, label } = sourceOf(objectType, attribute, customAttributes);
  const takes = operatorTakes[operator];
  const isText = comparesText.includes(operator) && type === 'string';
  const common = { ...plain, source, caseSensitive: isText ? caseSensitive : true };
  if (operator === 'IS TRUE' || operator === 'IS FALSE') {
    if (type === 'number') throw new ClauseError('operator', `${label} is a number: it is neither true nor false.`);
    return common;
  }
  if (takes === 'nothing') return common;
  if (type === 'boolean') throw new ClauseError('operator', `${label} is true or false. Use IS TRUE or IS FALSE.`);
  if (type === 'number' && !comparesNumbers.includes(operator)) {
    throw new ClauseError('operator', `${label} is a number. Use EQUALS, NOT EQUALS, IN or GREATER_THAN.`);
  }
  if (takes === 'values') {
    if (values.length === 0) throw new ClauseError('values', 'Enter at least one value.');
    return { ...common, operands: values.map((one) => operandOf(operator, type, one, 'values', label)) };
  }
  return { ...common, value, operand: operandOf(operator, type, value, 'value', label) };
}

function sourceOf(objectType: ObjectType, attribute: string, customAttributes: CustomAttributeTypes) {
  const name = attribute.replace(/^\[(.*)\]$/, '$1');
  if (!name) throw new ClauseError('attribute', 'Choose an attribute.');
  const found = findProperty(objectType, name, [...customAttributes.keys()]);
  if (!found) throw new ClauseError('attribute', `Nothing is called ${name}. Choose an attribute from the list.`);
  const instead = notAsked[found.name];
  if (instead) throw new ClauseError('attribute', instead);
  const custom = found.aliases.length === 0 && customAttributes.get(found.name);
  return custom
    ? { source: `${customSource}${found.name}`, type: custom, label: found.name }
    : {
        source: found.name,
        type: found.type === 'boolean' ? ('boolean' as const) : ('string' as const),
        label: found.label,
      };
}

function operandOf(
  operator: FilterClause['operator'],
  type: AttributeType,
  value: string,
  field: 'value' | 'values',
  label: string,
): string {
  const text = value.trim() === '' ? '' : value;
  if (text === '') throw new ClauseError(field, 'Enter a value. For people without one, use IS NULL.');
  if (operator === 'REGEX MATCH' || operator === 'NOT REGEX MATCH') return patternOf(text, field);
  const number = text.trim();
  if (type === 'number') {
    if (!numberPattern.test(number))
      throw new ClauseError(field, `${label} is a number: enter one, such as 7 or -1.5.`);
    return String(Number(number));
  }
  if (operator !== 'GREATER_THAN') return text;
  const isDate = datePattern.test(number) && new Date(number).toISOString().startsWith(number);
  if (!isDate && !numberPattern.test(number)) {
    throw new ClauseError(field, 'Enter a number, or a date such as 2026-01-31.');
  }
  return number;
}

function patternOf(text: string, field: 'value' | 'values'): string {
  try {
    return databasePattern(text);
  } catch (error) {
    if (error instanceof PatternError)
      throw new ClauseError(field, `${error.message} (at character ${error.position + 1})`);
    throw error;
  }
}
