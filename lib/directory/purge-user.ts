import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { db, type Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { defineCommand } from '@/lib/events/command';
import { findUserByName } from './find-user-by-name';
import { announceChange } from './internal/announce';
import { lockUser } from './internal/users';
import { purgeUserSchema, restorableDays } from './schema';
import { userTarget } from './user-target';

/**
 * Deletes a person permanently, who was deleted before: personal data is erased. The bare row stays while accounts in
 * applications are still linked to it, because deleting those needs their ids; provisioning removes it after the last.
 * @param input `typed`: the username, by which whoever asks confirms it; housekeeping asks nobody
 * @throws AppError `confirmation_mismatch`, `conflict` (not deleted yet), `not_found`
 */
export const purgeUser = defineCommand(
  { id: 'purgeUser', permission: 'users.write', input: purgeUserSchema, event: 'user_purge' },
  async (tx, draft, input) => {
    const user = await lockUser(tx, input.id);
    draft.target = userTarget(user);
    if (input.typed !== undefined && input.typed !== user.username) {
      throw new AppError('confirmation_mismatch', `Type ${user.username} to confirm.`);
    }
    if (!user.deletedAt) {
      throw new AppError('conflict', `${user.displayName} is not deleted.`, { hint: 'Delete the person first.' });
    }
    // Accounts before memberships, as whoever renames somebody goes: with the name, the accounts are written at the end.
    await tx.$executeRaw`SELECT 1 FROM user_links WHERE user_id = ${user.id}::uuid ORDER BY application_id FOR NO KEY UPDATE`;
    const reports = await tx.user.findMany({ where: { managerId: user.id }, select: { id: true } });
    await tx.user.updateMany({ where: { managerId: user.id }, data: { managerId: null } });
    await erase(tx, user);
    await announceChange(tx, { userIds: [user.id, ...reports.map((report) => report.id)] });
    // Nothing is left that anybody reads.
    return { id: user.id, version: user.version + 1 };
  },
);

async function erase(tx: Tx, user: User): Promise<void> {
  const where = { userId: user.id };
  await tx.groupMember.deleteMany({ where });
  await tx.applicationUser.deleteMany({ where });
  await tx.activationLink.deleteMany({ where });
  await tx.session.deleteMany({ where });
  await tx.onDemandRun.deleteMany({ where });
  const addressee = { equals: user.email, mode: 'insensitive' } as const;
  // The address may be somebody else's by now, whose mail stays.
  if (!(await findUserByName(user.email, tx))) {
    await tx.mail.deleteMany({ where: { to: addressee } });
  }
  if ((await tx.userLink.count({ where })) === 0) {
    await tx.user.delete({ where: { id: user.id } });
    return;
  }
  await tx.user.update({
    where: { id: user.id },
    data: {
      username: `deleted-${user.id}`,
      email: `deleted-${user.id}@invalid`,
      firstname: '',
      lastname: '',
      displayName: 'Deleted person',
      employeeIdentifier: null,
      jobTitle: null,
      department: null,
      company: null,
      costCenter: null,
      location: null,
      phone: null,
      managerId: null,
      sourceId: null,
      externalId: null,
      customAttributes: {},
      role: 'user',
      passwordHash: null,
      purgedAt: now(),
      version: { increment: 1 },
    },
  });
}

/**
 * Deletes permanently whoever was deleted 30 days ago or earlier; for housekeeping.
 * @param limit people at most in one call @returns how many
 */
export async function purgeExpiredUsers(limit = 100): Promise<number> {
  const due = await db.user.findMany({
    where: { purgedAt: null, deletedAt: { lte: new Date(now().getTime() - restorableDays * 86_400_000) } },
    orderBy: { deletedAt: 'asc' },
    take: limit,
    select: { id: true },
  });
  for (const { id } of due) await purgeUser(systemActor, { id });
  return due.length;
}
