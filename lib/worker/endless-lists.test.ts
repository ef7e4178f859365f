import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CycleStepName } from '@/lib/core/states';
import { seal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor as actor } from '@/lib/events/actor';
import { startImport } from '@/lib/imports/start-import';
import { tokenContext } from '@/lib/provisioning/authentication';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { enqueueCycle } from '@/lib/provisioning/cycles/start-cycle';
import { getCycle } from '@/lib/provisioning/queries/cycles';
import { integratedApplication, linkedPerson } from '@/lib/provisioning/testing/integration';
import { notBegun } from '@/lib/scim/reading-bounds';
import { startScim, type TestScimServer, testToken } from '@/lib/scim/testing/scim-server';
import { work } from './testing/support';

/** Ids on a page, by collection. */
type Lists = Record<string, (startIndex: number, count: number) => string[]>;

/** More than an integer of the database holds. */
const claimed = 10 ** 12;
const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `id ${from + index}`);
const always = (start: number, count: number) => ids(start, start + count);
const none = () => [];
const around = (of: number) => (start: number, count: number) => ids((start - 1) % of, ((start - 1) % of) + count);

let server: TestScimServer;
let lists: Lists = {};
let applicationId = '';

beforeAll(async () => {
  server = await startScim(({ path }) => {
    const [name = '', query] = path.split('?');
    const list = lists[name.slice(1).toLowerCase()];
    const at = new URLSearchParams(query);
    if (!list) return undefined;
    const page = list(Number(at.get('startIndex')), Number(at.get('count')));
    const resources = page.map((id) => ({ id, userName: id, displayName: id, members: [{ value: id }] }));
    return { body: { totalResults: page.length === 0 ? 0 : claimed, Resources: resources } };
  });
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = new URL(server.url).host;
});
afterAll(() => server.close());
beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events', 'mails', 'graphile_worker._private_jobs');
  applicationId = await integratedApplication();
  await db.integration.update({
    where: { applicationId },
    data: { baseUrl: server.url, tokenSealed: seal(testToken, tokenContext(applicationId)) },
  });
  server.received.length = 0;
});

/** A cycle that has read so much already. */
async function cycleAfter(pages: number, resources: number, step: CycleStepName = 'accounts') {
  const { cycleId } = await runCycleNow(actor, { applicationId });
  const reading = { ...notBegun, pages, resources, id: crypto.randomUUID(), complete: true };
  await db.cycle.update({ where: { id: cycleId }, data: { reading, step, cursor: resources + 1 } });
  await work();
  return db.cycle.findUniqueOrThrow({ where: { id: cycleId } });
}

/** It goes on with what was seen, and its page says so. */
const ended = (message: string) => ({
  stage: 'finished',
  reading: { complete: false, doubts: [expect.stringContaining(message)] },
});

describe('a cycle whose server never comes to an end', () => {
  test('ends its reading at a million accounts, says so, and goes on without taking anybody for gone', async () => {
    lists = { users: always, groups: none };
    const somebody = await linkedPerson(applicationId, 'Ana', 'provisioned');
    expect(await cycleAfter(4_990, 998_000)).toMatchObject(ended('More than 1,000,000 Users'));
    expect(await db.integration.findUnique({ where: { applicationId } })).toMatchObject({
      status: 'active',
      capabilities: { lists: false },
    });
    // Whom it did not show is asked for by their id.
    expect(server.received.map(({ path }) => path)).toContain(`/Users/${somebody.remoteId}`);
    expect((await getCycle((await db.cycle.findFirstOrThrow()).id)).incomplete).toEqual([
      expect.stringContaining('More than 1,000,000 Users'),
    ]);
  });

  test('ends once the pages begin again, though each stretch sees every page once', async () => {
    lists = { users: around(2_400), groups: none };
    expect(await cycleAfter(0, 0)).toMatchObject(ended('again and again: 2400 of'));
    // Thirteen pages of accounts; that there are no groups is asked twice.
    expect(server.received).toHaveLength(13 + 2);
  });

  test('ends after a thousand pages of one account', async () => {
    lists = { users: (start) => ids(start, start + 1), groups: none };
    expect(await cycleAfter(1_240, 1_240)).toMatchObject(ended('1,251 pages held 1,251 different Users'));
  });

  test('ends the same way for groups, whose reading is done in stretches, too', async () => {
    lists = { users: none, groups: around(2_400) };
    const around2400 = {
      stage: 'finished',
      reading: { doubts: [expect.stringContaining('again and again: 2400 of')] },
    };
    expect(await cycleAfter(0, 0)).toMatchObject(around2400);
    expect(server.received).toHaveLength(2 + 13);
    lists = { users: none, groups: always };
    const endless = { stage: 'finished', reading: { doubts: [expect.stringContaining('More than 1,000,000 Groups')] } };
    expect(await cycleAfter(4_990, 998_000, 'groups')).toMatchObject(endless);
  });
});

