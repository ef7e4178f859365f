import { expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { countEffectiveMembers } from '@/lib/directory/membership';
import { demoSignIns, resetDemo, seedDemo } from './seed';
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
  expect(await db.group.count()).toBe(12);
  const everyone = await countEffectiveMembers([seedId('group', 'All Staff')]);
  expect(everyone.get(seedId('group', 'All Staff'))?.members).toBeGreaterThan(220);
  expect(await db.user.count({ where: { passwordHash: { not: null } } })).toBe(demoSignIns.length);

  const admin = await db.user.findFirstOrThrow({ where: { email: 'admin@acme.example' } });
  const at = new Date();
  const session = await db.session.create({
    data: { userId: admin.id, authenticatedAt: at, lastSeenAt: at, expiresAt: new Date(at.getTime() + 60_000) },
  });
  await db.user.deleteMany({ where: { email: 'ben.okafor@acme.example' } });
  await db.group.create({ data: { name: 'Made in the demo' } });
  const webhook = await db.webhook.create({
    data: {
      label: 'SIEM',
      url: 'https://siem.acme.example/',
      secretSealed: 'sealed',
      secretUpdatedAt: at,
      createdByName: 'admin',
      position: 4711,
      deliveries: { create: { eventIds: [4711n] } },
    },
    select: { id: true },
  });
  const started = performance.now();
  await resetDemo();
  expect(performance.now() - started).toBeLessThan(5000);
  expect(await db.user.count({ where: { email: 'ben.okafor@acme.example' } })).toBe(1);
  expect(await db.group.count()).toBe(12);
  expect(await db.session.count({ where: { id: session.id, revokedAt: null } })).toBe(1);
  // Ids of events are given anew: it is told of those from now on, and of none under the number of another.
  const told = await db.webhook.findUniqueOrThrow({ where: webhook, include: { deliveries: true } });
  expect(told).toMatchObject({ position: 0n, deliveries: [] });
});
