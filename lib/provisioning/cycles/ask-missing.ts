import { now } from '@/lib/core/clock';
import { db, transaction } from '@/lib/db/client';
import type { MissingAnswer, MissingLink } from '@/lib/db/generated/client';
import type { ScimFailure } from '@/lib/scim/failure';
import type { ScimResource } from '@/lib/scim/path';
import type { Connection } from '../connection';
import { judge } from '../internal/verdict';
import { storeAccounts } from '../store-accounts';
import { collectionRead } from './collection-read';
import { holdCycle, readingFailed } from './end-cycle';
import { countMissing, isMuch, keepAnswers, missingReason, unaskedOf } from './missing-links';
import { keepReading, type Next, type Reading, type ReadingWork } from './reading';
import { storeGroups } from './store-groups';

/** Asked side by side; a handful, because nobody waits for it. */
const atOnce = 4;
/** So many that are there after all: the list is not to be believed, and who is left is not asked for. */
const thereAtMost = 100;

/**
 * Asks for what a reading did not show, each by its id: lists leave things out, and pages move while they are read.
 * What is there after all is kept as read. Of a list that shows but a few, some are asked for, others in each cycle.
 */
export async function askForMissing(begun: ReadingWork): Promise<Next> {
  const { connection, reading } = begun;
  const applicationId = connection.application.id;
  const found = await countMissing(db, reading, applicationId);
  let work: ReadingWork | undefined = begun;
  while (work) {
    // Somebody is to look first.
    if (isMuch(found.gone, found.linked)) return holdCycle(work, missingReason(reading, found));
    const batch = found.there + found.untold < thereAtMost ? await unaskedOf(db, reading, applicationId, atOnce) : [];
    // What is there although it was not shown says that others may not have been shown either.
    if (batch.length === 0) return collectionRead(work, found);
    if (performance.now() > work.until) return 'another stretch';
    const askedAt = now();
    const answers = await Promise.all(batch.map((missing) => askOne(connection, reading, missing)));
    const failed = answers.find((answer) => answer.failure);
    if (failed?.failure) return readingFailed(work, failed.failure);
    work = await keep(work, answers, askedAt);
    found.gone += answers.filter(({ missing, answer }) => answer === 'gone' && !missing.confirmedAt).length;
    found.there += answers.filter(({ answer }) => answer === 'there').length;
    found.untold += answers.filter(({ answer }) => answer === 'untold').length;
  }
  return 'over';
}

function keep(work: ReadingWork, answers: readonly Answer[], readAt: Date): Promise<ReadingWork | undefined> {
  const { connection, cycle, reading } = work;
  return transaction(async (tx) => {
    const kept = await keepReading(tx, work, 'askOn');
    if (!kept) return undefined;
    await keepAnswers(tx, answers);
    const resources = answers.flatMap(({ resource }) => (resource ? [resource] : []));
    if (resources.length === 0) return kept;
    if (reading.collection === 'Users')
      await storeAccounts(connection, resources, readAt, { tx, readingId: reading.id });
    else await storeGroups(tx, connection, { resources, readAt, readingId: reading.id, since: cycle.startedAt });
    return kept;
  });
}

interface Answer {
  missing: MissingLink;
  answer: MissingAnswer;
  resource?: ScimResource;
  /** Of the connection as a whole: it is asked again later. */
  failure?: ScimFailure;
}

async function askOne({ client }: Connection, { collection }: Reading, missing: MissingLink): Promise<Answer> {
  const result =
    collection === 'Users' ? await client.getUser(missing.remoteId) : await client.getGroup(missing.remoteId);
  // Under another id than it was asked for it would be another account.
  if (result.ok) return { missing, answer: 'there', resource: { ...result.value, id: missing.remoteId } };
  if (result.failure.kind === 'not_found') return { missing, answer: 'gone' };
  const verdict = judge(result.failure, 'lookup');
  return { missing, answer: 'untold', ...(verdict.connection === 'fine' ? {} : { failure: result.failure }) };
}
