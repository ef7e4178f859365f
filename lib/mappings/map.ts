import { coerceValue } from '@/lib/mappings/coerce';
import {
  type EvaluationOptions,
  evaluateExpression,
  isGenerated,
  isRedacted,
  uniqueCandidates,
} from '@/lib/mappings/evaluate';
import type { Expression } from '@/lib/mappings/expression';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { parseExpression } from '@/lib/mappings/parser';
import type { AttributeMapping, TargetAttribute } from '@/lib/mappings/schema';
import { readProperty, type SourceRecord } from '@/lib/mappings/source';
import { findAttribute, targetKey } from '@/lib/mappings/target';
import { isEmpty, isList, type Value } from '@/lib/mappings/value';
import { Work } from '@/lib/mappings/work';

/** Why one mapping gives no value for one person. The codes are Entra's where it has one. */
export interface MapProblem {
  /** Null where the application requires an attribute that is not mapped at all. */
  mappingId: string | null;
  target: string;
  code: 'MandatoryFieldsMissing' | 'InvalidValue' | 'ExpressionError';
  message: string;
  /** Where in the source of the mapping, for ExpressionError. */
  position?: number;
  length?: number;
}

export interface MapInput {
  mappings: readonly AttributeMapping[];
  source: SourceRecord;
  attributes: readonly TargetAttribute[];
  purpose: 'create' | 'update';
  now: Date;
  random?: () => number;
  /** `active` is sent as this AND its mapped value. Absent: as mapped. */
  inScope?: boolean;
  /** For SelectUniqueValue: whether an account of the application has the value. */
  isTaken?: (target: string, value: string) => boolean;
}

export interface MapResult {
  /**
   * Target as the mapping writes it, to value. Null, on update only: the source has no value, so the application's is
   * to be cleared. A target that is not in here is not to be touched.
   */
  values: Record<string, Value>;
  problems: MapProblem[];
  /** Targets whose value would differ next time (Guid and the like): a preview shows *generated* instead. */
  generated: string[];
  /** Targets whose value must be shown as [Redact]. */
  redacted: string[];
}

/**
 * What an application should have for one person or group, by its mapping table.
 *
 * - *creation* mappings and default values count at creation only. On update a mapping with a default value leaves the
 *   attribute alone while the source has no value, or the default would be cleared by the next cycle.
 * - An *always* mapping without a value is left out at creation and clears the attribute (null) on update.
 * - *multiple* mappings count only while the source has at least two values.
 * - Immutable attributes are not sent on update, read-only ones never (RFC 7643 section 2.2).
 * - IgnoreFlowIfNullOrEmpty leaves the attribute alone where there is no value.
 * - A required attribute without a value is a problem (MandatoryFieldsMissing), never a thrown error: the other
 *   people of a cycle must not suffer from it.
 */
export function mapObject(input: MapInput): MapResult {
  const result: MapResult = { values: {}, problems: [], generated: [], redacted: [] };
  const ordered = [...input.mappings].sort((left, right) => left.position - right.position);
  const work = new Work();
  for (const mapping of ordered) applyMapping(mapping, input, work, result);
  if (input.purpose === 'create') reportUnmapped(input, result);
  return result;
}

function applyMapping(mapping: AttributeMapping, input: MapInput, work: Work, result: MapResult): void {
  const { target } = mapping;
  const attribute = findAttribute(input.attributes, target);
  if (attribute?.mutability === 'readOnly') return;
  if (input.purpose === 'update' && (mapping.apply === 'creation' || attribute?.mutability === 'immutable')) return;
  try {
    const { value, ignoreEmpty, expression } = sourceValue(mapping, input, work);
    if (mapping.apply === 'multiple' && !(isList(value) && value.length > 1)) return;
    const coerced = coerceValue(withDefault(value, mapping, input), attribute, target);
    if (!coerced.ok) {
      result.problems.push({ mappingId: mapping.id, target, code: 'InvalidValue', message: coerced.message });
      return;
    }
    if (expression && isGenerated(expression)) result.generated.push(target);
    if (expression && isRedacted(expression)) result.redacted.push(target);
    keep(mapping, attribute, scoped(coerced.value, target, input.inScope), ignoreEmpty, input, result);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { message, position, length } = error;
    result.problems.push({ mappingId: mapping.id, target, code: 'ExpressionError', message, position, length });
  }
}

