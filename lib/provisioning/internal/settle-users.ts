import { now } from '@/lib/core/clock';
import { storedName } from '@/lib/core/fold-name';
import { type Tx, transaction } from '@/lib/db/client';
import { type LinkState, Prisma, type UserLink } from '@/lib/db/generated/client';
import type { EventDraft } from '@/lib/events/draft';
import { recordEvents } from '@/lib/events/record';
import { enqueue } from '@/lib/queue/enqueue';
import type { ScimExchange } from '@/lib/scim/exchange';
import { readPath, type ScimResource } from '@/lib/scim/path';
import type { TargetValues } from '../values';
import { lockedUserLinks } from './claim';
import { markGroupsOfUsersDue } from './mark-groups-of-users';

/** What is now known of one link, ready to be written. */
export interface SettledUser {
  link: UserLink;
  state: LinkState;
  remoteId: string | null;
  lastSent: TargetValues | null;
  lastRead: unknown;
  lastError: { code: string; message: string; hint?: string | undefined } | null;
  takenOver: boolean;
  /** Something was changed over there just now. */
  changed: boolean;
  /** Milliseconds until it is looked at again; null: when something changes. */
  nextInMs: number | null;
  attempts: number;
  operation?: SettledOperation;
  event?: EventDraft;
}

export interface SettledOperation {
  id: string;
  state: 'succeeded' | 'failed' | 'unknown';
  error: { code: string; message: string } | null;
  exchange?: ScimExchange;
}

/**
 * Writes what happened to a handful of people in one transaction: links, operations, exchanges, events. A mark that was
 * set while a link was being worked on stays, so that no change is lost; so does what somebody released or took back.
 * Of a link whose lease another worker has taken over nothing is written: that one looks up what became of the intent.
 */
export async function settleUsers(applicationId: string, settled: readonly SettledUser[]): Promise<void> {
  if (settled.length === 0) return;
  try {
    await write(applicationId, settled);
  } catch (error) {
    if (!isTaken(error)) throw error;
    // The application gave two people one id. Whoever came first has it; the other one's link says so.
    for (const entry of settled) {
      await write(applicationId, [entry]).catch((refused: unknown) => {
        if (!isTaken(refused)) throw refused;
        return write(applicationId, [asDuplicate(entry)]);
      });
    }
  }
}

async function write(applicationId: string, entries: readonly SettledUser[]): Promise<void> {
  await transaction(async (tx) => {
    const written = await writeLinks(tx, entries);
    const settled = entries.filter((entry) => written.has(entry.link.id));
    await writeOperations(
      tx,
      settled.flatMap((entry) => entry.operation ?? []),
    );
    await recordEvents(
      tx,
      settled.flatMap((entry) => entry.event ?? []),
    );
    const renewed = settled.filter((entry) => entry.link.remoteId && entry.remoteId !== entry.link.remoteId);
    // With the account its memberships are gone over there; there is nothing to take out any more.
    const deleted = settled.filter((entry) => entry.state === 'deleted');
    const gone = [...renewed, ...deleted].map((entry) => entry.link.id);
    await tx.groupLinkMember.deleteMany({ where: { userLinkId: { in: gone } } });
    // Nor is the account any more that a cycle may have read just before: it is nobody's match.
    const remoteIds = deleted.flatMap(({ link }) => link.remoteId ?? []);
    await tx.remoteAccount.deleteMany({ where: { applicationId, remoteId: { in: remoteIds } } });
    const givenUp = settled.filter(
      ({ link, ...entry }) =>
        link.accountName && (entry.state === 'deleted' || accountName(entry) !== link.accountName),
    );
    await lookAtConflictsWith(
      tx,
      applicationId,
      givenUp.map((entry) => entry.link.userId),
    );
    const moved = settled.filter((entry) => entry.remoteId !== entry.link.remoteId || entry.state !== entry.link.state);
    await markGroupsOfUsersDue(
      tx,
      applicationId,
      moved.map((entry) => entry.link),
    );
  });
}

/** Has those looked at who share a name with one of these people: a task of its own, for they are locked in another order. */
async function lookAtConflictsWith(tx: Tx, applicationId: string, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return;
  const waiting = await tx.$queryRaw<{ user_id: string }[]>`
    SELECT user_id FROM user_links
    WHERE application_id = ${applicationId}::uuid AND state = 'conflict' AND last_error -> 'others' ?| ${[...userIds]}::text[]`;
  const others = waiting.map((row) => row.user_id);
  if (others.length > 0) await enqueue(tx, 'application-changed', { applicationId, userIds: others });
}

/** A unique index refused the row (SQLSTATE 23505). */
function isTaken(error: unknown): boolean {
  return error instanceof Error && /23505|unique constraint/i.test(error.message);
}

