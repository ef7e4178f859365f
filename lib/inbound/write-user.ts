import { AppError } from '@/lib/core/errors';
import { storedName } from '@/lib/core/fold-name';
import { db, type Tx, transaction } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import { readAttributeTypes } from '@/lib/directory/attribute-definitions';
import { createSourcedUser, noteOwner, type SourceOwner } from '@/lib/directory/create-sourced-user';
import { deleteUser } from '@/lib/directory/delete-user';
import { reactivate } from '@/lib/directory/reactivate-user';
import { restore } from '@/lib/directory/restore-user';
import { suspend } from '@/lib/directory/suspend-user';
import { changeUser } from '@/lib/directory/update-user';
import { userTarget } from '@/lib/directory/user-target';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAtOnce, recordEvents } from '@/lib/events/record';
import { ScimError } from '@/lib/scim/server/scim-error';
import type { SourceSession } from './authenticate-source';
import { assertMatches, isId, notFound, Overtaken, untilNotOvertaken } from './internal/refuse';
import { readUser, type SentUser } from './read-user';
import { etagOf, toUserResource } from './user-resource';

type Resource = Record<string, unknown>;

/** Names that a source gives are the same for all people: nobody gives one to themselves by it. */
const noGuard = () => Promise.resolve();

/**
 * Creates a person (RFC 7644 §3.3); one whom this source deleted within 30 days is restored, and one of nobody taken over
 * where the source says so. One transaction with its events.
 * @throws ScimError 400 invalidValue, 409 uniqueness; AppError as the directory refuses
 */
export async function createSourceUser(source: SourceSession, resource: Resource): Promise<User> {
  const types = await readAttributeTypes();
  const sent = readUser(resource, undefined, types);
  const draft: EventDraft = { name: 'user_create', actor: source.actor };
  return untilNotOvertaken(() =>
    attemptAtOnce(draft, () =>
      transaction(async (tx) => {
        await assertExternalIdFree(tx, source, sent);
        const known = (await findTakenOver(tx, source, sent)) ?? (await findDeleted(tx, source, sent));
        if (!known) {
          const owner = { sourceId: source.id, externalId: sent.externalId, active: sent.active ?? true };
          const user = await createSourcedUser(tx, draft, sent.values, owner, source.mailActivation);
          await recordEvents(tx, [draft]);
          return user;
        }
        return adopt(tx, source, known, readUser(resource, known, types));
      }),
    ),
  );
}

/** Restores or takes over somebody, and makes of them what the source says. */
async function adopt(tx: Tx, source: SourceSession, known: User, sent: SentUser): Promise<User> {
  const drafts: EventDraft[] = [];
  let user = known;
  if (known.deletedAt) {
    const draft: EventDraft = {
      name: 'user_restore',
      actor: source.actor,
      message: 'The source sent the person again.',
    };
    drafts.push(draft);
    user = await withoutRole(tx, draft, await restore(tx, draft, known.id));
  } else {
    const message = `Taken over by the source ${source.name}, by the username.`;
    drafts.push({ name: 'user_update', actor: source.actor, target: userTarget(known), message });
    user = await noteOwner(tx, source.actor, known.id, {
      sourceId: source.id,
      externalId: sent.externalId,
      active: true,
    });
  }
  const settled = await settle(tx, source, user, { ...sent, active: sent.active ?? true });
  await recordEvents(tx, [...drafts, ...settled.drafts]);
  return settled.user;
}

/** Whom a source deletes and sends again comes back without what they might do in the console: somebody gives it to them anew. */
async function withoutRole(tx: Tx, draft: EventDraft, user: User): Promise<User> {
  if (user.role === 'user') return user;
  draft.changes = { ...draft.changes, role: { from: user.role, to: 'user' } };
  return tx.user.update({ where: { id: user.id }, data: { role: 'user', version: { increment: 1 } } });
}

/**
 * Changes a person of the source to what `change` makes of the resource as it is (PUT, PATCH). What changes nothing is no event.
 * @param options `ifMatch`: the header, `isPatched` as readUser takes it
 * @throws ScimError 404, 412, and what `change` throws; AppError as the directory refuses
 */
export function changeSourceUser(
  source: SourceSession,
  id: string,
  change: (before: Resource) => Resource,
  options: { ifMatch: string | null; isPatched: boolean },
): Promise<User> {
  return untilNotOvertaken(async () => {
    const before = await findOwn(source, id);
    assertMatches(options.ifMatch, etagOf(before));
    // Whoever changes something else says nothing of whether they are active: the source has said so before, and may have been overruled here.
    const said = { ...toUserResource(before, ''), active: before.sourceActive ?? true };
    const sent = readUser(change(said), before, await readAttributeTypes(), options.isPatched);
    const draft: EventDraft = { name: 'user_update', actor: source.actor, target: userTarget(before) };
    return attemptAtOnce(draft, () =>
      transaction(async (tx) => {
        if (sent.externalId !== before.externalId) await assertExternalIdFree(tx, source, sent, before.id);
        const settled = await settle(tx, source, before, sent);
        await recordEvents(tx, settled.drafts);
        return settled.user;
      }),
    );
  });
}

/** Deletes a person of the source, softly. @throws ScimError 404, 412; AppError `last_administrator` */
export async function deleteSourceUser(source: SourceSession, id: string, ifMatch: string | null): Promise<void> {
  const before = await findOwn(source, id);
  assertMatches(ifMatch, etagOf(before));
  try {
    await deleteUser(source.actor, { id: before.id });
  } catch (error) {
    // Two at once: the other one was faster.
    throw error instanceof AppError && error.code === 'conflict' ? notFound('User') : error;
  }
}

