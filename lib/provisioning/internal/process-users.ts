import { now } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import type { UserLink } from '@/lib/db/generated/client';
import type { ScimResult } from '@/lib/scim/client';
import type { ScimResource } from '@/lib/scim/path';
import type { Connection } from '../connection';
import { desiredUsers, planPerson } from '../desired-users';
import { type UserAct, userRequest } from '../user-request';
import { blameOf } from './blame';
import { releaseUserLinks } from './claim';
import { holdIntents } from './intents';
import { limiterOf, runLimited } from './limiter';
import { lookUpAccounts, sortAccounts } from './resolve-accounts';
import type { ResolvedUser } from './resolved-user';
import { type SettledUser, settleUsers } from './settle-users';
import { withoutSecrets } from './user-events';
import { failedUser, plannedUser, succeededUser } from './user-outcomes';
import { judge, type Verdict } from './verdict';

/** How many outcomes are written at once: what a kill can leave to be looked up. */
const flushSize = 20;

interface Sending {
  resolved: ResolvedUser;
  plan: UserAct;
  operation: { id: string; cycleId: string | null };
}

/**
 * Works on leased links: finds their accounts, plans, commits the intents, sends, writes what came back.
 * @returns the verdict that stops the whole connection, if one did; links that were not begun stay due
 */
export async function processUsers(connection: Connection, links: readonly UserLink[]): Promise<Verdict | undefined> {
  const people = await desiredUsers(
    connection,
    links.map((link) => link.userId),
    now(),
  );
  const known = links.flatMap((link) => {
    const person = people.get(link.userId);
    return person ? [{ link, person }] : [];
  });
  const { told, toLookUp } = await sortAccounts(connection, known);
  let stop = await carryOut(connection, told);
  // Those who have to be looked up go through a few at a time, each few to the end: under a rate limit that allows only
  // some requests, looking everybody up first would never get to sending.
  const waiting = [...toLookUp];
  while (!stop && waiting.length > 0) {
    const few = await lookUpAccounts(connection, waiting.splice(0, limiterOf(connection.application.id).width));
    await settleUsers(connection.application.id, few.failed);
    stop = few.stop ?? (await carryOut(connection, few.resolved));
  }
  if (stop) await releaseUserLinks(links);
  return stop;
}

/** Plans, commits the intents, sends, and writes what came back. */
async function carryOut(connection: Connection, resolved: readonly ResolvedUser[]): Promise<Verdict | undefined> {
  const settled: SettledUser[] = [];
  const toSend: { resolved: ResolvedUser; plan: UserAct }[] = [];
  for (const entry of resolved) {
    const plan = planPerson(connection, entry.person.desired, entry.linked);
    if (plan.action === 'none' || plan.action === 'skip') settled.push(plannedUser(connection, entry, plan));
    else toSend.push({ resolved: entry, plan });
  }
  await settleUsers(connection.application.id, settled);
  return sendAll(connection, await commitIntents(connection, toSend));
}

/** Every intent is on record before the first request leaves. Who was taken over by another worker is left to it. */
async function commitIntents(
  connection: Connection,
  toSend: readonly { resolved: ResolvedUser; plan: UserAct }[],
): Promise<Sending[]> {
  const sending = toSend.map(({ resolved, plan }) => ({
    resolved,
    plan,
    operation: { id: crypto.randomUUID(), cycleId: resolved.link.cycleId },
  }));
  const held = await holdIntents(
    sending.map(({ resolved, plan, operation }) => ({
      link: resolved.link,
      operation: {
        id: operation.id,
        applicationId: connection.application.id,
        userLinkId: resolved.link.id,
        cycleId: operation.cycleId,
        action: plan.action,
        changes: JSON.parse(JSON.stringify(withoutSecrets(plan.changes))),
      },
    })),
  );
  return sending.flatMap((item) => {
    const cycleId = held.get(item.resolved.link.id);
    return cycleId === undefined ? [] : [{ ...item, operation: { id: item.operation.id, cycleId } }];
  });
}

async function sendAll(connection: Connection, sending: readonly Sending[]): Promise<Verdict | undefined> {
  const limiter = limiterOf(connection.application.id);
  const blame = blameOf(connection.application.id);
  const begun = new Set<Sending>();
  let stop: Verdict | undefined;
  let ready: SettledUser[] = [];
  let writing = Promise.resolve();
  const flush = () => {
    const batch = ready;
    ready = [];
    writing = writing.then(() => settleUsers(connection.application.id, batch));
  };
  await runLimited(sending, limiter, async (item) => {
    begun.add(item);
    const result = await send(connection, item);
    if (result.ok) {
      limiter.succeeded();
      blame.succeeded();
      ready.push(succeededUser(connection, item.resolved, item.plan, item.operation, result));
    } else {
      const verdict = blame.consider(judge(result.failure, item.plan.action), item.resolved.link.id);
      if (verdict.connection === 'pause') limiter.pushedBack();
      if (verdict.connection !== 'fine') stop ??= verdict;
      ready.push(failedUser(connection, item.resolved, item.plan, item.operation, result, verdict));
    }
    if (ready.length >= flushSize) flush();
    return stop === undefined;
  });
  flush();
  await writing;
  await forget(sending.filter((item) => !begun.has(item)));
  return stop;
}

/** Intents that never left are no attempts: they go, and their links stay due. */
async function forget(items: readonly Sending[]): Promise<void> {
  if (items.length === 0) return;
  await db.operation.deleteMany({ where: { id: { in: items.map((item) => item.operation.id) } } });
  await releaseUserLinks(items.map((item) => item.resolved.link));
}

/** Without PATCH the account is read first, so that what is not ours is carried over as it is now. */
async function send(connection: Connection, { resolved, plan }: Sending): Promise<ScimResult<ScimResource | null>> {
  const { client, capabilities } = connection;
  const id = resolved.found?.remoteId ?? resolved.link.remoteId ?? '';
  let current = resolved.read ?? (resolved.link.lastRead as ScimResource | null);
  if (!capabilities.patch && plan.action !== 'create' && plan.action !== 'delete') {
    const read = await client.getUser(id);
    if (!read.ok) return read;
    current = read.value;
  }
  const request = userRequest(plan, { id, current }, capabilities);
  switch (request.method) {
    case 'POST':
      return client.createUser(request.body);
    case 'PATCH':
      return client.patchUser(request.id, request.operations);
    case 'PUT':
      return client.replaceUser(request.id, request.body);
    case 'DELETE':
      return client.deleteUser(request.id);
  }
}
