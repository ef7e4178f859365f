import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { readMemberCounts } from '@/lib/directory/membership';
import { presetToken } from '@/lib/tokens/preset-token';
import { demoSignIns, keptTables, resetDemo, seedDemo } from './seed';
import { makePeople, seedId } from './seed/people';

test('the sample directory holds about 250 different people, 12 groups, and the people whom the guides name', () => {
  const people = makePeople();
  expect(people.length).toBeGreaterThan(235);
  expect(people.length).toBeLessThan(265);
  expect(new Set(people.map((person) => person.username)).size).toBe(people.length);
  const bearers = (lastname: string) => people.filter((person) => person.lastname === lastname).length;
  expect(Math.max(...people.map((person) => bearers(person.lastname)))).toBeLessThan(5);
  const named = ['ana.martinez', 'ben.okafor', 'chloe.dubois', 'daniel.kim', 'emma.larsen'];
  for (const username of named) {
    const person = people.find((one) => one.username === username);
    expect(person?.email).toBe(`${username}@acme.example`);
    expect(['Engineering', 'Sales']).toContain(person?.groups[0]);
  }
  const ids = new Set(people.map((person) => person.id));
  const withoutManager = people.filter((person) => !person.managerId || !ids.has(person.managerId));
  expect(withoutManager.map((person) => person.jobTitle)).toEqual(['Chief Executive Officer']);
  expect(people.every((person) => /^[a-z]+(\.[a-z]+)?$/.test(person.username))).toBe(true);
});

test('seeding twice changes nothing, and a reset brings everything back while the presenter stays signed in', async () => {
  expect(await seedDemo()).toBe(true);
  expect(await seedDemo()).toBe(false);
  expect(await db.group.count()).toBe(13);
  const everyone = await readMemberCounts([seedId('group', 'All Staff')]);
  expect(everyone.get(seedId('group', 'All Staff'))?.effective).toBeGreaterThan(220);
  const powerUsers = seedId('group', 'Egnyte Power Users');
  const { direct = 0 } = (await readMemberCounts([powerUsers])).get(powerUsers) ?? {};
  expect(direct).toBeGreaterThan(20);
  expect(direct).toBeLessThan(80);
  expect(await db.user.count({ where: { passwordHash: { not: null } } })).toBe(demoSignIns.length);

  const admin = await db.user.findFirstOrThrow({ where: { email: 'admin@acme.example' } });
  const at = new Date();
  const session = await db.session.create({
    data: { userId: admin.id, authenticatedAt: at, lastSeenAt: at, expiresAt: new Date(at.getTime() + 60_000) },
  });
  await db.user.deleteMany({ where: { email: 'ben.okafor@acme.example' } });
  await db.group.create({ data: { name: 'Made in the demo' } });
  const started = performance.now();
  await resetDemo();
  expect(performance.now() - started).toBeLessThan(5000);
  expect(await db.user.count({ where: { email: 'ben.okafor@acme.example' } })).toBe(1);
  expect(await db.group.count()).toBe(13);
  expect(await db.session.count({ where: { id: session.id, revokedAt: null } })).toBe(1);
});

/** Rows of every table that holds some, by its name. */
async function rows(): Promise<Record<string, number>> {
  const tables = await db.$queryRaw<
    { name: string }[]
  >`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`;
  const counted = await Promise.all(
    tables.map(async ({ name }) => {
      const [row] = await db.$queryRawUnsafe<{ count: number }[]>(`SELECT count(*)::int AS count FROM "${name}"`);
      return [name, row?.count ?? 0] as const;
    }),
  );
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
}

test('a reset leaves the sample, what the installation needs to run, and nothing else in any table', async () => {
  await resetDemo();
  const fresh = await rows();
  const at = new Date();
  const { id: userId } = await db.user.findFirstOrThrow({ where: { email: 'admin@acme.example' } });
  process.env.LATCHKEY_API_TOKEN = 'of-the-environment-0123456789abcdef';
  await presetToken();
  delete process.env.LATCHKEY_API_TOKEN;
  const token = (label: string, more: { createdById?: string }) =>
    db.apiToken.create({
      data: { label, prefix: 'lk_', tokenHash: label, role: 'administrator', createdByName: 'admin', ...more },
    });
  const { id: tokenId } = await token('of a person', { createdById: userId });
  await token('LATCHKEY_API_TOKEN', { createdById: userId });
  await token('of the command', {});
  await db.idempotencyKey.create({ data: { tokenId, key: 'k', requestHash: 'h' } });
  await db.webhook.create({
    data: {
      ...{ label: 'SIEM', url: 'https://siem.acme.example/', secretSealed: 'sealed', secretUpdatedAt: at },
      ...{ createdByName: 'admin', position: 4711, deliveries: { create: { eventIds: [4711n] } } },
    },
  });
  await db.setting.create({ data: { key: 'installation', value: { version: 2, values: {} } } });
  await db.mail.create({ data: { to: 'ana@acme.example', subject: 'Welcome', textSealed: 'sealed' } });
  await db.activationLink.create({ data: { userId, tokenHash: 'link', expiresAt: at } });
  await db.workerHeartbeat.create({ data: { id: randomUUID(), host: 'here', pid: 1, startedAt: at, lastSeenAt: at } });
  await db.$executeRaw`CREATE TABLE made_later (id int)`;
  await db.$executeRaw`INSERT INTO made_later VALUES (1)`;

  await resetDemo();
  // Tables whose rows are not the demo's: each was decided on.
  expect([...keptTables].sort()).toEqual([
    '_prisma_migrations',
    'api_tokens',
    'settings',
    'task_leases',
    'worker_heartbeats',
  ]);
  expect(await rows()).toEqual({ ...fresh, api_tokens: 1, worker_heartbeats: 1 });
  const tokens = await db.apiToken.findMany({ select: { label: true, createdByName: true } });
  expect(tokens).toEqual([{ label: 'LATCHKEY_API_TOKEN', createdByName: 'Latchkey' }]);
  expect(await db.setting.findMany({ select: { key: true }, orderBy: { key: 'asc' } })).toEqual([
    { key: 'demo-seeded' },
  ]);
});
