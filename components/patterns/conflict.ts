import { sameJson } from '@/lib/core/same-json';

/** Values of a form by their names, as the server has them. */
export type Values = Readonly<Record<string, unknown>>;

/** A field that two people may edit: its label, and how a value of it is told where {@link inWords} would not do. */
export type ComparedField = string | { label: string; say: (value: unknown) => string };

/** One field as it is stored now and as it was typed here. */
export interface Difference {
  name: string;
  label: string;
  /** undefined: is not there. */
  stored: string | undefined;
  typed: string | undefined;
  /** Somebody else changed it since it was loaded here; otherwise only what was typed is new. */
  overtaken: boolean;
}

/**
 * The fields in which what is stored now and what was typed differ, in the form's words and order. What the server does
 * not tell of is left out, and a field without a value is empty, however that is written. Pure.
 * @param loaded what the form began with
 */
export function differencesOf(
  fields: Readonly<Record<string, ComparedField>>,
  { loaded, stored, typed }: { loaded: Values; stored: Values; typed: Values },
): Difference[] {
  return Object.entries(fields)
    .filter(([name]) => name in stored && !same(stored[name], typed[name]))
    .map(([name, field]) => {
      const { label, say } = typeof field === 'string' ? { label: field, say: inWords } : field;
      const overtaken = !same(stored[name], loaded[name]);
      return { name, label, stored: say(stored[name]), typed: say(typed[name]), overtaken };
    });
}

const longest = 120;

/** A value of a form in a few words. */
export function inWords(value: unknown): string {
  if (isEmpty(value)) return 'empty';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(inWords).join(', ') || 'none';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

const isEmpty = (value: unknown) => value === undefined || value === null || value === '';

const same = (left: unknown, right: unknown) => (isEmpty(left) && isEmpty(right)) || sameJson(left, right);