function asDuplicate(entry: SettledUser): SettledUser {
  const message = `The application answered with the id ${entry.remoteId}, which is the account of somebody else.`;
  const lastError = { code: 'DuplicateSourceEntries', message, hint: 'Look at both accounts in the application.' };
  return { ...entry, remoteId: null, lastSent: null, state: 'conflict', lastError, nextInMs: null };
}

/** @returns ids of the links that were still leased to whoever settles them */
async function writeLinks(tx: Tx, settled: readonly SettledUser[]): Promise<Set<string>> {
  const rows = settled.map((entry) => ({
    id: entry.link.id,
    remote_id: entry.remoteId,
    account_name: accountName(entry),
    state: entry.state,
    claimed_state: entry.link.state,
    last_sent: entry.lastSent,
    last_read: entry.lastRead ?? null,
    last_error: entry.lastError,
    taken_over: entry.takenOver,
    changed_at: entry.changed ? now() : null,
    claimed_due: entry.link.dueAt,
    lease_token: entry.link.leaseToken,
    next_in_ms: entry.nextInMs,
    attempts: entry.attempts,
  }));
  const written = await tx.$queryRaw<{ id: string }[]>`
    UPDATE user_links l SET
      remote_id = r.remote_id, account_name = r.account_name, last_sent = r.last_sent, last_read = r.last_read,
      state = CASE WHEN l.state::text <> r.claimed_state AND 'released' IN (l.state::text, r.claimed_state) THEN l.state
        ELSE r.state::link_state END,
      last_error = r.last_error, taken_over = r.taken_over, last_change_at = COALESCE(r.changed_at, l.last_change_at),
      due_at = CASE WHEN l.due_at IS DISTINCT FROM r.claimed_due THEN l.due_at
        ELSE clock_timestamp() + r.next_in_ms * interval '1 millisecond' END,
      attempts = r.attempts, lease_token = NULL, lease_until = NULL
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(
      id uuid, remote_id text, account_name text, state text, claimed_state text, last_sent jsonb, last_read jsonb, last_error jsonb, taken_over boolean,
      changed_at timestamptz, claimed_due timestamptz, lease_token uuid, next_in_ms int, attempts int),
      (${lockedUserLinks(settled.map((entry) => entry.link.id))}) locked
    WHERE locked.id = l.id AND l.id = r.id AND l.lease_token = r.lease_token
    RETURNING l.id`;
  return new Set(written.map((row) => row.id));
}

/** The account's userName as it was last sent or read, as names are compared; null where there is none. */
export function accountName(link: { remoteId: string | null; lastSent: unknown; lastRead: unknown }): string | null {
  // Values that were sent are kept by target path: the names of plain attributes are read like those of a resource.
  const nameIn = (values: unknown) => values && readPath(values as ScimResource, 'userName');
  const name = nameIn(link.lastSent) || nameIn(link.lastRead);
  return link.remoteId && typeof name === 'string' ? storedName(name) : null;
}

/** Closes operations and keeps their exchanges. */
export async function writeOperations(tx: Tx, operations: readonly SettledOperation[]): Promise<void> {
  if (operations.length === 0) return;
  const rows = operations.map((operation) => ({
    id: operation.id,
    state: operation.state,
    error: operation.error,
    duration_ms: Math.round(operation.exchange?.durationMs ?? 0),
    finished_at: operation.state === 'unknown' ? null : now(),
  }));
  await tx.$executeRaw`
    UPDATE operations o SET state = r.state::operation_state, error = r.error, duration_ms = r.duration_ms, finished_at = r.finished_at
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id uuid, state text, error jsonb, duration_ms int, finished_at timestamptz)
    WHERE o.id = r.id`;
  await tx.exchange.createMany({
    skipDuplicates: true,
    data: operations.flatMap(({ id, exchange }) => (exchange ? [exchangeRow(id, exchange)] : [])),
  });
}

const mostBodyCharacters = 65_536;

function exchangeRow(operationId: string, exchange: ScimExchange) {
  return {
    operationId,
    method: exchange.method,
    url: exchange.url,
    requestBody: storable(exchange.requestBody),
    status: exchange.status ?? null,
    responseBody: storable(exchange.responseBody ?? exchange.error),
  };
}

/** PostgreSQL's text holds no NUL; bodies are cut, for the record only. */
function storable(body: string | undefined): string | null {
  return body === undefined ? null : body.slice(0, mostBodyCharacters).replaceAll('\0', '');
}

/** null as JSON null is not null as absent: Prisma wants to be told. */
export const jsonOrNull = (value: unknown) =>
  value === null || value === undefined ? Prisma.DbNull : (value as Prisma.InputJsonValue);
