import { AppError } from '@/lib/core/errors';
import { importStatesThat, isOneOf } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import type { Import } from '@/lib/db/generated/client';

/**
 * Groups of an import can be chosen, and imported, from when it is read until the next one of its application begins: also after its accounts
 * were, whose people are then members at once. @throws AppError `conflict`
 */
export async function assertChoosable(tx: Tx, found: Import): Promise<void> {
  const isRead = isOneOf(importStatesThat.areUnderWay, found.state) || found.confirmedAt !== null;
  if (!isRead) {
    throw new AppError('conflict', 'This import is not waiting for review.', {
      hint: found.state === 'fetching' ? 'It is still being read.' : 'Import again to choose for what was left out.',
    });
  }
  const later = await tx.import.findFirst({
    where: { applicationId: found.applicationId, startedAt: { gt: found.startedAt } },
    select: { id: true },
  });
  if (!later) return;
  throw new AppError('conflict', 'A later import has read these groups anew.', { hint: 'Choose in that one.' });
}
