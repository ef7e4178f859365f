import { db } from '@/lib/db/client';

/** A name that two people had before names were compared as they are now; whoever had it first has it. */
export interface ContestedName {
  field: 'username' | 'email';
  /** Who is not found by it. */
  person: { id: string; displayName: string; username: string; email: string };
  holder: { id: string; displayName: string; username: string; email: string };
}

/** A group whose name is another group's, likewise. */
export interface ContestedGroup {
  group: { id: string; name: string };
  holder: { id: string; name: string };
}

const listedAtMost = 200;
const shown = { id: true, displayName: true, username: true, email: true } as const;

/** Contested usernames and e-mail addresses, 200 at most. @param userId only what this person is not found by */
export async function listContestedNames(userId?: string): Promise<ContestedName[]> {
  const rows = await db.takenName.findMany({
    where: { contested: true, ...(userId ? { userId } : {}) },
    select: { name: true, user: { select: { ...shown, usernameFolded: true } } },
    orderBy: [{ name: 'asc' }, { userId: 'asc' }],
    take: listedAtMost,
  });
  const owners = await db.takenName.findMany({
    where: { contested: false, name: { in: rows.map((row) => row.name) } },
    select: { name: true, user: { select: shown } },
  });
  const holders = new Map(owners.map((row) => [row.name, row.user]));
  return rows.flatMap(({ name, user: { usernameFolded, ...person } }) => {
    const holder = holders.get(name);
    return holder ? [{ field: usernameFolded === name ? 'username' : 'email', person, holder } as const] : [];
  });
}

/** User groups of one name, 200 at most. @param groupId only this one */
export async function listContestedGroups(groupId?: string): Promise<ContestedGroup[]> {
  const rows = await db.group.findMany({
    where: { nameContested: true, deletedAt: null, ...(groupId ? { id: groupId } : {}) },
    orderBy: [{ nameFolded: 'asc' }, { id: 'asc' }],
    take: listedAtMost,
  });
  const owners = await db.group.findMany({
    where: {
      nameFolded: { in: rows.map((row) => row.nameFolded) },
      nameContested: false,
      deletedAt: null,
      importedFromId: null,
    },
  });
  return rows.flatMap(({ id, name, nameFolded }) => {
    const holder = owners.find((owner) => owner.nameFolded === nameFolded);
    return holder ? [{ group: { id, name }, holder: { id: holder.id, name: holder.name } }] : [];
  });
}
