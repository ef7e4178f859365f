import type { TargetAttribute } from '@/lib/mappings/schema';
import { formatScimPath, parseScimPath, ScimPathError } from '@/lib/scim/path';

/**
 * One key for all ways to write a target: `emails: value`, `emails.value` and `emails[primary eq true].value` are the
 * same place, and names are case-insensitive (RFC 7643 section 2.1).
 */
export function targetKey(target: string): string {
  const known = keys.get(target);
  if (known !== undefined) return known;
  const key = computeKey(target);
  if (keys.size >= maxKeys) keys.clear();
  keys.set(target, key);
  return key;
}

/** The same few targets are compared for every person of a cycle. */
const keys = new Map<string, string>();
const maxKeys = 2_000;

function computeKey(target: string): string {
  try {
    return formatScimPath(parseScimPath(target)).toLowerCase();
  } catch (error) {
    if (error instanceof ScimPathError) return target.trim().toLowerCase();
    throw error;
  }
}

/** The attribute of the application's list that a mapping writes to. */
export function findAttribute(attributes: readonly TargetAttribute[], target: string): TargetAttribute | undefined {
  const key = targetKey(target);
  return attributes.find((attribute) => targetKey(attribute.path) === key);
}

/** The value of a target in a set of mapped values, however either of them is written. */
export function valueAt<T>(values: Readonly<Record<string, T>>, target: string): T | undefined {
  if (Object.hasOwn(values, target)) return values[target];
  const key = targetKey(target);
  return Object.entries(values).find(([path]) => targetKey(path) === key)?.[1];
}
