import type { ScimFailure } from '@/lib/scim/failure';
import type { Connection } from '../../connection';
import { blameOf } from '../../internal/blame';
import { judge } from '../../internal/verdict';
import { creationValues, isUnlinked, isWanted } from '../../plan/linked-account';
import type { Match } from '../../plan/match-accounts';
import { planLinked, planMatched, type Seen } from '../../plan/plan-links';
import type { Outcome, ToLookUp } from '../adapter';
import { matchInList } from './match-in-list';
import { recoverUser } from './recover';
import { matchBySearch } from './search-account';
import { failedLookup, goneAccount, lookAgain, outcomeUnknown, untoldUser } from './user-outcomes';
import type { PlannedUser, SettledUser, UserWork } from './user-work';

const notFound = { status: 200, text: 'A search found nobody, and the account stands in the list' };

type Found = Match | { kind: 'failed'; failure: ScimFailure } | { kind: 'untold' };

/** By a search; where that tells nothing, or the application refuses an account that is not found, in the list of all. */
async function findAccount(connection: Connection, { link, person }: UserWork): Promise<Found> {
  const values = creationValues(person);
  const isRefused = (link.lastError as { code?: string } | null)?.code === 'Conflict';
  const match = await matchBySearch(connection, link.userId, values);
  if (match.kind !== 'unsearchable' && !(match.kind === 'none' && isRefused)) return match;
  const listed = await matchInList(connection, { link, values, since: isRefused ? link.dueAt : null });
  if (listed.kind !== 'none') {
    if (match.kind === 'none' && listed.kind === 'account') await connection.client.learn({ filter: false }, notFound);
    return listed;
  }
  // What is refused makes no second one, whatever is tried.
  return listed.isWhole || isRefused ? { kind: 'none' } : { kind: 'untold' };
}

/** Looks one person up over there. Partial failure is data. */
export async function lookUpAccount(
  connection: Connection,
  entry: ToLookUp<UserWork>,
): Promise<{ planned: PlannedUser } | Outcome<SettledUser>> {
  let { link } = entry;
  const { open, person } = entry;
  const blame = blameOf(connection.application.id);
  const failed = (failure: ScimFailure) => {
    const verdict = blame.consider(judge(failure, 'lookup'), link.id);
    return { settled: failedLookup(connection, { link, person }, failure, verdict), verdict };
  };
  let seen: Seen | null = null;
  if (open.length > 0) {
    const recovery = await recoverUser(connection, { link, name: person.user.displayName }, open);
    if (recovery.kind === 'unknown') return { settled: outcomeUnknown(link) };
    if (recovery.kind === 'later') return { settled: lookAgain(link, recovery.inMs) };
    if (recovery.kind === 'failed') return failed(recovery.failure);
    blame.answered();
    link = recovery.link;
    seen = recovery.resource && { resource: recovery.resource, isNow: true };
  } else if (link.onDemandId && link.remoteId && !isUnlinked(link)) {
    const read = await connection.client.getUser(link.remoteId);
    if (!read.ok && read.failure.kind === 'not_found') return { settled: goneAccount({ link, person }) };
    if (!read.ok) return failed(read.failure);
    seen = { resource: read.value, isNow: true };
  }
  const work = { link, person };
  if (!isUnlinked(link) || !isWanted(person)) return { planned: planLinked(connection, work, seen) };
  const match = await findAccount(connection, work);
  if (match.kind === 'failed') return failed(match.failure);
  blame.answered();
  if (match.kind === 'untold') return { settled: untoldUser(connection, work) };
  return { planned: planMatched(connection, work, match) };
}
