import { knownName } from '@/lib/mappings/known-names';
import type { TargetAttribute } from '@/lib/mappings/schema';
import { enterpriseUserSchema, formatScimPath, parseScimPath, type ScimPath, ScimPathError } from '@/lib/scim/path';

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
  const path = parsed(target);
  return path ? formatScimPath(path).toLowerCase() : target.trim().toLowerCase();
}

/**
 * The one way in which a target is stored: names and URNs in the case of the application's attributes or of the RFC, no
 * prefix of a core schema, no spaces, filters in double quotes, `emails.value` for all ways to say the primary one without
 * a filter. What stands for the same place gives the same text, but for a filter that was written out.
 * @param attributes the application's own; their writing wins
 * @returns the text as it was typed, without spaces around it, where it is no path: that is told by whoever checks it
 */
export function canonicalTarget(target: string, attributes: readonly Pick<TargetAttribute, 'path'>[] = []): string {
  const path = parsed(target);
  if (!path) return target.trim();
  const known = attributes.flatMap((attribute) => parsed(attribute.path) ?? []);
  const sameSchema = (other: ScimPath) => other.schema?.toLowerCase() === path.schema?.toLowerCase();
  const near = known.filter(sameSchema);
  const written = near.flatMap(({ attribute, subAttribute }) => [attribute, subAttribute ?? []].flat());
  const name = (text: string) =>
    written.find((other) => other.toLowerCase() === text.toLowerCase()) ?? knownName(text) ?? text;
  const { filter, subAttribute } = path;
  const canonical: ScimPath = { attribute: name(path.attribute) };
  if (path.schema !== undefined) canonical.schema = near[0]?.schema ?? canonicalSchema(path.schema);
  // A bare id as the manager, and a list without a filter, are stored as everybody writes them.
  const bare = path.schema !== undefined && path.attribute.toLowerCase() === 'manager' && subAttribute === 'value';
  if (subAttribute !== undefined && !bare) canonical.subAttribute = name(subAttribute);
  if (filter && target.includes('[')) canonical.filter = { ...filter, attribute: name(filter.attribute) };
  return formatScimPath(canonical);
}

function parsed(target: string): ScimPath | undefined {
  try {
    return parseScimPath(target);
  } catch (error) {
    if (error instanceof ScimPathError) return undefined;
    throw error;
  }
}

function canonicalSchema(schema: string): string {
  if (schema.toLowerCase() === enterpriseUserSchema.toLowerCase()) return enterpriseUserSchema;
  return schema.replace(/^urn:/i, 'urn:');
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
