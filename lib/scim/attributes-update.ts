import { applyChanges, type Changes, patchFromChanges } from '@/lib/scim/patch';
import { parseScimPath, readPath, type ScimResource, sameScimValue } from '@/lib/scim/path';
import type { Known, Update } from '@/lib/scim/update';

/** Nothing of it is hidden. */
export interface AttributesUpdate extends Update {
  whole(current: ScimResource): { body: ScimResource };
}

/** Changes of a resource's attributes, for a user as for a group. @throws ScimPathError when a target is no attribute path */
export function attributesUpdate(known: Known, changes: Changes, by?: Update['by']): AttributesUpdate {
  const { current } = known;
  return {
    ...known,
    by,
    operations: (form) => patchFromChanges(changes, { ...form, ...(current ? { current } : {}) }),
    needsReading: ({ pathFilters = true }) =>
      !pathFilters && !current && Object.keys(changes).some((target) => parseScimPath(target).filter),
    whole: (there) => ({ body: applyChanges(there, changes) }),
    again: (there) => {
      const open = Object.entries(changes).filter(([target, { to }]) => !sameScimValue(readPath(there, target), to));
      return open.length === 0
        ? undefined
        : attributesUpdate({ ...known, current: there }, Object.fromEntries(open), by);
    },
  };
}
