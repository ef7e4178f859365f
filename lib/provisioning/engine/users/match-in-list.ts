import { now } from '@/lib/core/clock';
import type { UserLink } from '@/lib/db/generated/client';
import { eachPage } from '@/lib/scim/each-page';
import type { ScimFailure } from '@/lib/scim/failure';
import { taughtBy } from '@/lib/scim/lesson';
import type { Connection } from '../../connection';
import { findReading } from '../../cycles/reading';
import { type Match, matchInSnapshot } from '../../plan/match-accounts';
import type { TargetValues } from '../../plan/values';
import { storeAccounts } from '../../store-accounts';

/** What looking for somebody's account in the list of all of them gave. */
export type Listed =
  | Exclude<Match, { kind: 'none' }>
  /** `isWhole`: there is none. Otherwise the list does not show everybody, and nobody can tell. */
  | { kind: 'none'; isWhole: boolean }
  | { kind: 'failed'; failure: ScimFailure };

interface Sought {
  link: Pick<UserLink, 'userId' | 'cycleId'>;
  values: TargetValues;
  /** What is asked for may have come about until then: what was read before tells nothing of it. Null: what the cycle has read will do. */
  since: Date | null;
}

type Reading = { ok: true; isWhole: boolean } | { ok: false; failure: ScimFailure };

/** The last reading of each application, for everybody whose turn came before it began. */
const readings = new Map<string, { startedAt: Date; read: Promise<Reading> }>();

/**
 * Looks one person up among all accounts, in any case of letters: where the application cannot be searched, or refuses an account that
 * a search does not find. What the cycle under way has read serves; otherwise the list is read, once for all who wait for it.
 */
export async function matchInList(connection: Connection, { link, values, since }: Sought): Promise<Listed> {
  const read = await listOf(connection, link, since);
  if (!read.ok) return { kind: 'failed', failure: read.failure };
  const known = await matchInSnapshot(connection, [{ userId: link.userId, values }]);
  const match = known.get(link.userId) ?? { kind: 'none' };
  return match.kind === 'none' ? { kind: 'none', isWhole: read.isWhole } : match;
}

async function listOf(connection: Connection, link: Sought['link'], since: Date | null): Promise<Reading> {
  const reading = since ? null : await findReading(connection);
  if (reading && link.cycleId === reading.cycleId) return { ok: true, isWhole: reading.isWhole };
  const { id } = connection.application;
  const last = readings.get(id);
  if (last && since && last.startedAt > since) return last.read;
  const begun = { startedAt: new Date(), read: readAll(connection) };
  readings.set(id, begun);
  // One that failed is no reading for anybody else.
  void begun.read.then(({ ok }) => ok || (readings.get(id) === begun && readings.delete(id)));
  return begun.read;
}

async function readAll(connection: Connection): Promise<Reading> {
  const { client, capabilities, listsByHand } = connection;
  const pages = eachPage(client, 'Users', { pageSize: capabilities.pageSize, takesEndless: true });
  let askedAt = now();
  let isWhole = false;
  for await (const answer of pages) {
    if (!answer.ok) return answer;
    await storeAccounts(connection, answer.value.resources, askedAt);
    const { doubt } = answer.value;
    if (doubt !== undefined) await client.learn({ lists: false }, taughtBy(answer, `Users: ${doubt}`));
    isWhole = answer.value.complete && capabilities.lists;
    askedAt = now();
  }
  return { ok: true, isWhole: listsByHand ?? isWhole };
}
