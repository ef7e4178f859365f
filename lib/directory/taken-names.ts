import { AppError } from '@/lib/core/errors';
import { storedName } from '@/lib/core/fold-name';
import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';

interface Names {
  username: string;
  email: string;
}

interface Holder extends Names {
  id: string;
  displayName: string;
  usernameFolded: string;
}

/**
 * Whoever else has one of a person's two names. One that the person has as well, and that is contested, does not count:
 * it may stay while something else is changed. @param person `id` absent: somebody who is yet to be made
 */
export async function findHolders(tx: Tx, person: Names & { id?: string }): Promise<[keyof Names, Holder][]> {
  const wanted = { username: storedName(person.username), email: storedName(person.email) };
  const rows = await tx.takenName.findMany({
    where: { name: { in: Object.values(wanted) } },
    select: {
      name: true,
      contested: true,
      user: { select: { id: true, displayName: true, username: true, email: true, usernameFolded: true } },
    },
  });
  const own = new Set(rows.filter((row) => row.user.id === person.id).map((row) => row.name));
  return (['username', 'email'] as const).flatMap((field) => {
    const found = rows.find((row) => row.name === wanted[field] && !row.contested && !own.has(row.name));
    return found ? [[field, found.user] as [keyof Names, Holder]] : [];
  });
}

/** In words, what somebody else has. @param typed the name in question */
export function describeHolder(holder: Holder, typed: string): string {
  return holder.usernameFolded === storedName(typed)
    ? `“${typed}” is the username of ${holder.displayName} (${holder.email}).`
    : `“${typed}” is the e-mail address of ${holder.displayName} (${holder.username}).`;
}

/**
 * Refuses names of which somebody else has one: nobody's username is another person's username or e-mail address, and the
 * reverse. The unique index of taken_names holds it whatever happens in between; this says whose it is.
 * @throws AppError `already_exists` at username or email
 */
export async function assertNamesFree(tx: Tx, person: Names & { id?: string }): Promise<void> {
  const [taken] = await findHolders(tx, person);
  if (taken) throw takenBy(taken[1], taken[0], person);
}

/** As {@link assertNamesFree}, where it is known already who has which name. @throws AppError `already_exists` */
export function refuseTaken(person: Names, holders: readonly (Holder & { name: string })[]): void {
  for (const field of ['username', 'email'] as const) {
    const holder = holders.find(({ name }) => name === storedName(person[field]));
    if (holder) throw takenBy(holder, field, person);
  }
}

function takenBy(holder: Holder, field: keyof Names, person: Names): AppError {
  return new AppError('already_exists', describeHolder(holder, person[field]), {
    field,
    hint: 'Usernames and e-mail addresses are compared with each other, in any case and form of writing. People who are deleted do not count.',
  });
}

/** True where the index refused a name: somebody took it between the question and the writing. */
export function isNameTaken(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}

/** A refused insert or update as a message; anything else is handed back as it came. */
export function asTaken(error: unknown): unknown {
  return isNameTaken(error) ? takenMeanwhile() : error;
}

/** Somebody took a name between the question and the writing. */
export function takenMeanwhile(): AppError {
  return new AppError('already_exists', 'Somebody else got this username or e-mail address a moment ago.', {
    field: 'username',
    hint: 'Save again to see who.',
  });
}