function keep(
  mapping: AttributeMapping,
  attribute: TargetAttribute | undefined,
  value: Value,
  ignoreEmpty: boolean,
  input: MapInput,
  result: MapResult,
): void {
  const { target } = mapping;
  if (value !== null) {
    result.values[target] = value;
    return;
  }
  const leftAlone = ignoreEmpty || mapping.defaultValue !== null;
  if (input.purpose === 'update' && leftAlone) return;
  if (mapping.required || attribute?.required) {
    const message = `${target} is required by the application, but ${sourceWords(mapping)} has no value.`;
    result.problems.push({ mappingId: mapping.id, target, code: 'MandatoryFieldsMissing', message });
  } else if (input.purpose === 'update') result.values[target] = null;
}

function sourceWords(mapping: AttributeMapping): string {
  if (mapping.kind === 'constant') return 'its constant';
  return mapping.kind === 'direct' ? mapping.source : 'its expression';
}

function sourceValue(
  mapping: AttributeMapping,
  input: MapInput,
  work: Work,
): { value: Value; ignoreEmpty: boolean; expression?: Expression } {
  if (mapping.kind === 'constant') return { value: mapping.source, ignoreEmpty: false };
  if (mapping.kind === 'direct') {
    return { value: readProperty(mapping.objectType, input.source, directName(mapping.source)), ignoreEmpty: false };
  }
  const expression = parsedExpression(mapping.source);
  if (mapping.apply !== 'creation' && isGenerated(expression)) {
    throw new ExpressionError('This gives something else each time: apply it only during object creation.', expression);
  }
  const options: EvaluationOptions = { now: input.now, objectType: mapping.objectType, work };
  if (input.random) options.random = input.random;
  const { isTaken } = input;
  if (isTaken) options.isTaken = (value) => isTaken(mapping.target, value);
  const value = evaluateExpression(expression, input.source, options);
  const ignoreEmpty = expression.type === 'call' && expression.entry.name === 'IgnoreFlowIfNullOrEmpty';
  return { value, ignoreEmpty, expression };
}

/** What SelectUniqueValue would try for somebody at one target, in order. */
export interface UniqueTarget {
  target: string;
  candidates: string[];
}

/** Those of a table, for one person: so that whoever calls can look the values up first. What fails says so when it is mapped. */
export function uniqueTargets({
  mappings,
  source,
  now,
}: Pick<MapInput, 'mappings' | 'source' | 'now'>): UniqueTarget[] {
  return mappings.flatMap((mapping) => {
    if (mapping.kind !== 'expression') return [];
    try {
      const expression = parsedExpression(mapping.source);
      const candidates = uniqueCandidates(expression, source, { now, objectType: mapping.objectType });
      return candidates.length > 0 ? [{ target: mapping.target, candidates }] : [];
    } catch (error) {
      if (error instanceof ExpressionError) return [];
      throw error;
    }
  });
}

/** `[mail]` is accepted beside `mail` as the source of a direct mapping. */
export function directName(source: string): string {
  const trimmed = source.trim();
  return trimmed.startsWith('[') && trimmed.endsWith(']') ? trimmed.slice(1, -1).trim() : trimmed;
}

function withDefault(value: Value, mapping: AttributeMapping, input: MapInput): Value {
  return isEmpty(value) && input.purpose === 'create' ? mapping.defaultValue : value;
}

function scoped(value: Value, target: string, inScope: boolean | undefined): Value {
  if (inScope === undefined || targetKey(target) !== 'active') return value;
  return inScope && value !== false;
}

function reportUnmapped(input: MapInput, result: MapResult): void {
  const mapped = new Set(input.mappings.map((mapping) => targetKey(mapping.target)));
  for (const attribute of input.attributes) {
    if (!attribute.required || attribute.mutability === 'readOnly' || mapped.has(targetKey(attribute.path))) continue;
    const message = `${attribute.path} is required by the application, but nothing is mapped to it.`;
    result.problems.push({ mappingId: null, target: attribute.path, code: 'MandatoryFieldsMissing', message });
  }
}

/** Targets whose value must be shown as [Redact], whatever it is for whom. What cannot be parsed gives no value. */
export function redactedTargets(mappings: readonly Pick<AttributeMapping, 'kind' | 'source' | 'target'>[]): string[] {
  return mappings.filter(({ kind, source }) => kind === 'expression' && redacts(source)).map(({ target }) => target);
}

function redacts(source: string): boolean {
  try {
    return isRedacted(parsedExpression(source));
  } catch (error) {
    if (error instanceof ExpressionError) return false;
    throw error;
  }
}

/** Parsed once for all people of a cycle; a table has few rows, so the oldest go first when there are many tables. */
const parsed = new Map<string, Expression>();
const maxParsed = 500;

function parsedExpression(source: string): Expression {
  const known = parsed.get(source);
  if (known) return known;
  const expression = parseExpression(source);
  const [oldest] = parsed.keys();
  if (parsed.size >= maxParsed && oldest !== undefined) parsed.delete(oldest);
  parsed.set(source, expression);
  return expression;
}
