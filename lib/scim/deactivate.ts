import type { ScimClient, UpdateResult } from '@/lib/scim/client';
import type { ScimFailure } from '@/lib/scim/failure';
import { readBoolean } from '@/lib/scim/json';
import { taughtBy } from '@/lib/scim/lesson';
import type { ScimResource } from '@/lib/scim/path';
import type { RequestOptions } from '@/lib/scim/transport';
import type { Update } from '@/lib/scim/update';
import { updateResource } from '@/lib/scim/update-resource';

/**
 * Deactivates an account, and believes it only when the account is inactive. An answer that does not tell is looked up, until one was
 * found to be right: after that the next cycle's reading says so. An account that is still active is sent whole once more, by PUT.
 * What then is active still has failed.
 */
export async function deactivate(client: ScimClient, update: Update, options: RequestOptions): Promise<UpdateResult> {
  const sent = await updateResource(client, update, options);
  const there = await lookAfter(client, update, sent, options);
  if (!sent.ok || !isActive(there)) return sent;
  const whole = await updateResource(client, { ...update, by: 'PUT' }, options);
  if (!whole.ok) return whole;
  const after = await lookAfter(client, update, whole, options);
  if (!isActive(after)) {
    const text = `${sent.exchange.method} was answered as a success, and the account was still active`;
    await client.learn({ deactivation: 'put' }, taughtBy(sent, text));
    return whole;
  }
  const failure: ScimFailure = {
    kind: 'ignored',
    ...(whole.exchange.status === undefined ? {} : { status: whole.exchange.status }),
    detail: 'The application answered that the account was changed, but it is still active',
  };
  return { ok: false, failure, exchange: whole.exchange };
}

/** What is there after a success: as answered, or read where the answer says nothing and nobody knows what it is worth. */
async function lookAfter(
  client: ScimClient,
  { id }: Update,
  result: UpdateResult,
  options: RequestOptions,
): Promise<ScimResource | null> {
  if (!result.ok) return null;
  if (result.value?.active !== undefined) return result.value;
  if ((client.capabilities.deactivation ?? 'unknown') !== 'unknown') return null;
  const read = await client.getUser(id, options);
  if (!read.ok) return null;
  if (readBoolean(read.value.active) === false) {
    const text = 'The answer did not say what became of the account; it was read, and was inactive';
    await client.learn({ deactivation: 'works' }, taughtBy(result, text));
  }
  return read.value;
}

const isActive = (resource: ScimResource | null) => readBoolean(resource?.active) === true;
