import type { ScimFailure } from '@/lib/scim/failure';
import type { Connection } from '../../connection';
import { blameOf } from '../../internal/blame';
import { judge } from '../../internal/verdict';
import { creationValues, isUnlinked, isWanted } from '../../plan/linked-account';
import { matchInSnapshot } from '../../plan/match-accounts';
import { planLinked, planMatched, type Seen } from '../../plan/plan-links';
import type { Outcome, ToLookUp } from '../adapter';
import { recoverUser } from './recover';
import { matchBySearch, type Search } from './search-account';
import { failedLookup, goneAccount, outcomeUnknown } from './user-outcomes';
import type { PlannedUser, SettledUser, UserWork } from './user-work';

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
  const values = creationValues(person);
  let match: Search = await matchBySearch(connection, link.userId, values);
  if (match.kind === 'unsearchable') {
    const known = await matchInSnapshot(connection, [{ userId: link.userId, values }]);
    match = known.get(link.userId) ?? { kind: 'none' };
  }
  if (match.kind === 'failed') return failed(match.failure);
  blame.answered();
  return { planned: planMatched(connection, work, match) };
}
