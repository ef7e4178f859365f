import { now } from '@/lib/core/clock';
import { operationStatesThat } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { lockOpenCycle } from './cycles/stages';

/**
 * Forgets which account is whose, because the connection leads somewhere else now: an id of the old place may be another
 * person's at the new one. The next cycle finds everybody again by the matching attributes. What was released stays so;
 * links of people who are permanently deleted go, as their accounts cannot be named any more.
 */
export async function forgetAccounts(tx: Tx, applicationId: string): Promise<void> {
  await lockOpenCycle(tx, applicationId);
  await lockLinks(tx, applicationId);
  // Without its lease, an answer of the old place that is still under way is not written any more.
  const lease = { leaseToken: null, leaseUntil: null };
  const forgotten = {
    ...lease,
    remoteId: null,
    lastSent: Prisma.DbNull,
    lastError: Prisma.DbNull,
    dueAt: null,
    holdId: null,
  };
  await tx.userLink.deleteMany({ where: { applicationId, user: { purgedAt: { not: null } } } });
  await tx.userLink.updateMany({ where: { applicationId }, data: { ...forgotten, lastRead: Prisma.DbNull } });
  await tx.userLink.updateMany({ where: { applicationId, state: { not: 'released' } }, data: { state: 'pending' } });
  await tx.groupLinkMember.deleteMany({ where: { groupLink: { applicationId } } });
  await tx.groupLink.updateMany({ where: { applicationId }, data: forgotten });
  await tx.groupLink.updateMany({ where: { applicationId, state: { not: 'released' } }, data: { state: 'pending' } });
  // What waits is about an account of the old place: whoever is to lose one at the new place is asked for anew.
  await tx.operation.updateMany({
    where: { applicationId, state: { in: [...operationStatesThat.wait] } },
    data: { state: 'withdrawn', finishedAt: now() },
  });
  await tx.operation.updateMany({
    where: { applicationId, finishedAt: null },
    data: { state: 'failed', finishedAt: now() },
  });
  await tx.missingLink.deleteMany({ where: { applicationId } });
  await tx.integration.updateMany({ where: { applicationId }, data: { heldAt: null, restsUntil: null } });
  await tx.remoteAccount.deleteMany({ where: { applicationId } });
  await tx.remoteGroup.deleteMany({ where: { applicationId } });
}

/** Holds every link of an application, in the order in which everybody locks them. */
export async function lockLinks(tx: Tx, applicationId: string): Promise<void> {
  await tx.$executeRaw`
    SELECT 1 FROM user_links WHERE application_id = ${applicationId}::uuid ORDER BY application_id, user_id FOR NO KEY UPDATE`;
  await tx.$executeRaw`
    SELECT 1 FROM group_links WHERE application_id = ${applicationId}::uuid ORDER BY application_id, group_id FOR NO KEY UPDATE`;
}

/** Whether two base URLs name one place: a slash at the end makes no difference. */
export function sameBaseUrl(one: string, other: string): boolean {
  const plain = (url: string) => url.trim().replace(/\/+$/, '');
  return plain(one) === plain(other);
}
