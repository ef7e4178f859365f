import { db } from '@/lib/db/client';
import type { Operation, UserLink } from '@/lib/db/generated/client';
import type { ScimResource } from '@/lib/scim/path';
import type { Connection } from '../connection';
import type { DesiredPerson } from '../desired-users';
import type { PlanContext } from '../plan-context';
import type { LinkedUser } from '../plan-user';
import type { TargetValues } from '../values';
import { blameOf } from './blame';
import { foundAccount, valuesOf } from './found-account';
import { limiterOf, runLimited } from './limiter';
import { type Match, matchBySearch, matchInSnapshot } from './match-accounts';
import { findReadCycle } from './reading';
import { recoverLink } from './recover';
import type { ResolvedUser } from './resolved-user';
import type { SettledUser } from './settle-users';
import { failedLookup, outcomeUnknown } from './user-outcomes';
import { judge, type Verdict } from './verdict';

interface Known {
  link: UserLink;
  person: DesiredPerson;
}

/** A leased link whose account can be told without asking, and one that has to be looked up over there first. */
export interface Sorted {
  told: ResolvedUser[];
  toLookUp: (Known & { open: Operation[] })[];
}

/** Tells the accounts that are linked already, or were read by the cycle that is under way: no request for either. */
export async function sortAccounts(connection: Connection, known: readonly Known[]): Promise<Sorted> {
  const [open, cycleId] = await Promise.all([openOperations(known), findReadCycle(connection)]);
  const isRead = ({ link }: Known) => cycleId !== null && link.cycleId === cycleId && !contradictsReading(link);
  const needsLookUp = (entry: Known) =>
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

function isUnlinked({ link }: Known): boolean {
  return !link.remoteId || link.state === 'deleted';
}

/** To have an account of their own. Whoever shares a name is not looked for: what was found would be somebody else's. */
export function isWanted({ person: { desired } }: Pick<Known, 'person'>): boolean {
  return desired.kind === 'present' && !desired.conflict;
}

/** An account that exists although it was not read, or was read and is gone: the application itself is asked again. */
function contradictsReading(link: UserLink): boolean {
  const code = (link.lastError as { code?: string } | null)?.code;
  return code === 'Conflict' || code === 'AccountGone';
}

/** Looks a few people up over there. Partial failure is data; a failure of the whole connection stops the rest. */
export async function lookUpAccounts(connection: Connection, entries: Sorted['toLookUp']) {
  const resolved: ResolvedUser[] = [];
  const failed: SettledUser[] = [];
  const limiter = limiterOf(connection.application.id);
  let stop: Verdict | undefined;
  await runLimited(entries, limiter, async (entry) => {
    const result = await resolveAlone(connection, entry, entry.open);
    if ('resolved' in result) resolved.push(result.resolved);
    else failed.push(result.settled);
    const verdict = 'verdict' in result ? result.verdict : undefined;
    if (verdict?.connection === 'pause') limiter.pushedBack();
    if (verdict && verdict.connection !== 'fine') stop = verdict;
    return stop === undefined;
  });
  return { resolved, failed, stop };
}

type Alone = { resolved: ResolvedUser } | { settled: SettledUser; verdict?: Verdict };

async function resolveAlone(connection: Connection, entry: Known, open: readonly Operation[]): Promise<Alone> {
  let { link } = entry;
  const blame = blameOf(connection.application.id);
  let read: ScimResource | null = null;
  if (open.length > 0) {
    const recovery = await recoverLink(connection, { link, name: entry.person.user.displayName }, open);
    if (recovery.kind === 'unknown') return { settled: outcomeUnknown(link) };
    if (recovery.kind === 'failed') {
      const verdict = blame.consider(judge(recovery.failure, 'lookup'), link.id);
      return { settled: failedLookup(connection, entry, recovery.failure, verdict), verdict };
    }
    link = recovery.link;
    read = recovery.resource;
  }
  if (!isUnlinked({ ...entry, link }) || !isWanted(entry))
    return { resolved: fromLink(connection, { ...entry, link }, read) };
  let match = await matchBySearch(connection, link.userId, creationValues(entry.person));
  if (match.kind === 'unsearchable') {
    const known = await matchInSnapshot(connection, [{ userId: link.userId, values: creationValues(entry.person) }]);
    match = known.get(link.userId) ?? { kind: 'none' };
  }
  if (match.kind === 'failed') {
    const verdict = blame.consider(judge(match.failure, 'lookup'), link.id);
    return { settled: failedLookup(connection, { ...entry, link }, match.failure, verdict), verdict };
  }
  return { resolved: fromMatch(connection, { ...entry, link }, match) };
}

function fromMatch(connection: Connection, { link, person }: Known, match: Match): ResolvedUser {
  if (match.kind === 'account') {
    const linked = foundAccount(connection, person, match);
    // An account that is a conflict is nobody's.
    if (linked.kind !== 'account') return { link, person, linked, read: null };
    return { link, person, linked, found: match, read: match.resource };
  }
  const linked: LinkedUser = match.kind === 'ambiguous' ? match : { kind: 'none' };
  return { link, person, linked, read: null };
}

function fromLink(connection: Connection, { link, person }: Known, read: ScimResource | null): ResolvedUser {
  const linked = linkedOf(connection, link, read);
  return { link, person, linked, read: linked.kind === 'none' ? null : read };
}

/** What a link says of the account. @param read the resource as read now; null when it was not */
export function linkedOf(context: PlanContext, link: UserLink, read: ScimResource | null): LinkedUser {
  if (!link.remoteId || link.state === 'deleted') return { kind: 'none' };
  const lastRead = link.lastRead as ScimResource | null;
  const imported = (link.state === 'unmanaged' || link.state === 'pending') && link.takenOver && link.lastSent === null;
  // Of an imported account nothing was sent yet: what the import read is all there is to compare with.
  const seen = read ?? (imported ? lastRead : null);
  return {
    kind: 'account',
    deactivated: link.state === 'deactivated',
    released: link.state === 'released',
    imported,
    sent: link.lastSent as TargetValues | null,
    current: seen && valuesOf(context, seen),
    settled: lastRead && valuesOf(context, lastRead),
  };
}

function creationValues(person: DesiredPerson): TargetValues {
  return person.desired.kind === 'present' ? person.desired.create : {};
}

async function openOperations(known: readonly Known[]): Promise<Map<string, Operation[]>> {
  const operations = await db.operation.findMany({
    where: {
      userLinkId: { in: known.map((entry) => entry.link.id) },
      state: { in: ['intent', 'unknown'] },
      finishedAt: null,
    },
    orderBy: { createdAt: 'asc' },
  });
  const groups = new Map<string, Operation[]>();
  for (const operation of operations) {
    const key = operation.userLinkId ?? '';
    groups.set(key, [...(groups.get(key) ?? []), operation]);
  }
  return groups;
}

interface Read {
  resource: ScimResource;
  readAt: Date;
}

async function readAccounts(connection: Connection, known: readonly Known[]): Promise<Map<string, Read>> {
  const remoteIds = known.flatMap((entry) => entry.link.remoteId ?? []);
  const rows = await db.remoteAccount.findMany({
    where: { applicationId: connection.application.id, remoteId: { in: remoteIds } },
    select: { remoteId: true, resource: true, readAt: true },
  });
  return new Map(
    rows.map(({ remoteId, resource, readAt }) => [remoteId, { resource: resource as ScimResource, readAt }]),
  );
}
