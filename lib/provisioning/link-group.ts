import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { operationStatesThat } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import { type Application, type Group, type GroupLink, Prisma } from '@/lib/db/generated/client';
import { defineCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { lockIntegration } from './internal/integrations';
import { findKeptGroups } from './kept-groups';
import { markGroupsDue, wakeEngines } from './mark-due';
import { groupLinkRefSchema, linkGroupSchema } from './schema';

const shared = { permission: 'applications.write', event: 'group_link' } as const;

/**
 * Links a user group to a group that is there already, whatever it is called; what differs is sent. Another one that it was linked to stays as it
 * is. @returns the application
 * @throws AppError `not_found`, `not_active`, `conflict` when groups are not managed, it is not associated, or that group is another one's
 */
export const linkGroup = defineCommand(
  { id: 'linkGroup', input: linkGroupSchema, ...shared },
  async (tx, draft, input) => linkRemoteGroup(tx, draft, input),
);

/** The same in the caller's transaction. @throws AppError as {@link linkGroup} */
export async function linkRemoteGroup(
  tx: Tx,
  draft: EventDraft,
  { applicationId, groupId, remoteId }: GroupRef & { remoteId: string },
): Promise<Application> {
  const { application, group, link } = await lockGroup(tx, draft, { applicationId, groupId });
  const there = await tx.remoteGroup.findUnique({ where: { applicationId_remoteId: { applicationId, remoteId } } });
  if (!there) {
    throw new AppError('not_found', 'This group was not there when the application was last read.', {
      hint: 'Run a cycle, which reads its groups, and try again.',
    });
  }
  const owner = await tx.groupLink.findUnique({
    where: { applicationId_remoteId: { applicationId, remoteId } },
    include: { group: true },
  });
  if (owner?.groupId === groupId) throw new AppError('conflict', `${group.name} is linked to this group already.`);
  if (owner) throw new AppError('conflict', `This group is linked to ${owner.group.name}.`, unlinkFirst);
  const kept = await findKeptGroups(tx, applicationId, [remoteId]);
  if (kept.size > 0) {
    throw new AppError('conflict', `${there.displayName} is kept here as a group of ${application.displayLabel}.`, {
      hint: 'It is never pushed back. Turn that one into a group of the directory, then link it.',
    });
  }
  draft.changes = { 'linked group': { from: await nameOf(tx, link), to: `${there.displayName} (${remoteId})` } };
  await point(tx, { applicationId, groupId }, { remoteId, takenOver: true, unlinked: false, state: 'pending' });
  await lookAt(tx, applicationId, groupId);
  return application;
}

const unlinkFirst = { hint: 'Unlink that one first, or choose another group.' };

/**
 * Leaves the group over there as it is, with its members, and manages it no longer, until somebody links it or has it managed again.
 * @returns the application @throws AppError `not_found`, `not_active`, `conflict` when it is not linked
 */
export const unlinkGroup = defineCommand(
  { id: 'unlinkGroup', input: groupLinkRefSchema, ...shared },
  async (tx, draft, ref) => {
    const { application, group, link } = await lockGroup(tx, draft, ref);
    if (link?.unlinked) throw new AppError('conflict', `${group.name} is unlinked already.`);
    draft.changes = { 'linked group': { from: await nameOf(tx, link), to: null } };
    await point(tx, ref, { remoteId: null, takenOver: false, unlinked: true, state: 'released', dueAt: null });
    return application;
  },
);

/**
 * Manages a group again that was unlinked: it is taken over by its name, or created, as one that is new.
 * @returns the application @throws AppError `not_found`, `not_active`, `conflict` when it was not unlinked
 */
export const manageGroup = defineCommand(
  { id: 'manageGroup', input: groupLinkRefSchema, ...shared },
  async (tx, draft, ref) => {
    const { application, group, link } = await lockGroup(tx, draft, ref);
    if (!link?.unlinked) throw new AppError('conflict', `${group.name} was not unlinked.`);
    draft.changes = { managed: { from: false, to: true } };
    await point(tx, ref, { remoteId: null, takenOver: false, unlinked: false, state: 'pending' });
    await lookAt(tx, ref.applicationId, ref.groupId);
    return application;
  },
);

interface GroupRef {
  applicationId: string;
  groupId: string;
}

interface LockedGroup {
  application: Application;
  group: Group;
  link: GroupLink | null;
}

/** Refuses what a link would refuse, whatever it is linked to. @throws AppError as {@link linkGroup} */
export async function assertLinkable(tx: Tx, ref: GroupRef): Promise<void> {
  await lockGroup(tx, {}, ref);
}

async function lockGroup(
  tx: Tx,
  draft: Partial<EventDraft>,
  { applicationId, groupId }: GroupRef,
): Promise<LockedGroup> {
  const { application, integration } = await lockIntegration(tx, applicationId);
  draft.application = application;
  const group = await tx.group.findFirst({ where: { id: groupId, deletedAt: null } });
  if (!group) throw new AppError('not_found', 'This user group does not exist any more.');
  draft.target = { type: 'group', id: group.id, name: group.name };
  if (group.importedFromId === applicationId) {
    throw new AppError('conflict', `${group.name} is a group of ${application.displayLabel}, and never pushed back.`);
  }
  if (!integration.manageGroups) {
    throw new AppError('conflict', `User groups are not managed in ${application.displayLabel}.`, {
      hint: 'It is switched on on the Identity Management tab.',
    });
  }
  const associated = await tx.applicationGroup.findUnique({
    where: { applicationId_groupId: { applicationId, groupId } },
  });
  if (!associated) {
    throw new AppError('conflict', `${group.name} is not associated with ${application.displayLabel}.`, {
      hint: 'Select it on the User Groups tab first.',
    });
  }
  await tx.$queryRaw`
    SELECT 1 FROM group_links WHERE application_id = ${applicationId}::uuid AND group_id = ${groupId}::uuid FOR NO KEY UPDATE`;
  const link = await tx.groupLink.findUnique({ where: { applicationId_groupId: { applicationId, groupId } } });
  return { application, group, link };
}

/** Nothing of what was known of another group holds; whoever is at work on that one writes nothing any more. */
async function point(tx: Tx, ref: GroupRef, data: Prisma.GroupLinkUncheckedUpdateInput): Promise<void> {
  const forgotten = {
    lastSent: Prisma.DbNull,
    lastError: Prisma.DbNull,
    foreignMembers: 0,
    membersLost: false,
    attempts: 0,
    leaseToken: null,
    leaseUntil: null,
  };
  const { id, holdId } = await tx.groupLink.upsert({
    where: { applicationId_groupId: ref },
    create: { ...ref, ...forgotten, ...(data as Prisma.GroupLinkUncheckedCreateInput) },
    update: { ...forgotten, ...data },
  });
  await tx.groupLinkMember.deleteMany({ where: { groupLinkId: id } });
  if (!holdId) return;
  await tx.groupLink.update({ where: { id }, data: { holdId: null } });
  await tx.operation.updateMany({
    where: { id: holdId, state: { in: [...operationStatesThat.wait] } },
    data: { state: 'withdrawn', finishedAt: now() },
  });
}

async function lookAt(tx: Tx, applicationId: string, groupId: string): Promise<void> {
  await wakeEngines(tx, await markGroupsDue(tx, { applicationId, groupIds: [groupId], userIds: [] }));
}

async function nameOf(tx: Tx, link: GroupLink | null): Promise<string | null> {
  if (!link?.remoteId) return null;
  const { applicationId, remoteId } = link;
  const there = await tx.remoteGroup.findUnique({ where: { applicationId_remoteId: { applicationId, remoteId } } });
  return there ? `${there.displayName} (${remoteId})` : remoteId;
}
