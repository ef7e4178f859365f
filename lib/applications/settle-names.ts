import { now } from '@/lib/core/clock';
import { db, type Tx, transaction } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import { computeName, type Naming, nameIdNaming, usernameNaming } from './naming';
import { storedSsoSchema } from './schema';

/** People whose names are computed in one transaction. */
const atOnce = 1_000;
const nil = '00000000-0000-0000-0000-000000000000';

/**
 * Brings computed names up to date: everybody has one by each of these namings, and nobody one from before a change. The
 * first time that a naming is used this takes seconds for 100,000 people; afterwards only who changed is looked at. Not for
 * inside a transaction that holds a person's row: it waits for them.
 */
export async function settleNames(namings: readonly Naming[]): Promise<void> {
  const ids = namings.map((naming) => naming.id);
  const [complete, stale] = await Promise.all([
    db.naming.count({ where: { id: { in: ids }, complete: true } }),
    db.staleName.findFirst(),
  ]);
  if (stale) await settleInTurn();
  if (complete === ids.length) return;
  for (const naming of namings) while (!(await transaction((tx) => fill(tx, naming))));
}

/**
 * Computes names for every application that there is, and forgets namings that none has any more; for housekeeping, so
 * that nobody's sign-in has to wait for it.
 */
export async function settleAllNames(): Promise<void> {
  const applications = await db.application.findMany({
    select: { id: true, usernameFormat: true, sso: { select: { settings: true } } },
  });
  const used = applications.flatMap((application) => {
    const draft = storedSsoSchema.safeParse(application.sso?.settings);
    const nameId = draft.success ? nameIdNaming(application, draft.data.nameIdSource) : undefined;
    return [usernameNaming(application.usernameFormat), ...(nameId ? [nameId] : [])];
  });
  const namings = [...new Map(used.map((naming) => [naming.id, naming])).values()];
  await db.naming.deleteMany({ where: { id: { notIn: namings.map((naming) => naming.id) } } });
  await settleNames(namings);
}

let lastInTurn: Promise<unknown> = Promise.resolve();

/** One after the other in this process: in the database they would wait for each other, each with a connection, to find it done. */
function settleInTurn(): Promise<void> {
  const settled = lastInTurn.then(async () => {
    if (await db.staleName.findFirst()) while ((await transaction(settleStale)) === atOnce);
  });
  lastInTurn = settled.catch(() => undefined);
  return settled;
}

/** Computes anew for those who changed. @returns how many there were */
async function settleStale(tx: Tx): Promise<number> {
  // Beside each other, but not while a naming is filled: what that one read may be older than the change.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock_shared(hashtext('latchkey.names'))`;
  const namings = await tx.$queryRaw<Naming[]>`
    SELECT id, format, name_id_source AS "nameIdSource", application_id AS "applicationId"
    FROM namings ORDER BY id FOR KEY SHARE`;
  if (namings.length === 0) {
    await tx.staleName.deleteMany();
    return 0;
  }
  const stale = await tx.staleName.findMany({ orderBy: { userId: 'asc' }, take: atOnce });
  if (stale.length === 0) return 0;
  const ids = stale.map((row) => row.userId);
  const users = await holdUsers(tx, ids);
  const known = new Set(users.map((user) => user.id));
  const gone = ids.filter((id) => !known.has(id));
  if (gone.length > 0) await tx.computedName.deleteMany({ where: { userId: { in: gone } } });
  await write(tx, namings, users);
  await tx.staleName.deleteMany({ where: { userId: { in: ids } } });
  return stale.length;
}

/** Computes one naming for the next people in the order of their ids. @returns whether nobody is left */
async function fill(tx: Tx, naming: Naming): Promise<boolean> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('latchkey.names'))`;
  const { nameIdSource, ...rest } = naming;
  await tx.naming.createMany({ data: [{ ...rest, ...(nameIdSource ? { nameIdSource } : {}) }], skipDuplicates: true });
  const { filledTo, complete } = await tx.naming.findUniqueOrThrow({ where: { id: naming.id } });
  if (complete) return true;
  // Not held: whoever changes now is marked as stale, and is computed anew when this has ended.
  const next = await tx.user.findMany({
    where: { id: { gt: filledTo ?? nil }, purgedAt: null },
    orderBy: { id: 'asc' },
    take: atOnce,
  });
  await write(tx, [naming], next);
  const done = next.length < atOnce;
  const last = next.at(-1)?.id;
  await tx.naming.update({ where: { id: naming.id }, data: { complete: done, ...(last ? { filledTo: last } : {}) } });
  return done;
}

/** People as they are now, and stay until the transaction ends. Erased ones are left out. */
async function holdUsers(tx: Tx, ids: readonly string[]): Promise<User[]> {
  await tx.$queryRaw`SELECT 1 FROM users WHERE id = ANY (${[...ids]}::uuid[]) ORDER BY id FOR SHARE`;
  return tx.user.findMany({ where: { id: { in: [...ids] }, purgedAt: null } });
}

async function write(tx: Tx, namings: readonly Naming[], users: readonly User[]): Promise<void> {
  const typed = await typedNames(tx, namings, users);
  const at = now();
  const rows = namings.flatMap((naming) =>
    users.map((user) => ({
      naming_id: naming.id,
      user_id: user.id,
      name: computeName(naming, user, typed.get(`${naming.applicationId} ${user.id}`) ?? null, at),
    })),
  );
  // In one order everywhere: two who write the same people at once wait for each other and do not block each other.
  rows.sort((one, other) => (one.naming_id + one.user_id < other.naming_id + other.user_id ? -1 : 1));
  await tx.$executeRaw`
    INSERT INTO computed_names (naming_id, user_id, name)
    SELECT n.* FROM unnest(${rows.map((row) => row.naming_id)}::uuid[], ${rows.map((row) => row.user_id)}::uuid[],
      ${rows.map((row) => row.name)}::text[]) AS n(naming_id, user_id, name)
    JOIN users u ON u.id = n.user_id FOR KEY SHARE OF u
    ON CONFLICT (naming_id, user_id) DO UPDATE SET name = EXCLUDED.name WHERE computed_names.name <> EXCLUDED.name`;
}

/** Usernames typed for these people where a naming depends on them, by application and person. */
async function typedNames(tx: Tx, namings: readonly Naming[], users: readonly User[]): Promise<Map<string, string>> {
  const applicationIds = namings.flatMap((naming) => naming.applicationId ?? []);
  if (applicationIds.length === 0) return new Map();
  const rows = await tx.applicationUser.findMany({
    where: { applicationId: { in: applicationIds }, userId: { in: users.map((user) => user.id) } },
    select: { applicationId: true, userId: true, applicationUsername: true },
  });
  return new Map(
    rows.flatMap(({ applicationId, userId, applicationUsername: name }) =>
      name === null ? [] : [[`${applicationId} ${userId}`, name] as const],
    ),
  );
}
