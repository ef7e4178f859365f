import { db } from '@/lib/db/client';

/**
 * Does one application's part of what is done for many. One that is deleted in the middle is nobody's error, and keeps
 * none of the others waiting.
 */
export async function unlessDeleted(applicationId: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const found = await db.application
      .findUnique({ where: { id: applicationId }, select: { id: true } })
      .catch(() => undefined);
    if (found !== null) throw error;
  }
}
