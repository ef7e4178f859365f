import { now } from '@/lib/core/clock';
import { db, transaction } from '@/lib/db/client';
import type { GroupLink, OperationAction } from '@/lib/db/generated/client';
import { recordEvents } from '@/lib/events/record';
import type { Changes } from '@/lib/events/schema';
import type { ScimExchange } from '@/lib/scim/exchange';
import type { ScimFailure } from '@/lib/scim/failure';
import type { Connection } from '../connection';
import { type DesiredMembership, desiredGroup } from '../desired-group';
import { groupBody } from '../group-request';
import { planGroup } from '../plan-group';
import type { TargetValues } from '../values';
import { blameOf } from './blame';
import { changeAttributes } from './change-group';
import { releaseGroupLinks } from './claim';
import { stillOpen } from './cycle-of-work';
import { type FoundGroup, findGroup } from './find-group';
import { type GroupAct, groupChanges, groupEvent } from './group-events';
import { type PushResult, pushMembers } from './push-members';
import { holdsGroup, settleGroup } from './settle-group';
import { backoffMs, judge, type Verdict } from './verdict';

type Found = Extract<FoundGroup, { ok: true }>;

/** Works on leased group links, one after another. @returns the verdict that stops the whole connection, if one did */
export async function processGroups(connection: Connection, links: readonly GroupLink[]): Promise<Verdict | undefined> {
  for (const link of links) {
    const verdict = await processGroup(connection, link);
    if (verdict && verdict.connection !== 'fine') {
      await releaseGroupLinks(links);
      return verdict;
    }
  }
  return undefined;
}

async function processGroup(connection: Connection, link: GroupLink): Promise<Verdict | undefined> {
  const membership = await desiredGroup(connection, link, connection.integration.manageGroups);
  const { desired } = membership;
  if (desired.kind === 'released') {
    // With management switched off the link stays what it is: switching on again goes on from there.
    const released = connection.integration.manageGroups && link.state !== 'deleted';
    await settleGroup(link, { state: released ? 'released' : link.state, error: null });
    return undefined;
  }
  const open = await db.operation.findMany({
    where: { groupLinkId: link.id, state: { in: ['intent', 'unknown'] }, finishedAt: null },
  });
  const values = desired.kind === 'present' ? desired.update : ((link.lastSent as TargetValues | null) ?? {});
  const wanted = desired.kind === 'present' ? desired.members : new Set<string>();
  const sought = desired.kind === 'present' ? desired.create : values;
  const reread = open.length > 0 || link.state === 'released' || (link.lastSent === null && link.remoteId !== null);
  const found = await findGroup(connection, link, sought, wanted, reread);
  if (!found.ok) return failed(connection, link, membership, undefined, found.failure, undefined, emptyPush);
  if (open.length > 0) await closeInterrupted(connection, link, membership, found, open);
  const plan = planGroup(desired, found.linked);
  if (plan.action === 'skip') {
    await settleGroup(link, {
      state: plan.reason.code === 'EmptyGroup' ? 'skipped' : 'conflict',
      error: plan.reason,
      found,
    });
    return undefined;
  }
  if (plan.action === 'none') {
    const gone = desired.kind === 'gone';
    await settleGroup(link, {
      state: gone ? 'deleted' : 'provisioned',
      error: null,
      found,
      sent: gone ? null : values,
      membership,
    });
    return undefined;
  }
  return act(connection, link, membership, found, plan);
}

async function act(
  connection: Connection,
  link: GroupLink,
  membership: DesiredMembership,
  found: Found,
  plan: GroupAct,
): Promise<Verdict | undefined> {
  const changes = groupChanges(plan, membership);
  const operation = await commitIntent(link, plan.action, changes);
  if (!operation) return undefined;
  const begun = await begin(connection, found.remoteId, plan);
  if ('failure' in begun)
    return failed(connection, link, membership, operation, begun.failure, begun.exchange, emptyPush, plan, changes);
  if (plan.action === 'delete') {
    await finish(
      connection,
      link,
      membership,
      { ...found, linked: { kind: 'none' } },
      operation,
      plan,
      changes,
      emptyPush,
      begun.exchange,
      null,
    );
    return undefined;
  }
  const remove = plan.action === 'update' ? plan.remove : [];
  const push = await pushMembers(connection.client, link.applicationId, begun.remoteId, plan.add, remove);
  const exchange = push.exchange ?? begun.exchange;
  if (push.failure) {
    const { id, leaseToken } = link;
    await db.groupLink.updateMany({ where: { id, leaseToken }, data: { remoteId: begun.remoteId } });
    return failed(connection, link, membership, operation, push.failure, exchange, push, plan, changes);
  }
  await finish(
    connection,
    link,
    membership,
    { ...found, remoteId: begun.remoteId },
    operation,
    plan,
    changes,
    push,
    exchange,
    begun.remoteId,
  );
  return undefined;
}

/** @returns undefined when another worker has taken the group over: nothing is to be sent then */
function commitIntent(link: GroupLink, action: OperationAction, changes: Changes) {
  return transaction(async (tx) => {
    const open = await stillOpen(tx, [link.cycleId]);
    if (!(await holdsGroup(tx, link))) return undefined;
    const { id, applicationId } = link;
    const cycleId = link.cycleId && open.has(link.cycleId) ? link.cycleId : null;
    const data = { applicationId, groupLinkId: id, cycleId, action, changes: JSON.parse(JSON.stringify(changes)) };
    return tx.operation.create({ data });
  });
}

