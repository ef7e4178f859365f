import { isRecord } from '@/lib/scim/json';
import { type AttributePath, readAttributePath, sameName } from './attribute-path';
import { badRequest } from './scim-error';

type Resource = Record<string, unknown>;

/** What of a resource is answered (RFC 7644 §3.4.2.5). */
export interface Projection {
  only: readonly AttributePath[] | undefined;
  without: readonly AttributePath[];
}

/** Always there (RFC 7643 §3.1: returned "always"). */
const always = ['id', 'schemas'];
const mostPaths = 100;

/** @throws ScimError 400 invalidPath, invalidValue where both are given */
export function readProjection(attributes: string | null, excludedAttributes: string | null): Projection {
  if (attributes && excludedAttributes) {
    throw badRequest('invalidValue', 'Either attributes or excludedAttributes, not both.');
  }
  return {
    only: attributes ? readPaths(attributes) : undefined,
    without: excludedAttributes ? readPaths(excludedAttributes) : [],
  };
}

function readPaths(text: string): AttributePath[] {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  if (parts.length > mostPaths) throw badRequest('invalidValue', `More than ${mostPaths} attributes.`);
  return parts.map((part) => {
    const path = readAttributePath(part);
    if (!path) throw badRequest('invalidPath', `“${part.slice(0, 60)}” is no attribute.`);
    return path;
  });
}

/** Whether an attribute of the core schema is to be answered at all: what is not need not be read. */
export function wants({ only, without }: Projection, attribute: string): boolean {
  const isIt = (path: AttributePath) => path.schema === undefined && sameName(path.attribute, attribute);
  return (only === undefined || only.some(isIt)) && !without.some((path) => isIt(path) && path.sub === undefined);
}

/** A copy with what is to be answered. */
export function project(resource: Resource, { only, without }: Projection): Resource {
  if (only) {
    const kept = Object.entries(resource).flatMap(([key, value]) => {
      if (always.includes(key)) return [[key, value] as const];
      const part = keep(key, value, only);
      return part === undefined ? [] : [[key, part] as const];
    });
    return Object.fromEntries(kept);
  }
  return without.reduce(drop, resource);
}

function keep(key: string, value: unknown, only: readonly AttributePath[]): unknown {
  const paths = only.filter((path) => sameName(path.schema ?? path.attribute, key));
  if (paths.length === 0) return undefined;
  const inner = paths.map((path): AttributePath | undefined => innerPath(path));
  if (inner.some((path) => path === undefined)) return value;
  const wanted = inner.filter((path) => path !== undefined);
  const pick = (one: unknown) =>
    isRecord(one)
      ? Object.fromEntries(
          Object.entries(one).flatMap(([name, member]) => {
            const part = keep(name, member, wanted);
            return part === undefined ? [] : [[name, part]];
          }),
        )
      : one;
  return Array.isArray(value) ? value.map(pick) : pick(value);
}

/** Of a path, what is within its first part; undefined: all of it. */
function innerPath({ schema, attribute, sub }: AttributePath): AttributePath | undefined {
  if (schema !== undefined)
    return attribute === undefined ? undefined : { attribute, ...(sub === undefined ? {} : { sub }) };
  return sub === undefined ? undefined : { attribute: sub };
}

function drop(resource: Resource, path: AttributePath): Resource {
  const name = path.schema ?? path.attribute ?? '';
  const key = Object.keys(resource).find((one) => sameName(one, name));
  if (key === undefined || always.includes(key)) return resource;
  const inner = innerPath(path);
  const { [key]: value, ...others } = resource;
  if (!inner) return others;
  const without = (one: unknown) => (isRecord(one) ? drop(one, inner) : one);
  return { ...resource, [key]: Array.isArray(value) ? value.map(without) : without(value) };
}
