import { AppError } from '@/lib/core/errors';
import { storedName } from '@/lib/core/fold-name';
import type { Tx } from '@/lib/db/client';
import { usernameNaming } from './naming';
import { describeHolders, findNameHoldersIn } from './username-conflicts';

/**
 * Refuses a username for one person in an application where somebody else has it: by the format, as typed, or as the name
 * of their account. Two who ask for one name at the same moment follow each other.
 * @throws AppError `already_exists` at applicationUsername, naming whose it is
 */
export async function assertUsernameFree(
  tx: Tx,
  application: { id: string; displayLabel: string; usernameFormat: string },
  person: { userId: string; applicationUsername: string },
): Promise<void> {
  const name = storedName(person.applicationUsername);
  await lockUsernames(tx, application.id, [person.applicationUsername]);
  const naming = usernameNaming(application.usernameFormat);
  const wanted = { userId: person.userId, naming, name };
  const holders = (await findNameHoldersIn(tx, application, [wanted])).get(person.userId);
  if (!holders) return;
  throw new AppError('already_exists', describeHolders(person.applicationUsername, holders), {
    hint: `In ${application.displayLabel}, sign-in and account go by it: give each person another one.`,
    field: 'applicationUsername',
  });
}

/** Has two who ask for one username of an application at the same moment follow each other. @param names 2,000 at most: each is a lock */
export async function lockUsernames(tx: Tx, applicationId: string, names: readonly string[]): Promise<void> {
  const keys = [...new Set(names.map((name) => `username ${applicationId} ${storedName(name)}`))].sort();
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(${keys}::text[]) AS k(key)`;
}
