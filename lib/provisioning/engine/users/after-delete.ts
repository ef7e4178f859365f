import { readBoolean } from '@/lib/scim/json';
import { taughtBy } from '@/lib/scim/lesson';
import type { Connection } from '../../connection';

/**
 * Looks up, after the first deletion that a server has carried out, what it made of the account, and keeps it. Where the account
 * is there and still active, that is not known: the server may take its time.
 */
export async function learnAfterDelete({ client }: Pick<Connection, 'client'>, remoteId: string): Promise<void> {
  if (client.capabilities.afterDelete !== 'unknown') return;
  const read = await client.getUser(remoteId);
  if (read.ok ? readBoolean(read.value.active) === false : read.failure.kind === 'not_found')
    await client.learn(
      { afterDelete: read.ok ? 'inactive' : 'gone' },
      taughtBy(read, 'The account was read after it had been deleted'),
    );
}

/** What the event of a deletion says besides; undefined where the account is gone, or nobody knows. */
export function afterDeleteWords({ client }: Pick<Connection, 'client'>): string | undefined {
  if (client.capabilities.afterDelete !== 'inactive') return undefined;
  return 'The application keeps a deleted account, inactive, with what it knows of the person.';
}
