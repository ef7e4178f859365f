import type { Changes } from '@/lib/events/schema';
import type { Value } from '@/lib/mappings/value';

/** Target attribute path → value, as mapped for one person or group. */
export type TargetValues = Readonly<Record<string, Value>>;

/**
 * Whether the application already holds this value. Servers answer booleans as strings, numbers as strings, and leave out
 * what is empty; none of that is a difference worth a request.
 */
export function sameValue(left: unknown, right: unknown): boolean {
  const [a, b] = [normal(left), normal(right)];
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether two values differ in nothing but letters (case, width), blanks, and the signs of a telephone number. */
export function isSameForm(left: unknown, right: unknown): boolean {
  return typeof left === 'string' && typeof right === 'string' && bare(left) === bare(right);
}

function bare(text: string): string {
  const folded = text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
  return /^[\d+()./-]+$/.test(folded) ? folded.replace(/\D/g, '') : folded;
}

function normal(value: unknown): unknown {
  if (value === undefined || value === null || value === '') return null;
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(normal);
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return /^(true|false)$/i.test(value) ? value.toLowerCase() : value;
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, normal(inner)]);
    return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  }
  return value;
}

/** {path: {from, to}} as {path: to}. */
export function targetsOf(changes: Changes): TargetValues {
  return Object.fromEntries(Object.entries(changes).map(([path, change]) => [path, change.to as Value]));
}
