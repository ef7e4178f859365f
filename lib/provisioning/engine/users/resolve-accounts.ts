import { db } from '@/lib/db/client';
import type { UserLink } from '@/lib/db/generated/client';
import type { ScimFailure } from '@/lib/scim/failure';
import type { ScimResource } from '@/lib/scim/path';
import type { Connection } from '../../connection';
import { findReadCycle } from '../../cycles/reading';
import { blameOf } from '../../internal/blame';
import { judge } from '../../internal/verdict';
import { foundAccount } from '../../plan/found-account';
import { creationValues, isWanted, linkedOf } from '../../plan/linked-account';
import { type Match, matchInSnapshot } from '../../plan/match-accounts';
import type { LinkedUser } from '../../plan/plan-user';
import type { Outcome, ToLookUp } from '../adapter';
import { listOpenOperations } from '../intents';
import { recoverUser } from './recover';
import { matchBySearch, type Search } from './search-account';
import { userKind } from './user-kind';
import { failedLookup, outcomeUnknown } from './user-outcomes';
import type { ResolvedUser, SettledUser, UserWork } from './user-work';

/** Tells the accounts that are linked already, or were read by the cycle that is under way: no request for either. */
export async function sortAccounts(
  connection: Connection,
  known: readonly UserWork[],
): Promise<{ told: ResolvedUser[]; toLookUp: ToLookUp<UserWork>[] }> {
  const linkIds = known.map(({ link }) => link.id);
  const [open, cycleId] = await Promise.all([listOpenOperations(userKind, linkIds), findReadCycle(connection)]);
  const isRead = ({ link }: UserWork) => cycleId !== null && link.cycleId === cycleId && !contradictsReading(link);
  const needsLookUp = (entry: UserWork) =>
    open.has(entry.link.id) || (isUnlinked(entry) && isWanted(entry) && !isRead(entry));
  const told = known.filter((entry) => !needsLookUp(entry));
  const unlinked = told.filter((entry) => isUnlinked(entry) && isWanted(entry));
  const [matches, reads] = await Promise.all([
    matchInSnapshot(
      connection,
      unlinked.map(({ link, person }) => ({ userId: link.userId, values: creationValues(person) })),
    ),
    readAccounts(connection, told.filter(isRead)),
  ]);
  return {
    told: told.map((entry) => {
      const match = matches.get(entry.link.userId);
      const read = entry.link.remoteId ? asNow(entry.link, reads.get(entry.link.remoteId)) : null;
      return match ? fromMatch(connection, entry, match) : fromLink(connection, entry, read);
    }),
    toLookUp: known.filter(needsLookUp).map((entry) => ({ ...entry, open: open.get(entry.link.id) ?? [] })),
  };
}

/** What a cycle read of an account, unless we changed the account since: by then it is what we left there. */
function asNow({ lastChangeAt }: UserLink, read: Read | undefined): ScimResource | null {
  return read && (lastChangeAt === null || lastChangeAt < read.readAt) ? read.resource : null;
}

function isUnlinked({ link }: UserWork): boolean {
  return !link.remoteId || link.state === 'deleted';
}

/** An account that exists although it was not read, or was read and is gone: the application itself is asked again. */
function contradictsReading(link: UserLink): boolean {
  const code = (link.lastError as { code?: string } | null)?.code;
  return code === 'Conflict' || code === 'AccountGone';
}

/** Looks one person up over there. Partial failure is data. */
export async function lookUpAccount(
  connection: Connection,
  entry: ToLookUp<UserWork>,
): Promise<{ resolved: ResolvedUser } | Outcome<SettledUser>> {
  let { link } = entry;
  const { open, person } = entry;
  const blame = blameOf(connection.application.id);
  const failed = (failure: ScimFailure) => {
    const verdict = blame.consider(judge(failure, 'lookup'), link.id);
    return { settled: failedLookup(connection, { link, person }, failure, verdict), verdict };
  };
  let read: ScimResource | null = null;
  if (open.length > 0) {
    const recovery = await recoverUser(connection, { link, name: person.user.displayName }, open);
    if (recovery.kind === 'unknown') return { settled: outcomeUnknown(link) };
    if (recovery.kind === 'failed') return failed(recovery.failure);
    link = recovery.link;
    read = recovery.resource;
  }
  const work = { link, person };
  if (!isUnlinked(work) || !isWanted(work)) return { resolved: fromLink(connection, work, read) };
  const values = creationValues(person);
  let match: Search = await matchBySearch(connection, link.userId, values);
  if (match.kind === 'unsearchable') {
    const known = await matchInSnapshot(connection, [{ userId: link.userId, values }]);
    match = known.get(link.userId) ?? { kind: 'none' };
  }
  return match.kind === 'failed' ? failed(match.failure) : { resolved: fromMatch(connection, work, match) };
}

function fromMatch(connection: Connection, { link, person }: UserWork, match: Match): ResolvedUser {
  if (match.kind === 'account') {
    const linked = foundAccount(connection, person, match);
    // An account that is a conflict is nobody's.
    if (linked.kind !== 'account') return { link, person, linked, read: null };
    return { link, person, linked, found: match, read: match.resource };
  }
  const linked: LinkedUser = match.kind === 'ambiguous' ? match : { kind: 'none' };
  return { link, person, linked, read: null };
}

function fromLink(connection: Connection, { link, person }: UserWork, read: ScimResource | null): ResolvedUser {
  const linked = linkedOf(connection, link, read);
  return { link, person, linked, read: linked.kind === 'none' ? null : read };
}

interface Read {
  resource: ScimResource;
  readAt: Date;
}

async function readAccounts(connection: Connection, known: readonly UserWork[]): Promise<Map<string, Read>> {
  const remoteIds = known.flatMap((entry) => entry.link.remoteId ?? []);
  if (remoteIds.length === 0) return new Map();
  const rows = await db.remoteAccount.findMany({
    where: { applicationId: connection.application.id, remoteId: { in: remoteIds } },
    select: { remoteId: true, resource: true, readAt: true },
  });
  return new Map(
    rows.map(({ remoteId, resource, readAt }) => [remoteId, { resource: resource as ScimResource, readAt }]),
  );
}
