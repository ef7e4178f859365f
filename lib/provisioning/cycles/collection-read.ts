import { transaction } from '@/lib/db/client';
import { notBegun } from '@/lib/scim/reading-bounds';
import { beginUsers } from './begin-users';
import { forgetUnseen } from './missing-links';
import { keepReading, type Next, type ReadingWork } from './reading';

/**
 * After the accounts come the groups, where they are managed; after those, the people.
 * @param complete whether everything of the collection was read
 */
export async function collectionRead(work: ReadingWork, complete: boolean): Promise<Next> {
  const { connection, cycle, reading } = work;
  if (complete) await transaction((tx) => forgetUnseen(tx, cycle, reading));
  if (reading.collection === 'Groups') return beginUsers(work, reading.complete);
  if (!connection.integration.manageGroups) return beginUsers(work, complete);
  const groups = await transaction((tx) => keepReading(tx, work, 'readGroups', { ...notBegun, complete }));
  return groups ? 'next step' : 'over';
}
