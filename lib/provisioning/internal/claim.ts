import { db } from '@/lib/db/client';
import type { GroupLink, UserLink } from '@/lib/db/generated/client';
import { Prisma } from '@/lib/db/generated/client';
import { heartbeatTimeoutSeconds } from '@/lib/installation/heartbeat';
import { withCycleAtWork } from './cycle-of-work';
import { priorities } from './priorities';

/** How long a worker has for what it took; it is prolonged when something is about to be sent. */
export const leaseMinutes = 5;

/** `changes`: what is due because somebody changed something; `everything`: what a full cycle has made due as well. */
export type Lane = 'changes' | 'everything';

interface Claim {
  applicationId: string;
  /** The heartbeat's id. */
  workerId: string;
  lane: Lane;
  limit: number;
}

/** An application's work is one job at a time: what this worker itself holds at its start is left from one that failed. */
const free = (table: Prisma.Sql, workerId: string): Prisma.Sql => Prisma.sql`
  (${table}.lease_token IS NULL OR ${table}.lease_token = ${workerId}::uuid OR ${table}.lease_until < clock_timestamp() OR NOT EXISTS (
    SELECT 1 FROM worker_heartbeats w WHERE w.id = ${table}.lease_token
      AND w.last_seen_at > clock_timestamp() - make_interval(secs => ${heartbeatTimeoutSeconds})))`;

/**
 * Takes a row lease on up to `limit` links that are due, most urgent first. A lease is void when it has run out or its
 * worker's heartbeat stopped, so that what a killed worker held is free within seconds. @returns the links as work: their
 * `cycleId` is that of the cycle they are done for, null where none is at work on them
 */
export async function claimUserLinks({ applicationId, workerId, lane, limit }: Claim): Promise<UserLink[]> {
  const ofLane = lane === 'changes' ? Prisma.sql`AND l.priority < ${priorities.cycle}::int` : Prisma.empty;
  const ids = await db.$queryRaw<{ id: string }[]>`
    UPDATE user_links SET lease_token = ${workerId}::uuid, lease_until = clock_timestamp() + make_interval(mins => ${leaseMinutes}::int)
    WHERE id IN (
      SELECT l.id FROM user_links l
      WHERE l.application_id = ${applicationId}::uuid AND l.due_at <= clock_timestamp() ${ofLane} AND ${free(Prisma.sql`l`, workerId)}
      ORDER BY l.priority, l.due_at, l.id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING id`;
  const held = { id: { in: ids.map((row) => row.id) }, leaseToken: workerId };
  return withCycleAtWork(applicationId, await db.userLink.findMany({ where: held }));
}

/** The same for group links. */
export async function claimGroupLinks({ applicationId, workerId, lane, limit }: Claim): Promise<GroupLink[]> {
  const ofLane =
    lane === 'changes'
      ? Prisma.sql`AND NOT EXISTS (SELECT FROM cycles c WHERE c.id = l.cycle_id AND c.finished_at IS NULL)`
      : Prisma.empty;
  const ids = await db.$queryRaw<{ id: string }[]>`
    UPDATE group_links SET lease_token = ${workerId}::uuid, lease_until = clock_timestamp() + make_interval(mins => ${leaseMinutes}::int)
    WHERE id IN (
      SELECT l.id FROM group_links l
      WHERE l.application_id = ${applicationId}::uuid AND l.due_at <= clock_timestamp() ${ofLane} AND ${free(Prisma.sql`l`, workerId)}
      ORDER BY l.due_at, l.id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING id`;
  const held = { id: { in: ids.map((row) => row.id) }, leaseToken: workerId };
  return withCycleAtWork(applicationId, await db.groupLink.findMany({ where: held }));
}

/** Gives leases back without having done anything; the links stay due. What somebody else has taken over stays theirs. */
export async function releaseUserLinks(links: readonly Pick<UserLink, 'id' | 'leaseToken'>[]): Promise<void> {
  for (const [leaseToken, ids] of byLease(links)) {
    await db.$executeRaw`
      UPDATE user_links l SET lease_token = NULL, lease_until = NULL
      FROM (${lockedUserLinks(ids)}) locked WHERE l.id = locked.id AND l.lease_token = ${leaseToken}::uuid`;
  }
}

/** SQL: these links, locked in the one order that everybody keeps to, so that nobody waits for who waits for them. */
export function lockedUserLinks(ids: readonly string[]): Prisma.Sql {
  return Prisma.sql`SELECT id FROM user_links WHERE id = ANY (${[...ids]}::uuid[]) ORDER BY application_id, user_id FOR NO KEY UPDATE`;
}

/** The same for group links. */
export async function releaseGroupLinks(links: readonly Pick<GroupLink, 'id' | 'leaseToken'>[]): Promise<void> {
  for (const [leaseToken, ids] of byLease(links)) {
    await db.$executeRaw`
      UPDATE group_links l SET lease_token = NULL, lease_until = NULL
      FROM (SELECT id FROM group_links WHERE id = ANY (${ids}::uuid[]) ORDER BY application_id, group_id FOR NO KEY UPDATE) locked
      WHERE l.id = locked.id AND l.lease_token = ${leaseToken}::uuid`;
  }
}

function byLease(links: readonly { id: string; leaseToken: string | null }[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { id, leaseToken } of links) {
    if (leaseToken) found.set(leaseToken, [...(found.get(leaseToken) ?? []), id]);
  }
  return found;
}
