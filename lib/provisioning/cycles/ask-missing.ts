import { now } from '@/lib/core/clock';
import { db, transaction } from '@/lib/db/client';
import type { Cycle, MissingAnswer, MissingLink } from '@/lib/db/generated/client';
import type { ScimFailure } from '@/lib/scim/failure';
import type { ScimResource } from '@/lib/scim/path';
import type { Connection } from '../connection';
import { judge } from '../internal/verdict';
import { storeAccounts } from '../store-accounts';
import { countMissing, type Found, isMuch, keepAnswers, unaskedOf } from './missing-links';
import { keepReading, type Reading } from './reading';
import { storeGroups } from './store-groups';

/** Asked side by side; a handful, because nobody waits for it. */
const atOnce = 4;
/** So many that are there after all: the list is not to be believed, and who is left is not asked for. */
const thereAtMost = 100;

/** `much`: somebody is to look first. `over`: the reading was stopped or started over. */
export type Asked =
  | { kind: 'done'; found: Found }
  | { kind: 'much'; found: Found }
  | { kind: 'more' | 'over' }
  | { kind: 'failed'; failure: ScimFailure };

/**
 * Asks for what a complete reading did not show, each by its id: lists leave things out, and pages move while they are read.
 * What is there after all is kept as read. @param until after this moment (of `performance.now()`) no further one is asked for
 */
export async function askMissing(
  connection: Connection,
  cycle: Cycle,
  reading: Reading,
  until: number,
): Promise<Asked> {
  const applicationId = connection.application.id;
  const found = await countMissing(db, reading, applicationId);
  for (;;) {
    if (isMuch(found.gone, found.linked)) return { kind: 'much', found };
    const batch = found.there < thereAtMost ? await unaskedOf(db, reading, applicationId, atOnce) : [];
    if (batch.length === 0) return { kind: 'done', found };
    if (performance.now() > until) return { kind: 'more' };
    const askedAt = now();
    const answers = await Promise.all(batch.map((missing) => askOne(connection, reading, missing)));
    const failed = answers.find((answer) => answer.failure);
    if (failed?.failure) return { kind: 'failed', failure: failed.failure };
    const kept = await transaction(async (tx) => {
      if (!(await keepReading(tx, cycle, reading, cycle.cursor))) return false;
      await keepAnswers(tx, answers);
      const there = answers.flatMap(({ resource }) => (resource ? [resource] : []));
      if (there.length === 0) return true;
      if (reading.collection === 'Users')
        await storeAccounts(connection, there, askedAt, { tx, readingId: reading.id });
      else await storeGroups(tx, connection, there, askedAt, reading.id);
      return true;
    });
    if (!kept) return { kind: 'over' };
    found.gone += answers.filter(({ missing, answer }) => answer === 'gone' && !missing.confirmedAt).length;
    found.there += answers.filter(({ answer }) => answer !== 'gone').length;
  }
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
