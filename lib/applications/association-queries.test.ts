import { beforeAll, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { listGroupsOfApplication } from './association-queries';
import type { GroupChoice } from './queries';
import { createApplication } from './testing/create-application';

let applicationId = '';
const name = (number: number) => `${['Ärzte', 'aerzte', 'Zoo', 'Öl'][number % 4]} ${number}`;

beforeAll(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const application = await createApplication(systemActor, {
    templateId: 'egnyte',
    displayLabel: 'Egnyte',
    ...general,
  });
  applicationId = application.id;
  for (let number = 0; number < 60; number += 1) {
    await db.group.create({
      data: {
        name: name(number),
        ...(number % 5 === 0 ? { applications: { create: { applicationId } } } : {}),
        ...(number % 12 === 0 ? { deletedAt: new Date() } : {}),
      },
    });
  }
});

async function readAll(query: { q?: string; associated?: boolean }, limit: number): Promise<GroupChoice[]> {
  const found: GroupChoice[] = [];
  let cursor: string | undefined;
  do {
    const page = await listGroupsOfApplication(applicationId, { ...query, cursor, limit });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return found;
}

test.each([
  ['all', {}],
  ['those that are associated', { associated: true }],
  ['those that are not', { associated: false }],
  ['what a search finds', { q: 'Z' }],
] as const)('%s come page by page, each once, associated ones first', async (_which, query) => {
  const rows = await readAll(query, 7);
  const whole = await listGroupsOfApplication(applicationId, { ...query, limit: 200 });
  expect(rows).toEqual(whole.items);
  expect(whole.total).toBe(rows.length);
  const numbers = [...Array(60).keys()].filter((number) => number % 12 !== 0);
  const wanted = numbers.filter(
    (number) =>
      ('associated' in query ? (number % 5 === 0) === query.associated : true) &&
      ('q' in query ? name(number).toLowerCase().includes(query.q.toLowerCase()) : true),
  );
  expect(rows.map((row) => row.name).sort()).toEqual(wanted.map(name).sort());
  const first = rows.findIndex((row) => !row.associated);
  if (first >= 0) expect(rows.slice(first).every((row) => !row.associated)).toBe(true);
});