/** @throws ScimError 404 */
export async function findOwn(source: SourceSession, id: string, tx: Tx = db): Promise<User> {
  const user = isId(id) ? await tx.user.findFirst({ where: { id, sourceId: source.id, deletedAt: null } }) : null;
  if (!user) throw notFound('User');
  return user;
}

/**
 * What the source says of somebody whose it is, in one transaction: a suspension first, before any row is held. Whether
 * somebody is active is changed when the source says something else than before, so that whom an administrator suspended
 * here stays suspended while the source goes on saying that they are active.
 */
async function settle(
  tx: Tx,
  source: SourceSession,
  before: User,
  sent: SentUser,
): Promise<{ user: User; drafts: EventDraft[] }> {
  const drafts: EventDraft[] = [];
  const begin = (name: EventDraft['name']) => {
    const draft: EventDraft = { name, actor: source.actor, target: userTarget(before) };
    drafts.push(draft);
    return draft;
  };
  const wasActive = before.sourceActive ?? true;
  const active = sent.active ?? wasActive;
  let { version } = before;
  if (wasActive && !active && before.status === 'active') {
    const suspended = await suspend(tx, begin('user_suspend'), before.id);
    version += 1;
    if (suspended.version !== version) throw new Overtaken();
  }
  const left = leftToConsole(before, sent, !wasActive && active);
  if (left.length > 0) {
    const refused = begin('user_update');
    refused.outcome = 'error';
    refused.code = 'forbidden';
    refused.message = `Left as it is here, because ${before.displayName} has a role in the console, though the source says otherwise: ${left.join(', ')}.`;
  }
  const { username, email } = before.role === 'user' ? sent.values : before;
  const draft = begin('user_update');
  await assertManagerOfSource(tx, source, before, sent);
  const { changes, ...changed } = await overtaken(() =>
    changeUser(
      tx,
      draft,
      source.actor,
      { ...sent.values, username, email, role: before.role, id: before.id, version },
      noGuard,
    ),
  );
  if (sent.externalId !== before.externalId) {
    draft.changes = { ...changes, externalId: { from: before.externalId, to: sent.externalId } };
  }
  if (Object.keys(draft.changes ?? {}).length === 0) drafts.pop();
  let user: User = changed;
  if (!wasActive && active && user.status === 'suspended' && user.role === 'user') {
    user = await reactivate(tx, begin('user_reactivate'), source.actor, before.id);
  }
  const owner: SourceOwner = { sourceId: source.id, externalId: sent.externalId, active };
  const isNoted = before.externalId === sent.externalId && before.sourceActive === active;
  return { user: isNoted ? user : await noteOwner(tx, source.actor, before.id, owner), drafts };
}

/**
 * What a source does not decide of somebody with a role in the console: the names by which they are found and mailed a new password, and that somebody
 * who was shut out may sign in again. Everything else is taken, a suspension above all, so that a request is not refused for the sake of these.
 */
function leftToConsole(before: User, { values }: SentUser, reactivates: boolean): string[] {
  if (before.role === 'user') return [];
  return [
    ...(values.username === before.username ? [] : ['the username']),
    ...(values.email.toLowerCase() === before.email ? [] : ['the e-mail address']),
    ...(reactivates && before.status === 'suspended' ? ['the suspension'] : []),
  ];
}

/** Told to nobody: it is tried again with what is there now. */
async function overtaken<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    throw error instanceof AppError && error.code === 'stale_version' ? new Overtaken() : error;
  }
}

async function assertManagerOfSource(tx: Tx, source: SourceSession, before: User, { values }: SentUser): Promise<void> {
  const { managerId } = values;
  if (!managerId || managerId === before.managerId) return;
  await findOwn(source, managerId, tx).catch(() => {
    throw new ScimError(400, 'manager: this is no id of a person of this source.', 'invalidValue');
  });
}

async function assertExternalIdFree(
  tx: Tx,
  source: SourceSession,
  { externalId }: SentUser,
  id?: string,
): Promise<void> {
  if (externalId === null) return;
  const other = await tx.user.findFirst({
    where: { sourceId: source.id, externalId, deletedAt: null, ...(id ? { id: { not: id } } : {}) },
    select: { username: true },
  });
  if (other) throw new ScimError(409, `externalId: ${other.username} has it already.`, 'uniqueness');
}

/** Who has the username and is nobody's, where the source takes such people over; nobody with a role in the console. */
async function findTakenOver(tx: Tx, source: SourceSession, { values }: SentUser): Promise<User | undefined> {
  if (!source.takeOver) return undefined;
  const found = await tx.user.findFirst({
    where: { usernameFolded: storedName(values.username), deletedAt: null, role: 'user' },
  });
  if (!found || found.sourceId === source.id) return undefined;
  const owner = found.sourceId && (await tx.source.findFirst({ where: { id: found.sourceId, deletedAt: null } }));
  return owner ? undefined : found;
}

/** Whom this source deleted and can still be restored: by externalId, or without one by the username. */
async function findDeleted(tx: Tx, source: SourceSession, { values, externalId }: SentUser): Promise<User | undefined> {
  const byName = { usernameFolded: storedName(values.username) };
  const found = await tx.user.findMany({
    where: { sourceId: source.id, deletedAt: { not: null }, purgedAt: null, ...byName },
    orderBy: { deletedAt: 'desc' },
    take: 10,
  });
  return found.find((user) => externalId === null || user.externalId === null || user.externalId === externalId);
}
