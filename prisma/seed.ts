import { hashPassword } from '@/lib/crypto/password';
import { type Tx, transaction } from '@/lib/db/client';
import { type Actor, systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { makePeople, type SeedPerson, seedId } from './seed/people';
import { groups } from './seed/teams';

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
 * Fills an empty database with the sample directory: about 250 people of Acme and 12 groups, the same every time.
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
 * Brings the sample directory back: everything is deleted, events and waiting tasks too, and seeded again.
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
    // Deliveries and kept answers tell of what is gone, under ids that are given anew.
    await tx.$executeRaw`
      TRUNCATE users, groups, applications, events, mails, webhook_deliveries, idempotency_keys RESTART IDENTITY CASCADE`;
    await tx.webhook.updateMany({ data: { position: 0 } });
    await tx.$executeRaw`DELETE FROM graphile_worker._private_jobs WHERE locked_at IS NULL`;
    await tx.setting.deleteMany({ where: { key: { notIn: ['canary'] } } });
    await tx.setting.create({ data: { key: seededKey, value: true } });
    await fill(tx, passwordHash, people);
    await tx.session.createMany({ data: sessions });
    await recordEvents(tx, [{ name: 'demo_reset', actor, message: 'The sample directory was brought back.' }]);
  });
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
}
