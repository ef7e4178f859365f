import { storedName } from '@/lib/core/fold-name';
import { db, type Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';

/**
 * The person whose username or e-mail address this is, in any case and form of writing; never more than one. Nobody is
 * found by a name that is contested, and nobody who is deleted. One statement, whether somebody is found or not.
 */
export async function findUserByName(name: string, tx: Tx = db): Promise<User | undefined> {
  const user = await tx.user.findFirst({
    where: { takenNames: { some: { name: storedName(name.trim()), contested: false } } },
  });
  return user ?? undefined;
}

/** The same of many names: folded name → id. One statement. */
export async function findUsersByNames(names: readonly string[], tx: Tx = db): Promise<Map<string, string>> {
  const folded = [...new Set(names.map((name) => storedName(name.trim())))];
  const rows = await tx.takenName.findMany({ where: { name: { in: folded }, contested: false } });
  return new Map(rows.map(({ name, userId }) => [name, userId]));
}
