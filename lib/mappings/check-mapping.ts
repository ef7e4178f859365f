import { coerceValue } from '@/lib/mappings/coerce';
import { isGenerated } from '@/lib/mappings/evaluate';
import { type Expression, walkExpression } from '@/lib/mappings/expression';
import { ExpressionError, type Span } from '@/lib/mappings/expression-error';
import { directName } from '@/lib/mappings/map';
import { parseExpression } from '@/lib/mappings/parser';
import { PatternError, parsePattern } from '@/lib/mappings/regex/pattern';
import type { AttributeMapping, ObjectType, TargetAttribute } from '@/lib/mappings/schema';
import { findProperty, listProperties } from '@/lib/mappings/source';
import { suggestion } from '@/lib/mappings/suggest';
import { findAttribute, targetKey } from '@/lib/mappings/target';
import { parseScimPath, ScimPathError } from '@/lib/scim/path';

/** A mistake in a mapping, found before any person is mapped: shown at the field, underlined where it has a place. */
export interface MappingProblem {
  /** Null for a required attribute that no mapping writes. */
  mappingId: string | null;
  field: 'source' | 'target' | 'apply' | 'defaultValue' | 'matchingPrecedence';
  message: string;
  /** A mapping with an error is not saved; a warning is only shown. */
  severity: 'error' | 'warning';
  position?: number;
  length?: number;
}

export interface MappingContext {
  attributes: readonly TargetAttribute[];
  /** Names of the directory's custom attributes of people. */
  customAttributes?: readonly string[];
}

/** Everything that is wrong with one mapping by itself. */
export function checkMapping(mapping: AttributeMapping, context: MappingContext): MappingProblem[] {
  return [...checkSource(mapping, context), ...checkTarget(mapping, context), ...checkDefault(mapping, context)];
}

/** As {@link checkMapping} for each, and what is wrong between the mappings of one table. */
export function checkMappings(mappings: readonly AttributeMapping[], context: MappingContext): MappingProblem[] {
  const problems = mappings.flatMap((mapping) => checkMapping(mapping, context));
  const targets = new Map<string, { mapping: AttributeMapping; row: number }>();
  const precedences = new Set<number>();
  for (const [index, mapping] of mappings.entries()) {
    const { id, target, matchingPrecedence } = mapping;
    const key = targetKey(target);
    const first = targets.get(key);
    if (first) problems.push(problem(id, 'target', mappedTwice(target, first.mapping, first.row)));
    else targets.set(key, { mapping, row: index + 1 });
    if (matchingPrecedence === null) continue;
    if (precedences.has(matchingPrecedence)) {
      problems.push(problem(id, 'matchingPrecedence', `Matching precedence ${matchingPrecedence} is given twice.`));
    }
    precedences.add(matchingPrecedence);
  }
  for (const { path, required, mutability } of context.attributes) {
    if (!required || mutability === 'readOnly' || targets.has(targetKey(path))) continue;
    problems.push(problem(null, 'target', `${path} is required by the application, but nothing is mapped to it.`));
  }
  return problems;
}

/** Names the other row, which may have been written in another way. */
function mappedTwice(target: string, first: AttributeMapping, row: number): string {
  const written = first.target === target ? '' : `, written ${first.target}`;
  const source = first.source.length > 40 ? `${first.source.slice(0, 40)}…` : first.source;
  return `${target} is mapped twice: row ${row} maps ${source} to it already${written}.`;
}

