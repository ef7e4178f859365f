import { now } from '@/lib/core/clock';
import type { Tx } from '@/lib/db/client';
import type { Import } from '@/lib/db/generated/client';
import type { Connection } from '@/lib/provisioning/connection';
import type { ScimResource } from '@/lib/scim/path';

const dayMs = 86_400_000;

/** What an earlier import has left to choose, or has left out, is there in one that reads changes alone: its accounts as they were last read. */
export async function carryRows(tx: Tx, from: string, to: Pick<Import, 'id' | 'applicationId'>): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO import_rows (import_id, remote_id, user_name, email, display_name, firstname, lastname, active, match)
    SELECT ${to.id}::uuid, a.remote_id, a.user_name, a.email, a.display_name, a.firstname, a.lastname, a.active, 'none'
    FROM import_rows r JOIN remote_accounts a ON a.application_id = ${to.applicationId}::uuid AND a.remote_id = r.remote_id
    WHERE r.import_id = ${from}::uuid AND r.state <> 'done' AND r.match <> 'imported'`;
}

/** RFC 7644 §3.4.2.2: what has changed since then. */
export const changesFilter = (since: Date): string => `meta.lastModified ge "${since.toISOString()}"`;

/** The newest change among what was read, as the application says; null: it says none. */
export function newestOf(resources: readonly ScimResource[]): Date | null {
  const times = resources.flatMap(({ meta }) => {
    const at = (meta as { lastModified?: unknown } | undefined)?.lastModified;
    const time = typeof at === 'string' ? Date.parse(at) : Number.NaN;
    return Number.isNaN(time) ? [] : [time];
  });
  return times.length > 0 ? new Date(times.reduce((one, other) => Math.max(one, other))) : null;
}

/**
 * Tries whether the server answers a search by the last change rightly: nobody has changed in a day's time, and somebody has since 1970. What
 * comes of it is learned; where it could not be asked just now, nothing is.
 */
export async function tryChangeSearch(connection: Connection): Promise<void> {
  const { client, capabilities } = connection;
  if (!capabilities.filter || capabilities.changeSearch !== 'unknown') return;
  const never = await client.list('Users', { filter: changesFilter(new Date(now().getTime() + dayMs)), count: 1 });
  if (!never.ok && never.failure.status === undefined) return;
  const ever = await client.list('Users', { filter: changesFilter(new Date(0)), count: 1 });
  if (!ever.ok && ever.failure.status === undefined) return;
  const isRight = never.ok && ever.ok && never.value.resources.length === 0 && ever.value.resources.length > 0;
  const text = isRight
    ? 'A search by the last change finds who has changed, and nobody else.'
    : 'A search by the last change is refused, or finds others.';
  const status = (ever.ok ? undefined : ever.failure.status) ?? (never.ok ? undefined : never.failure.status) ?? 200;
  await client.learn({ changeSearch: isRight ? 'works' : 'fails' }, { status, text });
}
