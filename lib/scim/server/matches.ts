import { getIgnoringCase, isRecord } from '@/lib/scim/json';
import type { AttributePath } from './attribute-path';
import type { Comparison, FilterValue, ScimFilter } from './filter';

type Holder = Record<string, unknown>;

/** Whether an object passes a filter, as RFC 7644 §3.4.2.2 has it; texts are compared in any case. */
export function matches(holder: Holder, filter: ScimFilter): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.parts.every((part) => matches(holder, part));
    case 'or':
      return filter.parts.some((part) => matches(holder, part));
    case 'not':
      return !matches(holder, filter.part);
    case 'present':
      return valuesAt(holder, filter.path).some((value) => value !== '' && value !== null && value !== undefined);
    case 'some':
      return valuesAt(holder, filter.path).some((element) => isRecord(element) && matches(element, filter.filter));
    case 'compare':
      return compareAny(valuesAt(holder, filter.path), filter.operator, filter.value);
  }
}

/** `ne` is that none equals (an attribute without a value is not equal to one). */
function compareAny(values: readonly unknown[], operator: Comparison, wanted: FilterValue): boolean {
  if (operator === 'ne') return !compareAny(values, 'eq', wanted);
  if (wanted === null) return operator === 'eq' && values.length === 0;
  return values.some((value) => compare(isRecord(value) ? getIgnoringCase(value, 'value') : value, operator, wanted));
}

function compare(value: unknown, operator: Comparison, wanted: FilterValue): boolean {
  if (value === undefined || value === null) return false;
  const [left, right] = typeof value === typeof wanted ? [value, wanted] : [String(value), String(wanted)];
  const [a, b] = [left, right].map((one) => (typeof one === 'string' ? one.toLowerCase() : one));
  if (operator === 'eq') return a === b;
  if (typeof a === 'string' && typeof b === 'string') {
    if (operator === 'co') return a.includes(b);
    if (operator === 'sw') return a.startsWith(b);
    if (operator === 'ew') return a.endsWith(b);
  }
  return ordered(a as string | number, operator, b as string | number);
}

function ordered(a: string | number, operator: Comparison, b: string | number): boolean {
  if (operator === 'gt') return a > b;
  if (operator === 'ge') return a >= b;
  if (operator === 'lt') return a < b;
  return operator === 'le' && a <= b;
}

function valuesAt(holder: Holder, { schema, attribute, sub }: AttributePath): unknown[] {
  const inner = schema === undefined ? holder : getIgnoringCase(holder, schema);
  const found = attribute === undefined ? inner : isRecord(inner) ? getIgnoringCase(inner, attribute) : undefined;
  const values = (Array.isArray(found) ? found : [found]).filter((value) => value !== undefined && value !== null);
  return sub === undefined
    ? values
    : values.flatMap((value) => (isRecord(value) ? (getIgnoringCase(value, sub) ?? []) : []));
}
