import { db } from '@/lib/db/client';
import type { Operation, UserLink } from '@/lib/db/generated/client';
import type { Value } from '@/lib/mappings/value';
import { readPath, type ScimResource } from '@/lib/scim/path';
import type { Connection } from '../connection';
import type { DesiredPerson } from '../desired-users';
import type { LinkedUser } from '../plan-user';
import type { TargetValues } from '../values';
import { limiterOf, runLimited } from './limiter';
import { type Match, matchBySearch, matchInSnapshot } from './match-accounts';
import { recoverLink } from './recover';
import type { SettledUser } from './settle-users';
import { failedLookup, outcomeUnknown } from './user-outcomes';
import { judge, type Verdict } from './verdict';

/** A person with what is known of their account, ready to be planned. */
export interface ResolvedUser {
  link: UserLink;
  person: DesiredPerson;
  linked: LinkedUser;
  /** An account found by match just now. */
  found?: { remoteId: string; resource: ScimResource };
  /** The resource as read now; null when it was not. */
  read: ScimResource | null;
}

interface Known {
  link: UserLink;
  person: DesiredPerson;
}

/** Finds everybody's account: known links as they are, the rest in what a cycle has read, or by searching. */
export async function resolveAccounts(connection: Connection, known: readonly Known[]) {
  const [open, cycleId] = await Promise.all([openOperations(known), readyCycle(connection.application.id)]);
  const interrupted = (entry: Known) => open.has(entry.link.id);
  // A second look after a failure asks the application itself: what was read may be what was wrong.
  const fromSnapshot = (entry: Known) =>
    cycleId !== null && entry.link.cycleId === cycleId && entry.link.attempts === 0 && !interrupted(entry);
  const resolved: ResolvedUser[] = [];
  const failed: SettledUser[] = [];
  let stop: Verdict | undefined;

  const snapshot = known.filter(fromSnapshot);
  const unlinked = snapshot.filter((entry) => !entry.link.remoteId && entry.person.desired.kind === 'present');
  const [matches, reads] = await Promise.all([
    matchInSnapshot(
      connection,
      unlinked.map(({ link, person }) => ({ userId: link.userId, values: creationValues(person) })),
    ),
    readAccounts(connection, snapshot),
  ]);
  for (const { link, person } of snapshot) {
    const match = matches.get(link.userId);
    const read = link.remoteId ? (reads.get(link.remoteId) ?? null) : null;
    resolved.push(
      match ? fromMatch(connection, { link, person }, match) : fromLink(connection, { link, person }, read),
    );
  }

  await runLimited(
    known.filter((entry) => !fromSnapshot(entry)),
    limiterOf(connection.application.id),
    async (entry) => {
      const result = await resolveAlone(connection, entry, open.get(entry.link.id) ?? []);
      if ('resolved' in result) resolved.push(result.resolved);
      else failed.push(result.settled);
      if ('verdict' in result && result.verdict && result.verdict.connection !== 'fine') stop = result.verdict;
      return stop === undefined;
    },
  );
  return { resolved, failed, stop };
}

type Alone = { resolved: ResolvedUser } | { settled: SettledUser; verdict?: Verdict };

async function resolveAlone(connection: Connection, entry: Known, open: readonly Operation[]): Promise<Alone> {
  let { link } = entry;
  let read: ScimResource | null = null;
  if (open.length > 0) {
    const recovery = await recoverLink(connection, { link, name: entry.person.user.displayName }, open);
    if (recovery.kind === 'unknown') return { settled: outcomeUnknown(link) };
    if (recovery.kind === 'failed') {
      const verdict = judge(recovery.failure, 'lookup');
      return { settled: failedLookup(connection, entry, recovery.failure, verdict), verdict };
    }
    link = recovery.link;
    read = recovery.resource;
  }
  if (link.remoteId || entry.person.desired.kind !== 'present')
    return { resolved: fromLink(connection, { ...entry, link }, read) };
  let match = await matchBySearch(connection, link.userId, creationValues(entry.person));
  if (match.kind === 'unsearchable') {
    const known = await matchInSnapshot(connection, [{ userId: link.userId, values: creationValues(entry.person) }]);
    match = known.get(link.userId) ?? { kind: 'none' };
  }
  if (match.kind === 'failed') {
    const verdict = judge(match.failure, 'lookup');
    return { settled: failedLookup(connection, { ...entry, link }, match.failure, verdict), verdict };
  }
  return { resolved: fromMatch(connection, { ...entry, link }, match) };
}

function fromMatch(connection: Connection, { link, person }: Known, match: Match): ResolvedUser {
  if (match.kind === 'account') {
    const linked: LinkedUser = {
      kind: 'account',
      deactivated: false,
      sent: null,
      current: valuesOf(connection, match.resource),
      settled: null,
    };
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
export function linkedOf(connection: Connection, link: UserLink, read: ScimResource | null): LinkedUser {
  if (!link.remoteId || link.state === 'deleted') return { kind: 'none' };
  const lastRead = link.lastRead as ScimResource | null;
  const imported = link.state === 'pending' && link.takenOver && link.lastSent === null;
  // Of an imported account nothing was sent yet: what the import read is all there is to compare with.
  const seen = read ?? (imported ? lastRead : null);
  return {
    kind: 'account',
    deactivated: link.state === 'deactivated',
    released: link.state === 'released',
    imported,
    sent: link.lastSent as TargetValues | null,
    current: seen && valuesOf(connection, seen),
    settled: lastRead && valuesOf(connection, lastRead),
  };
}

/** The mapped attributes of an account, by target path. */
export function valuesOf(connection: Connection, resource: ScimResource): TargetValues {
  const targets = new Set([...connection.userMappings.map((mapping) => mapping.target), 'active']);
  // What a server answers is as odd as it likes: it is only ever compared.
  return Object.fromEntries([...targets].map((target) => [target, (readPath(resource, target) ?? null) as Value]));
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

/** The open cycle whose reading is complete: only then is what it read the whole truth. */
async function readyCycle(applicationId: string): Promise<string | null> {
  const cycle = await db.cycle.findFirst({
    where: { applicationId, finishedAt: null, stage: { in: ['users', 'groups'] } },
    select: { id: true },
  });
  return cycle?.id ?? null;
}

async function readAccounts(connection: Connection, known: readonly Known[]): Promise<Map<string, ScimResource>> {
  const remoteIds = known.flatMap((entry) => entry.link.remoteId ?? []);
  const rows = await db.remoteAccount.findMany({
    where: { applicationId: connection.application.id, remoteId: { in: remoteIds } },
    select: { remoteId: true, resource: true },
  });
  return new Map(rows.map((row) => [row.remoteId, row.resource as ScimResource]));
}
