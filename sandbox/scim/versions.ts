import type { Tenant } from '../store/tenant';

/** Records are replaced, never changed: each has a version of its own. */
const versions = new WeakMap<object, string>();
let made = 0;

/** The version of a resource; undefined where there is none of that id. */
export function versionOf({ store }: Tenant, id: string): string | undefined {
  const record = store.user(id) ?? store.group(id);
  if (!record) return undefined;
  const known = versions.get(record);
  if (known !== undefined) return known;
  made += 1;
  const version = `W/"${made}"`;
  versions.set(record, version);
  return version;
}
