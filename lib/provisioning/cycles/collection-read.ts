import { transaction } from '@/lib/db/client';
import { notBegun } from '@/lib/scim/reading-bounds';
import { beginUsers } from './begin-users';
import { type Found, forgetUnseen } from './missing-links';
import { keepReading, type Next, type Reading, type ReadingWork } from './reading';

/**
 * After the accounts come the groups, where they are managed; after those, the people. Whether the list has shown everything is kept
 * with the reading, and as a habit of the server.
 * @param found of those who were asked for because the list did not show them
 */
export async function collectionRead(
  work: ReadingWork,
  found: Pick<Found, 'there' | 'untold'> = { there: 0, untold: 0 },
): Promise<Next> {
  const { connection, cycle, reading } = work;
  const { client, listsByHand } = connection;
  const doubt = doubtOf(reading, found);
  const isWhole = listsByHand ?? (doubt === null && found.untold === 0);
  if (isWhole) await transaction((tx) => forgetUnseen(tx, cycle, reading));
  const doubts = doubt === null ? reading.doubts : [...reading.doubts, `${reading.collection}: ${doubt}`];
  const isLast = reading.collection === 'Groups' || !connection.integration.manageGroups;
  if (doubt !== null) await client.learn({ lists: false }, { status: 200, text: doubts.at(-1) ?? doubt });
  else if (isLast && doubts.length === 0 && !connection.capabilities.lists) {
    await client.learn({ lists: true }, { status: 200, text: 'A reading showed everybody who was claimed' });
  }
  if (reading.collection === 'Groups') {
    const known = { ...work, reading: { ...reading, groupsComplete: isWhole, doubts } };
    return beginUsers(known, reading.complete);
  }
  if (isLast) return beginUsers({ ...work, reading: { ...reading, doubts } }, isWhole);
  const groups = await transaction((tx) =>
    keepReading(tx, work, 'readGroups', { ...notBegun, complete: isWhole, doubt: null, doubts }),
  );
  return groups ? 'next step' : 'over';
}

/** Why the list is not all that there is; null: nothing says so. */
function doubtOf({ doubt, collection }: Reading, { there }: Pick<Found, 'there'>): string | null {
  if (doubt !== null || there === 0) return doubt;
  const noun = collection === 'Users' ? 'accounts' : 'groups';
  return `${there.toLocaleString('en-US')} linked ${noun} that were not listed answered by their id`;
}