type Begun = { remoteId: string; exchange?: ScimExchange } | { failure: ScimFailure; exchange?: ScimExchange };

/** Creates, changes or deletes the group itself; its members follow. */
async function begin(connection: Connection, remoteId: string | null, plan: GroupAct): Promise<Begun> {
  const { client } = connection;
  if (plan.action === 'create') {
    const made = await client.createGroup(groupBody(plan.changes));
    if (!made.ok) return made;
    return { remoteId: String(made.value.id), exchange: made.exchange };
  }
  const id = remoteId ?? '';
  if (plan.action === 'delete') {
    const gone = await client.deleteGroup(id);
    return gone.ok || gone.failure.kind === 'not_found' ? { remoteId: id, exchange: gone.exchange } : gone;
  }
  if (Object.keys(plan.changes).length === 0) return { remoteId: id };
  const renamed = await changeAttributes(client, id, plan.changes);
  return renamed.ok ? { remoteId: id, exchange: renamed.exchange } : renamed;
}

const emptyPush: PushResult = { added: [], removed: [], refused: [] };

async function finish(
  connection: Connection,
  link: GroupLink,
  membership: DesiredMembership,
  found: Found,
  operation: { id: string; cycleId: string | null },
  plan: GroupAct,
  changes: Changes,
  push: PushResult,
  exchange: ScimExchange | undefined,
  remoteId: string | null,
): Promise<void> {
  blameOf(connection.application.id).succeeded();
  const [bad] = push.refused;
  const name = bad && (membership.accounts.get(bad.remoteId)?.name ?? bad.remoteId);
  const error = bad
    ? {
        code: 'MemberRefused',
        message: `${push.refused.length} of ${push.refused.length + push.added.length} members were refused; ${name}: ${bad.detail}`,
      }
    : null;
  const values = membership.desired.kind === 'present' ? membership.desired.update : null;
  await settleGroup(link, {
    state: plan.action === 'delete' ? 'deleted' : error ? 'error' : 'provisioned',
    error,
    found: { ...found, remoteId },
    sent: values,
    membership,
    push,
    changed: true,
    operation: { id: operation.id, state: 'succeeded', error, ...(exchange ? { exchange } : {}) },
    event: {
      ...groupEvent(connection, membership, plan.action, changes, operation),
      ...(error ? { outcome: 'error' as const, ...error } : {}),
    },
  });
}

async function failed(
  connection: Connection,
  link: GroupLink,
  membership: DesiredMembership,
  operation: { id: string; cycleId: string | null } | undefined,
  failure: ScimFailure,
  exchange: ScimExchange | undefined,
  push: PushResult,
  plan?: GroupAct,
  changes: Changes = {},
): Promise<Verdict> {
  const action = plan?.action ?? 'update';
  const verdict = blameOf(connection.application.id).consider(judge(failure, action), link.id);
  const error = { code: verdict.code, message: failure.detail };
  // A group that went away over there, or that exists already, is looked for again by name.
  const again = verdict.link === 'gone' || (verdict.link === 'taken' && link.attempts === 0);
  await settleGroup(link, {
    state: again ? 'pending' : 'error',
    error,
    forget: verdict.link === 'gone',
    push,
    membership,
    nextInMs: again ? 0 : verdict.link === 'later' ? (verdict.pauseMs ?? backoffMs(link.attempts)) : null,
    attempts: link.attempts + 1,
    ...(operation
      ? {
          operation: {
            id: operation.id,
            state: verdict.outcomeUnknown ? ('unknown' as const) : ('failed' as const),
            error,
            ...(exchange ? { exchange } : {}),
          },
        }
      : {}),
    event: { ...groupEvent(connection, membership, action, changes, operation), outcome: 'error', ...error },
  });
  return verdict;
}

/** An intent whose answer nobody saw: it was carried out when the group is there with what was to be sent. */
async function closeInterrupted(
  connection: Connection,
  link: GroupLink,
  membership: DesiredMembership,
  found: Found,
  open: readonly { id: string; action: OperationAction; cycleId: string | null; changes: unknown }[],
): Promise<void> {
  const there = found.linked.kind === 'group';
  await transaction(async (tx) => {
    if (!(await holdsGroup(tx, link))) return;
    for (const operation of open) {
      const done = operation.action === 'delete' ? !there : operation.action === 'create' && there;
      const error = { code: 'Interrupted', message: 'Interrupted; what was missing is sent again.' };
      await tx.operation.update({
        where: { id: operation.id },
        data: { state: done ? 'succeeded' : 'failed', finishedAt: now(), ...(done ? {} : { error }) },
      });
      if (done) {
        const event = groupEvent(connection, membership, operation.action, operation.changes as Changes, operation);
        await recordEvents(tx, [{ ...event, message: 'Confirmed by looking it up after an interruption.' }]);
      }
    }
    if (there && found.remoteId)
      await tx.groupLink.update({ where: { id: link.id }, data: { remoteId: found.remoteId } });
  });
}
