import { AppError } from '@/lib/core/errors';
import { type Tx, transaction } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import { recordEvents } from '@/lib/events/record';
import { enqueue } from '@/lib/queue/enqueue';
import { listUsernameConflicts } from './list-username-conflicts';
import { associationsOfApplicationSchema, associationsOfGroupSchema } from './schema';

interface Pair {
  applicationId: string;
  groupId: string;
}

interface Outcome {
  added: number;
  removed: number;
  /** Application usernames that are those of several people, where somebody was let in: they are kept out until it is mended. */
  conflicts: number;
}

/** Application › User Groups: associates and disassociates groups with one application. @throws AppError `not_found` */
export async function changeGroupsOfApplication(
  actor: Actor,
  input: { applicationId: string; add: string[]; remove: string[] },
): Promise<Outcome> {
  const { applicationId, add, remove } = associationsOfApplicationSchema.parse(input);
  const pair = (groupId: string) => ({ applicationId, groupId });
  return change(actor, add.map(pair), remove.map(pair));
}

/** Group › Applications: the same association from the other side. @throws AppError `not_found` */
export async function changeApplicationsOfGroup(
  actor: Actor,
  input: { groupId: string; add: string[]; remove: string[] },
): Promise<Outcome> {
  const { groupId, add, remove } = associationsOfGroupSchema.parse(input);
  const pair = (applicationId: string) => ({ applicationId, groupId });
  return change(actor, add.map(pair), remove.map(pair));
}

/** Associates one group with one application. @throws AppError `not_found` */
export async function associateGroup(actor: Actor, pair: Pair): Promise<Outcome> {
  return change(actor, [pair], []);
}

/** Takes one association away: the group stays as it is in the application, its members lose access. */
export async function disassociateGroup(actor: Actor, pair: Pair): Promise<Outcome> {
  return change(actor, [], [pair]);
}

async function change(actor: Actor, add: Pair[], remove: Pair[]): Promise<Outcome> {
  const names = (pair: Pair, found: Names): Pick<EventDraft, 'application' | 'target'> => ({
    application: { id: pair.applicationId, displayLabel: found.applications.get(pair.applicationId) ?? '' },
    target: { type: 'group', id: pair.groupId, name: found.groups.get(pair.groupId) ?? '' },
  });
  const outcome = await transaction(async (tx) => {
    const found = await loadNames(tx, [...add, ...remove]);
    // What is gone meanwhile can still be disassociated: there is nothing left to do for it.
    const wanted = add.map((pair) => assertKnown(pair, found));
    const added = await insertPairs(tx, wanted);
    const removed = await deletePairs(tx, remove);
    await recordEvents(tx, [
      ...added.map((pair) => ({ name: 'association_create' as const, actor, ...names(pair, found) })),
      ...removed.map((pair) => ({ name: 'association_delete' as const, actor, ...names(pair, found) })),
    ]);
    for (const applicationId of new Set([...added, ...removed].map((pair) => pair.applicationId))) {
      await enqueue(tx, 'application-changed', { applicationId });
    }
    return { added: added.length, removed: removed.length };
  });
  const widened = outcome.added > 0 ? [...new Set(add.map((pair) => pair.applicationId))] : [];
  const conflicts = await Promise.all(widened.map((applicationId) => listUsernameConflicts(applicationId)));
  return { ...outcome, conflicts: conflicts.flat().length };
}

interface Names {
  applications: Map<string, string>;
  groups: Map<string, string>;
}

async function loadNames(tx: Tx, pairs: readonly Pair[]): Promise<Names> {
  const applications = await tx.application.findMany({
    where: { id: { in: pairs.map((pair) => pair.applicationId) } },
    select: { id: true, displayLabel: true },
  });
  const groups = await tx.group.findMany({
    where: { id: { in: pairs.map((pair) => pair.groupId) }, deletedAt: null },
    select: { id: true, name: true },
  });
  return {
    applications: new Map(applications.map((row) => [row.id, row.displayLabel])),
    groups: new Map(groups.map((row) => [row.id, row.name])),
  };
}

function assertKnown(pair: Pair, found: Names): Pair {
  const missing = found.applications.has(pair.applicationId)
    ? found.groups.has(pair.groupId)
      ? undefined
      : 'user group'
    : 'application';
  if (!missing) return pair;
  throw new AppError('not_found', `This ${missing} was deleted meanwhile. Nothing was saved.`, {
    hint: 'Reload the page.',
  });
}

async function insertPairs(tx: Tx, pairs: readonly Pair[]): Promise<Pair[]> {
  return tx.applicationGroup.createManyAndReturn({
    data: [...pairs],
    skipDuplicates: true,
    select: { applicationId: true, groupId: true },
  });
}

async function deletePairs(tx: Tx, pairs: readonly Pair[]): Promise<Pair[]> {
  const present = await tx.applicationGroup.findMany({
    where: { OR: pairs.map(({ applicationId, groupId }) => ({ applicationId, groupId })) },
    select: { applicationId: true, groupId: true },
  });
  if (present.length > 0) await tx.applicationGroup.deleteMany({ where: { OR: present } });
  return present;
}