test('a cycle whose groups are many reads all of them', async () => {
  lists = {
    users: none,
    groups: (start, count) => ids(start, Math.min(start + count, 2_501)),
  };
  const { cycleId } = await runCycleNow(actor, { applicationId });
  await work();
  expect(await db.remoteGroup.count({ where: { applicationId } })).toBe(2_500);
  expect(await db.cycle.findUnique({ where: { id: cycleId } })).toMatchObject({ stage: 'finished' });
});

test('a page that is read again after a crash is no sign of an endless list', async () => {
  lists = { users: (start, count) => ids(start, Math.min(start + count, 301)), groups: none };
  const { cycleId } = await runCycleNow(actor, { applicationId });
  const before = await db.cycle.findUniqueOrThrow({ where: { id: cycleId } });
  await work();
  // As it is after the last page was kept, and before anything was done about it.
  const { reading, cursor } = await db.cycle.findUniqueOrThrow({ where: { id: cycleId } });
  expect(cursor).toBeGreaterThan(0);
  await db.cycle.update({
    where: { id: cycleId },
    data: {
      stage: 'reading',
      step: 'groups',
      finishedAt: null,
      startedAt: before.startedAt,
      reading: { ...(reading as object) },
    },
  });
  await enqueueCycle(db, cycleId);
  await work();
  expect(await db.cycle.findUnique({ where: { id: cycleId } })).toMatchObject({ stage: 'finished' });
});

describe('an import whose server never comes to an end', () => {
  const importAfter = async (pages: number, resources: number) => {
    const { id: importId } = await startImport(actor, { applicationId, replace: true });
    await db.import.update({
      where: { id: importId },
      data: { reading: { ...notBegun, pages, resources }, cursor: resources + 1 },
    });
    await work();
    return db.import.findUniqueOrThrow({ where: { id: importId } });
  };
  const ended = (message: string) => ({
    state: 'failed',
    error: { code: 'endless', message: expect.stringContaining(message) },
  });

  test('ends with its reason: at a million, in a circle, with a page for each account', async () => {
    lists = { users: always };
    expect(await importAfter(4_990, 998_000)).toMatchObject(ended('More than 1,000,000 Users'));
    lists = { users: around(2_400) };
    expect(await importAfter(0, 0)).toMatchObject(ended('again and again: 2400 of'));
    lists = { users: (start) => ids(start, start + 1) };
    expect(await importAfter(1_240, 1_240)).toMatchObject(ended('1,251 pages held 1,251 different Users'));
    expect(await db.event.count({ where: { name: 'import_finish', outcome: 'error' } })).toBe(3);
  });

  test('takes no number that the server claims for more than it can store', async () => {
    lists = { users: (start, count) => ids(start, Math.min(start + count, 31)) };
    const { id: importId } = await startImport(actor, { applicationId });
    await work();
    expect(await db.import.findUnique({ where: { id: importId } })).toMatchObject({ state: 'review', fetched: 30 });
  });
});
