import { hashPassword } from '@/lib/crypto/password';
import { type Tx, transaction } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Actor, systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { presetTokens } from '@/lib/tokens/preset-token';
import { makePeople, type SeedPerson, seedId } from './seed/people';
import { seedSource } from './seed/source';
import { dynamicGroups, groups } from './seed/teams';

/** Public on purpose: the demo listens on this machine only. */
export const demoPassword = 'LatchkeyDemo!2026';

/** Who can sign in to the demo; everybody else's password is pending. */
export const demoSignIns = [
  { role: 'administrator', email: 'admin@acme.example' },
  { role: 'helpdesk', email: 'helga@acme.example' },
  { role: 'user', email: 'ana.martinez@acme.example' },
] as const;

const seededKey = 'demo-seeded';

/** What the demo prints: one line per sign-in. */
export function describeSignIns(): string {
  const lines = demoSignIns.map(({ role, email }) => `  ${role.padEnd(14)} ${email.padEnd(28)} ${demoPassword}`);
  return ['  Sign in as', ...lines].join('\n');
}

/**
 * Fills an empty database with the sample directory: about 250 people of Acme, 12 groups and a dynamic one, the same every time.
 * A database that was seeded before is left as it is. @returns whether it was filled now
 */
export async function seedDemo(): Promise<boolean> {
  const passwordHash = await hashPassword(demoPassword);
  return transaction(async (tx) => {
    const claimed = await tx.setting.createMany({ data: [{ key: seededKey, value: true }], skipDuplicates: true });
    if (claimed.count === 0) return false;
    await fill(tx, passwordHash);
    return true;
  });
}

/**
 * Tables that a reset does not empty: what is the installation's and not the demo's. Every other one is, also one that is
 * added later.
 */
export const keptTables = ['_prisma_migrations', 'worker_heartbeats', 'task_leases', 'settings', 'api_tokens'] as const;
/** Of the settings: what tells the secret key. */
const keptSettings = ['canary'];

/**
 * Brings the sample directory back: everything is deleted, events and waiting tasks too, and seeded again. What stays is
 * in {@link keptTables}: of the settings the canary, of the tokens the environment's and the one by which this is asked.
 * Who is signed in with one of the demo's sign-ins stays so, because ids are the same every time.
 */
export async function resetDemo(actor: Actor = systemActor): Promise<void> {
  const passwordHash = await hashPassword(demoPassword);
  await transaction(async (tx) => {
    // A worker in the middle of something must not hold this up for long.
    await tx.$executeRaw`SET LOCAL lock_timeout = '10s'`;
    const people = makePeople();
    const sessions = await tx.session.findMany({
      where: { userId: { in: people.filter(signsIn).map((person) => person.id) }, revokedAt: null },
    });
    await emptyTables(tx);
    await tx.$executeRaw`DELETE FROM graphile_worker._private_jobs WHERE locked_at IS NULL`;
    await tx.setting.deleteMany({ where: { key: { notIn: keptSettings } } });
    const keptTokens = { OR: [presetTokens, ...(actor.tokenId ? [{ id: actor.tokenId }] : [])] };
    // Not with the one that made it, which goes.
    await tx.apiToken.updateMany({ where: keptTokens, data: { createdByTokenId: null } });
    await tx.apiToken.deleteMany({ where: { NOT: keptTokens } });
    await tx.setting.create({ data: { key: seededKey, value: true } });
    await fill(tx, passwordHash, people);
    await tx.session.createMany({ data: sessions });
    await recordEvents(tx, [{ name: 'demo_reset', actor, message: 'The sample directory was brought back.' }]);
  });
}

/** One statement, so that foreign keys need no order. Refuses where one that is kept refers to one that is not. */
async function emptyTables(tx: Tx): Promise<void> {
  const tables = await tx.$queryRaw<{ name: string }[]>`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename <> ALL (${[...keptTables]})`;
  const names = Prisma.join(tables.map(({ name }) => Prisma.raw(`"${name}"`)));
  await tx.$executeRaw`TRUNCATE ${names} RESTART IDENTITY`;
}

const signsIn = (person: SeedPerson) => demoSignIns.some(({ email }) => email === person.email);

async function fill(tx: Tx, passwordHash: string, people = makePeople()): Promise<void> {
  await tx.user.createMany({
    data: people.map(({ groups: _groups, ...person }) => ({
      ...person,
      passwordHash: signsIn(person as SeedPerson) ? passwordHash : null,
    })),
  });
  await tx.group.createMany({
    data: groups.map(({ name, description }) => ({ id: seedId('group', name), name, description })),
  });
  await tx.groupNesting.createMany({
    data: groups.flatMap(({ name, within }) =>
      within.map((parent) => ({ parentId: seedId('group', parent), childId: seedId('group', name) })),
    ),
  });
  await tx.groupMember.createMany({
    data: people.flatMap((person) =>
      person.groups.map((name) => ({ groupId: seedId('group', name), userId: person.id })),
    ),
  });
  await seedSource(tx, people);
  await fillDynamicGroups(tx);
}

async function fillDynamicGroups(tx: Tx): Promise<void> {
  const data = dynamicGroups.map(({ titles, ...group }) => ({ id: seedId('group', group.name), titles, ...group }));
  await tx.group.createMany({ data: data.map(({ titles: _titles, ...group }) => ({ ...group, dynamic: true })) });
  await tx.groupRuleClause.createMany({
    data: data.map(({ id, titles }) => ({
      ...{ groupId: id, groupNo: 0, position: 0, attribute: 'jobTitle', source: 'jobTitle', operator: 'IN' },
      ...{ operands: [...titles], caseSensitive: false },
    })),
  });
  await tx.$executeRaw`INSERT INTO group_members (group_id, user_id)
    SELECT g.id, u.id FROM groups g, users u WHERE g.dynamic AND follows_rule(u, g.id)`;
}
