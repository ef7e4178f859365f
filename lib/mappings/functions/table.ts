import { collectionFunctions } from '@/lib/mappings/functions/collections';
import { convertFunctions } from '@/lib/mappings/functions/convert';
import { dateFunctions } from '@/lib/mappings/functions/dates';
import type { FunctionEntry } from '@/lib/mappings/functions/function';
import { generateFunctions } from '@/lib/mappings/functions/generate';
import { logicFunctions } from '@/lib/mappings/functions/logic';
import { replaceFunction } from '@/lib/mappings/functions/replace';
import { textFunctions } from '@/lib/mappings/functions/text';

const table: readonly FunctionEntry[] = [
  ...collectionFunctions,
  ...convertFunctions,
  ...dateFunctions,
  ...generateFunctions,
  ...logicFunctions,
  replaceFunction,
  ...textFunctions,
].sort((left, right) => left.name.localeCompare(right.name, 'en'));

const byName = new Map(table.map((entry) => [entry.name.toLowerCase(), entry]));

/** All functions by name, for autocomplete. */
export function listFunctions(): readonly FunctionEntry[] {
  return table;
}

/** In any case: Entra's own pages write `switch(…)` beside `Switch(…)`. */
export function findFunction(name: string): FunctionEntry | undefined {
  return byName.get(name.toLowerCase());
}
