import type { ScimClient } from '@/lib/scim/client';
import type { Collection } from '@/lib/scim/update';

/** What the client does with one resource of a collection. */
export function collectionOf(client: ScimClient, collection: Collection) {
  return collection === 'Users'
    ? { get: client.getUser, patch: client.patchUser, put: client.replaceUser, remove: client.deleteUser }
    : { get: client.getGroup, patch: client.patchGroup, put: client.replaceGroup, remove: client.deleteGroup };
}
