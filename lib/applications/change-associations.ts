import { AppError } from '@/lib/core/errors';
import { isForeignKeyViolation, type Tx, transaction } from '@/lib/db/client';
import { requireGroup } from '@/lib/directory/queries';
import type { Actor } from '@/lib/events/actor';
import { declareCommand, type Resource } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAtOnce, recordEvents } from '@/lib/events/record';
import { enqueue } from '@/lib/queue/enqueue';
import { listUsernameConflicts } from './list-username-conflicts';
import { getApplication } from './queries';
import { associationSchema, associationsOfApplicationSchema, associationsOfGroupSchema } from './schema';

interface Pair {
  applicationId: string;
  groupId: string;
}

/** What changed; what is so already is not counted. */
interface Change {
  added: number;
  removed: number;
  /** Application usernames that are those of several people, where somebody was let in: they are kept out until it is mended. */
  conflicts: number;
}
type Outcome = Change & Resource;

const permission = 'applications.write';

/** Application › User Groups: associates and disassociates groups with one application. @throws AppError `not_found`, `conflict` for groups of that application */
export const changeGroupsOfApplication = declareCommand(
  {
    id: 'changeGroupsOfApplication',
    permission,
    input: associationsOfApplicationSchema,
    event: 'association_create',
  },
  (actor, { applicationId, add, remove }) => {
    const pair = (groupId: string) => ({ applicationId, groupId });
    return ofApplication(actor, applicationId, add.map(pair), remove.map(pair));
  },
);

/** Group › Applications: the same association from the other side. @throws AppError `not_found` */
export const changeApplicationsOfGroup = declareCommand(
  { id: 'changeApplicationsOfGroup', permission, input: associationsOfGroupSchema, event: 'association_create' },
  async (actor, { groupId, add, remove }): Promise<Outcome> => {
    const pair = (applicationId: string) => ({ applicationId, groupId });
    const { id, version } = await requireGroup(groupId);
    return { id, version, ...(await change(actor, add.map(pair), remove.map(pair))) };
  },
);

/** Associates one group with one application. @throws AppError `not_found` */
export const associateGroup = declareCommand(
  { id: 'associateGroup', permission, input: associationSchema, event: 'association_create' },
  (actor, pair) => ofApplication(actor, pair.applicationId, [pair], []),
);

/** Takes one association away: the group stays as it is in the application, its members lose access. */
export const disassociateGroup = declareCommand(
  { id: 'disassociateGroup', permission, input: associationSchema, event: 'association_delete' },
  (actor, pair) => ofApplication(actor, pair.applicationId, [], [pair]),
);

async function ofApplication(actor: Actor, id: string, add: Pair[], remove: Pair[]): Promise<Outcome> {
  const changed = await change(actor, add, remove);
  const { version } = await getApplication(id);
  return { id, version, ...changed };
}

/** An association is an event of its own, however many there are; so is an attempt that was refused. */
async function change(actor: Actor, add: Pair[], remove: Pair[]): Promise<Change> {
  const names = (pair: Pair, found: Names): Pick<EventDraft, 'application' | 'target'> => ({
    application: { id: pair.applicationId, displayLabel: found.applications.get(pair.applicationId) ?? '' },
    target: { type: 'group', id: pair.groupId, name: found.groups.get(pair.groupId) ?? '' },
  });
  const name = add.length > 0 ? 'association_create' : 'association_delete';
  const outcome = await attemptAtOnce({ name, actor }, () =>
    transaction(async (tx) => {
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
    }),
  );
  const widened = outcome.added > 0 ? [...new Set(add.map((pair) => pair.applicationId))] : [];
  const conflicts = await Promise.all(widened.map((applicationId) => listUsernameConflicts(applicationId)));
  return { ...outcome, conflicts: conflicts.flat().length };
}

interface Names {
  /** Of which application a group is; null: of the directory. */
  own: Map<string, string | null>;
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
    select: { id: true, name: true, importedFromId: true },
  });
  return {
    own: new Map(groups.map((row) => [row.id, row.importedFromId])),
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
  if (missing) throw deletedMeanwhile(missing);
  if (found.own.get(pair.groupId) !== pair.applicationId) return pair;
  const [name, label] = [found.groups.get(pair.groupId), found.applications.get(pair.applicationId)];
  throw new AppError('conflict', `${name} is a group of ${label} itself.`, {
    hint: 'Being in it over there gives no access to that application, and it is never pushed back. Associate it with others, or turn it into a group of the directory first.',
  });
}

const deletedMeanwhile = (what: string) =>
  new AppError('not_found', `This ${what} was deleted meanwhile. Nothing was saved.`, { hint: 'Reload the page.' });

async function insertPairs(tx: Tx, pairs: readonly Pair[]): Promise<Pair[]> {
  return tx.applicationGroup
    .createManyAndReturn({
      data: [...pairs],
      skipDuplicates: true,
      select: { applicationId: true, groupId: true },
    })
    .catch((error: unknown) => {
      // Deleted in the very moment between the question and the answer.
      throw isForeignKeyViolation(error) ? deletedMeanwhile('application or user group') : error;
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
