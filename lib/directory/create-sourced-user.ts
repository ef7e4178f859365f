import type { Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import { changesBetween } from '@/lib/events/schema';
import { announceChange } from './internal/announce';
import { assertManager } from './internal/users';
import { makeActivationLink } from './issue-activation-link';
import type { UserValues } from './schema';
import { assertNamesFree, asTaken } from './taken-names';
import { toColumns } from './user-columns';
import { userTarget } from './user-target';

/** Whose a person is, and by which name over there. */
export interface SourceOwner {
  sourceId: string;
  externalId: string | null;
  /** As the source says; somebody who is not is suspended from the beginning. */
  active: boolean;
}

/**
 * Creates a person of a source, in the caller's transaction: password pending. `draft` is filled in for the event.
 * @param mail an activation link, to whoever is active
 * @throws AppError `already_exists` at username or email, `invalid_input` at managerId; the transaction is lost then
 */
export async function createSourcedUser(
  tx: Tx,
  draft: EventDraft,
  values: UserValues,
  owner: SourceOwner,
  mail: boolean,
): Promise<User> {
  const columns = toColumns(values);
  await assertManager(tx, undefined, columns.managerId);
  await assertNamesFree(tx, columns);
  const { sourceId, externalId, active } = owner;
  const status = active ? ('active' as const) : ('suspended' as const);
  const user = await tx.user
    .create({ data: { ...columns, sourceId, externalId, sourceActive: active, status } })
    .catch((error: unknown) => {
      throw asTaken(error);
    });
  draft.target = userTarget(user);
  const filled = Object.entries({ ...columns, externalId, status }).filter(([, value]) => value !== null);
  draft.changes = changesBetween({}, Object.fromEntries(filled));
  if (mail && active) await makeActivationLink(tx, user, { mail: true });
  await announceChange(tx, { userIds: [user.id] });
  return user;
}

/** What a source may write of itself: of whose name it is, and what it said of it. No event tells of it alone. */
export async function noteOwner(tx: Tx, actor: Actor, id: string, owner: SourceOwner): Promise<User> {
  if (actor.sourceId !== owner.sourceId) throw new Error('Only a source says what it owns.');
  const { sourceId, externalId, active: sourceActive } = owner;
  return tx.user
    .update({ where: { id }, data: { sourceId, externalId, sourceActive, version: { increment: 1 } } })
    .catch((error: unknown) => {
      throw asTaken(error);
    });
}
