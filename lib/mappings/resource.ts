import { isEmpty, type Value } from '@/lib/mappings/value';
import { parseScimPath, type ScimResource, writePath } from '@/lib/scim/path';

/**
 * The SCIM body that holds the values, for POST and for the preview. Values that are null are left out.
 * @param values target path to value, as mapObject gives them
 * @param schemas URNs of the resource's own schema; those of the extensions in use are added (RFC 7643 section 3.3)
 * @throws ScimPathError when a target is no attribute path
 */
export function buildResource(values: Readonly<Record<string, Value>>, schemas: readonly string[]): ScimResource {
  const urns = new Map(schemas.map((schema) => [schema.toLowerCase(), schema]));
  let body: ScimResource = {};
  for (const [target, value] of Object.entries(values)) {
    if (isEmpty(value)) continue;
    const path = parseScimPath(target);
    if (path.schema !== undefined && !urns.has(path.schema.toLowerCase())) {
      urns.set(path.schema.toLowerCase(), path.schema);
    }
    body = writePath(body, path, value);
  }
  return { schemas: [...urns.values()], ...body };
}
