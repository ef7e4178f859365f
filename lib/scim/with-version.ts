import type { ScimClient, ScimResult } from '@/lib/scim/client';
import { collectionOf } from '@/lib/scim/collection';
import { isRecord } from '@/lib/scim/json';
import { type Lesson, lessonOf } from '@/lib/scim/lesson';
import type { ScimResource } from '@/lib/scim/path';
import type { RequestOptions } from '@/lib/scim/transport';
import type { Known } from '@/lib/scim/update';

/**
 * Sends a change of a resource with its version (RFC 7644 §3.14), where the server is known to want it: the version that is known, or
 * the one that is read. Where it turns out to want one (428, or 412 though none was sent), the resource is read, and that is learned.
 * A 412 to a version that was known is the caller's: somebody else was faster.
 */
export async function withVersion<T>(
  client: ScimClient,
  known: Known,
  options: RequestOptions,
  send: (options: RequestOptions) => Promise<ScimResult<T>>,
): Promise<ScimResult<T>> {
  const readFirst = async (refused?: Lesson): Promise<ScimResult<T>> => {
    const there = await collectionOf(client, known.collection).get(known.id, options);
    if (!there.ok) return there;
    const result = await send({ ...options, ifMatch: versionOf(there.value) ?? '*' });
    if (result.ok && refused) await client.learn({ ifMatch: true }, refused);
    return result;
  };
  if (client.capabilities.ifMatch) {
    const version = versionOf(known.current);
    return version === undefined ? readFirst() : send({ ...options, ifMatch: version });
  }
  const result = await send(options);
  const wantsVersion = !result.ok && (result.failure.status === 428 || result.failure.status === 412);
  return wantsVersion ? readFirst(lessonOf(result.failure)) : result;
}

/** Deletes a resource; its version is sent where the server wants one, and read again where it was another one. */
export async function deleteResource(
  client: ScimClient,
  known: Known,
  options: RequestOptions = {},
): Promise<ScimResult<null>> {
  const { remove } = collectionOf(client, known.collection);
  const send = (current: ScimResource | null) =>
    withVersion(client, { ...known, current }, options, (request) => remove(known.id, request));
  const result = await send(known.current);
  return !result.ok && result.failure.status === 412 ? send(null) : result;
}

function versionOf(resource: ScimResource | null): string | undefined {
  const version = isRecord(resource?.meta) ? resource.meta.version : undefined;
  return typeof version === 'string' && version !== '' ? version : undefined;
}
