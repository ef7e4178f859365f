import { listFunctions } from '@/lib/mappings/functions/table';
import type { ObjectType } from '@/lib/mappings/schema';
import { type CustomAttribute, listProperties } from '@/lib/mappings/source';

/** One thing that may stand where the caret is. */
export interface Suggestion {
  /** Takes the place of what was typed. */
  text: string;
  label: string;
  hint: string;
}

export interface Completion {
  /** Where the word begins that is being typed. */
  start: number;
  suggestions: Suggestion[];
}

const most = 8;

/** What fits the word before the caret: properties after `[`, functions otherwise. Nothing within a quoted text. */
export function complete(
  text: string,
  caret: number,
  objectType: ObjectType,
  customAttributes: readonly CustomAttribute[],
): Completion | undefined {
  const before = text.slice(0, caret);
  if ((before.match(/"/g)?.length ?? 0) % 2 === 1) return undefined;
  const word = /\[?[\p{L}\p{N}_.]*$/u.exec(before)?.[0] ?? '';
  if (word === '') return undefined;
  const start = caret - word.length;
  const typed = word.replace('[', '').toLowerCase();
  const properties = listProperties(objectType, customAttributes)
    .filter((entry) => [entry.name, entry.label, ...entry.aliases].some((name) => name.toLowerCase().startsWith(typed)))
    .map((entry) => ({ text: `[${entry.name}]`, label: `[${entry.name}]`, hint: entry.label }));
  if (word.startsWith('[')) return found(start, properties);
  const functions = listFunctions()
    .filter((entry) => entry.name.toLowerCase().startsWith(typed))
    .map((entry) => ({ text: `${entry.name}(`, label: entry.signature, hint: entry.summary }));
  return found(start, [...functions, ...properties]);
}

function found(start: number, suggestions: Suggestion[]): Completion | undefined {
  return suggestions.length > 0 ? { start, suggestions: suggestions.slice(0, most) } : undefined;
}
