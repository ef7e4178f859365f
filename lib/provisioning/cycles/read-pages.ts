import { now } from '@/lib/core/clock';
import { analyzeGrown } from '@/lib/db/analyze-grown';
import { transaction } from '@/lib/db/client';
import { eachPage, type ReadPage } from '@/lib/scim/each-page';
import { connectionWorks } from '../quarantine';
import { storeAccounts } from '../store-accounts';
import { beginUsers } from './begin-users';
import { collectionRead } from './collection-read';
import { readingFailed } from './end-cycle';
import { noteMissing } from './missing-links';
import { readMembers } from './read-members';
import { keepReading, knownOf, type Next, type ReadingWork } from './reading';
import { storeGroups } from './store-groups';

const pagesPerStretch = 10;

/** Some pages of accounts, or of groups, each kept with its place. */
export async function readPages(begun: ReadingWork): Promise<Next> {
  const { connection, cycle, reading } = begun;
  const pages = eachPage(connection.client, reading.collection, {
    pageSize: connection.capabilities.pageSize,
    startIndex: reading.pages > 0 ? cycle.cursor : 1,
    progress: reading,
    known: (ids) => knownOf(reading, cycle.applicationId, ids),
    takesEndless: true,
  });
  let work = begun;
  let read = 0;
  // What a page holds is as old as its request: the answer may not know what was changed meanwhile.
  let askedAt = now();
  for await (const answer of pages) {
    if (!answer.ok) {
      // Where somebody else has read on meanwhile, what failed here is no failure: a page of theirs seems to come again.
      const still = await transaction((tx) => keepReading(tx, work, 'readOn'));
      if (!still) return 'over';
      // Groups that cannot be listed are looked up one by one when their turn comes.
      const canGoOn = reading.collection === 'Groups';
      return canGoOn ? beginUsers(still, reading.complete) : readingFailed(still, answer.failure);
    }
    const kept = await keepPage(work, { ...answer.value, askedAt });
    if (!kept) return 'over';
    work = kept;
    if (connection.integration.failures > 0) await connectionWorks(cycle.applicationId);
    askedAt = now();
    read += 1;
    if (answer.value.last) return pagesRead(work, answer.value.doubt ?? null);
    if (read >= pagesPerStretch || performance.now() > work.until) return 'another stretch';
  }
  return 'over';
}

/**
 * What a page holds and how far the reading has come are kept together: otherwise a page whose place was not written would
 * come again as one that holds nothing new. @returns undefined where the cycle has ended or was started over meanwhile
 */
async function keepPage(work: ReadingWork, page: ReadPage & { askedAt: Date }): Promise<ReadingWork | undefined> {
  const { connection, cycle, reading } = work;
  const { resources, askedAt } = page;
  const since = cycle.startedAt;
  const groups = reading.collection === 'Groups' && (await readMembers(connection, resources, since));
  return transaction(async (tx) => {
    const kept = await keepReading(tx, work, 'readOn', { ...page.progress, cursor: page.nextIndex });
    if (!kept) return undefined;
    if (groups) {
      await storeGroups(tx, connection, { ...groups, readAt: askedAt, readingId: reading.id, since });
      return kept;
    }
    const readAccounts = await storeAccounts(connection, resources, askedAt, { tx, readingId: reading.id });
    await tx.cycle.update({ where: { id: cycle.id }, data: { readAccounts: { increment: readAccounts } } });
    return kept;
  });
}

/** Who is linked and was not seen is asked for, whatever the list says of itself: it is no proof of anything. */
async function pagesRead(work: ReadingWork, doubt: string | null): Promise<Next> {
  // What was just read is compared as a whole: by a planner that knows of none of it, row by row with all of it.
  await analyzeGrown();
  const asking = work.reading.collection === 'Users' ? 'askForAccounts' : 'askForGroups';
  const noted = await transaction(async (tx) => {
    const kept = await keepReading(tx, work, asking, { doubt });
    return kept && { kept, missing: await noteMissing(tx, kept.cycle, kept.reading) };
  });
  if (!noted) return 'over';
  return noted.missing === 0 ? collectionRead(noted.kept) : 'next step';
}