/** The expression's syntax and names only; for checking while somebody types. Undefined: nothing is wrong. */
export function checkExpression(
  text: string,
  objectType: ObjectType,
  customAttributes: readonly string[] = [],
): ExpressionError | undefined {
  try {
    const expression = parseExpression(text);
    for (const node of walkExpression(expression)) {
      if (node.type === 'property') checkName(node.name, node, objectType, customAttributes);
      if (node.type === 'call' && node.entry.name === 'Replace') checkPattern(node);
    }
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}

function checkName(name: string, span: Span, objectType: ObjectType, customAttributes: readonly string[]): void {
  if (findProperty(objectType, name, customAttributes)) return;
  const names = listProperties(objectType, customAttributes).flatMap((entry) => [entry.name, ...entry.aliases]);
  const near = suggestion(name, names);
  const remedy =
    near || (objectType === 'user' ? ' Add a custom attribute of this name, or choose another property.' : '');
  throw new ExpressionError(`There is no property ${name}.${remedy}`, span);
}

function checkPattern(node: Expression & { type: 'call' }): void {
  const argument = node.args[2];
  if (argument?.type !== 'constant') return;
  try {
    parsePattern(String(argument.value));
  } catch (error) {
    if (error instanceof PatternError) throw new ExpressionError(`Regular expression: ${error.message}`, argument);
    throw error;
  }
}

function checkSource(mapping: AttributeMapping, context: MappingContext): MappingProblem[] {
  const { id, kind, source, objectType, apply } = mapping;
  const attribute = findAttribute(context.attributes, mapping.target);
  if (kind === 'constant') {
    const coerced = coerceValue(source, attribute, mapping.target);
    if (!coerced.ok) return [problem(id, 'source', coerced.message)];
    return checkCanonical(mapping, attribute, source, 'source');
  }
  if (kind === 'direct') return checkDirect(mapping, context);
  const error = checkExpression(source, objectType, context.customAttributes);
  if (error) return [{ ...problem(id, 'source', error.message), position: error.position, length: error.length }];
  if (!isGenerated(parseExpression(source))) return [];
  const problems: MappingProblem[] = [];
  if (apply !== 'creation') {
    const message = 'The expression gives something else each time: apply it only during object creation.';
    problems.push(problem(id, 'apply', message));
  }
  if (mapping.matchingPrecedence !== null) {
    problems.push(problem(id, 'matchingPrecedence', 'A generated value cannot be used for matching.'));
  }
  return problems;
}

function checkDirect(mapping: AttributeMapping, context: MappingContext): MappingProblem[] {
  const name = directName(mapping.source);
  if (name === '') return [problem(mapping.id, 'source', 'Choose a property.')];
  try {
    const span = { position: mapping.source.indexOf(name), length: name.length };
    checkName(name, span, mapping.objectType, context.customAttributes ?? []);
    return [];
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { message, position, length } = error;
    return [{ ...problem(mapping.id, 'source', message), position, length }];
  }
}

function checkTarget(mapping: AttributeMapping, context: MappingContext): MappingProblem[] {
  const { id, target } = mapping;
  try {
    parseScimPath(target);
  } catch (error) {
    if (!(error instanceof ScimPathError)) throw error;
    return [{ ...problem(id, 'target', error.message), position: error.position, length: 1 }];
  }
  const attribute = findAttribute(context.attributes, target);
  if (attribute?.mutability === 'readOnly')
    return [problem(id, 'target', `${target} is set by the application itself.`)];
  if (attribute || context.attributes.length === 0) return [];
  const message = `${target} is not in the application's attribute list. Add it there so that its type is known.`;
  return [{ ...problem(id, 'target', message), severity: 'warning' }];
}

function checkDefault(mapping: AttributeMapping, context: MappingContext): MappingProblem[] {
  if (mapping.defaultValue === null) return [];
  const attribute = findAttribute(context.attributes, mapping.target);
  const coerced = coerceValue(mapping.defaultValue, attribute, mapping.target);
  if (!coerced.ok) return [problem(mapping.id, 'defaultValue', coerced.message)];
  return checkCanonical(mapping, attribute, mapping.defaultValue, 'defaultValue');
}

function checkCanonical(
  mapping: AttributeMapping,
  attribute: TargetAttribute | undefined,
  text: string,
  field: 'source' | 'defaultValue',
): MappingProblem[] {
  const allowed = attribute?.canonicalValues;
  const fold = (value: string) => (attribute?.caseSensitive ? value : value.toLowerCase());
  if (!allowed || text === '' || allowed.some((value) => fold(value) === fold(text))) return [];
  return [problem(mapping.id, field, `${mapping.target} takes one of ${allowed.join(', ')}.`)];
}

function problem(mappingId: string | null, field: MappingProblem['field'], message: string): MappingProblem {
  return { mappingId, field, message, severity: 'error' };
}
