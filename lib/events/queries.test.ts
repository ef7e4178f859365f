import { beforeAll, describe, expect, test } from 'vitest';
import { csvCell } from '@/lib/core/csv';
import { db } from '@/lib/db/client';
import { systemActor } from './actor';
import { startExport } from './export';
import { countEvents, eachEventPage, getEvent, latestEventId, listEvents, listNewerEvents } from './queries';
import { recordEvents } from './record';
import { eventFilterSchema } from './schema';

const egnyte = { id: '11111111-1111-4111-8111-111111111111', displayLabel: 'Egnyte US West' };
const netskope = { id: '22222222-2222-4222-8222-222222222222', displayLabel: 'Netskope' };
const ana = { type: 'user' as const, id: '33333333-3333-4333-8333-333333333333', name: 'Ana Martínez' };
const cycleId = '44444444-4444-4444-8444-444444444444';
const parse = (query: Record<string, unknown>) => eventFilterSchema.parse(query);
const names = async (query: Record<string, unknown>) => (await listEvents(parse(query))).items.map((one) => one.name);

beforeAll(async () => {
  const actor = { id: null, name: 'alex.kovacs', clientAddress: '192.0.2.7' };
  await recordEvents(db, [
    { name: 'user_create_provision', actor: systemActor, application: egnyte, target: ana, cycleId },
    {
      name: 'user_update_provision',
      actor: systemActor,
      application: netskope,
      target: ana,
      outcome: 'error',
      code: 'Timeout',
      message: 'No answer in 15,000 ms; 100% of the tries failed.',
      changes: { title: { from: 'Engineer', to: '=Lead, "Platform"' } },
    },
    { name: 'session_start', actor, target: { type: 'user', id: 'x', name: 'alex.kovacs' } },
  ]);
  await db.event.createMany({
    data: [{ at: new Date('2020-01-02T03:04:05Z'), name: 'group_create', outcome: 'success', actorName: 'long ago' }],
  });
});

describe('filters', () => {
  test('each narrows the list alone, and together they narrow it further', async () => {
    expect(await names({})).toEqual([
      'group_create',
      'session_start',
      'user_update_provision',
      'user_create_provision',
    ]);
    expect(await names({ name: 'user_create_provision,session_start' })).toEqual([
      'session_start',
      'user_create_provision',
    ]);
    expect(await names({ outcome: 'error' })).toEqual(['user_update_provision']);
    expect(await names({ application: egnyte.id })).toEqual(['user_create_provision']);
    expect(await names({ target: ana.id })).toHaveLength(2);
    expect(await names({ cycle: cycleId })).toEqual(['user_create_provision']);
    expect(await names({ range: '1h' })).not.toContain('group_create');
    expect(await names({ until: '2021-01-01T00:00:00Z' })).toEqual(['group_create']);
    expect(await names({ since: '2020-01-01', until: '2020-01-02' })).toEqual([]);
    expect(await names({ target: ana.id, outcome: 'success' })).toEqual(['user_create_provision']);
    expect(await countEvents(parse({ target: ana.id }))).toBe(2);
  });

  test('free text wants every word, whatever its case, and takes % and _ literally', async () => {
    expect(await names({ q: 'Martínez TIMEOUT' })).toEqual(['user_update_provision']);
    expect(await names({ q: 'kovacs' })).toEqual(['session_start']);
    expect(await names({ q: '100%' })).toEqual(['user_update_provision']);
    // Short words are found where a word begins: % is no wildcard, and begins none.
    expect(await names({ q: '%' })).toEqual([]);
    expect(await names({ q: 'no such words' })).toEqual([]);
  });

  test('nonsense in the URL counts as absent', async () => {
    const nonsense = { name: 'nothing', outcome: 'maybe', application: '1', since: 'soon', range: 'ever', cycle: 'x' };
    expect(await names(nonsense)).toHaveLength(4);
  });
});

test('pages by key lose and repeat nothing, and the tail gives only what came after', async () => {
  const before = await latestEventId();
  await recordEvents(
    db,
    Array.from({ length: 25 }, (_, index) => ({
      name: 'user_update' as const,
      actor: systemActor,
      message: `${index}`,
    })),
  );
  const filter = parse({ name: 'user_update' });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listEvents(filter, cursor, 10);
    seen.push(...page.items.map((one) => one.message ?? ''));
    cursor = page.nextCursor;
  } while (cursor);
  expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => String(24 - index)));
  expect(await listNewerEvents(filter, before)).toHaveLength(25);
  expect(await listNewerEvents(filter, await latestEventId())).toEqual([]);
});

test('exports hold what the filter matches; CSV is quoted and harmless in a spreadsheet', async () => {
  const csv = await new Response(await startExport(eachEventPage(parse({ outcome: 'error' })), 'csv', 'ana')).text();
  const lines = csv.trim().split('\r\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('"No answer in 15,000 ms; 100% of the tries failed."');
  expect(csvCell('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`);
  const json = await new Response(await startExport(eachEventPage(parse({ target: ana.id })), 'json', 'ana')).json();
  expect(json).toMatchObject([{ name: 'user_update_provision' }, { name: 'user_create_provision' }]);
  expect(
    await new Response(await startExport(eachEventPage(parse({ q: 'nothing at all' })), 'json', 'ana')).json(),
  ).toEqual([]);
});

test('one event: with its changes, without links to what is gone; events cannot be rewritten', async () => {
  const [event] = (await listEvents(parse({ outcome: 'error' }))).items;
  const detail = await getEvent(event?.id ?? '');
  expect(detail).toMatchObject({ code: 'Timeout', changes: { title: { from: 'Engineer' } }, exchange: null });
  expect(detail.present).toEqual({ target: null, application: false, cycle: false });
  await expect(getEvent('999999')).rejects.toMatchObject({ code: 'not_found' });
  await expect(getEvent('1 OR 1=1')).rejects.toMatchObject({ code: 'not_found' });
  await expect(db.event.updateMany({ data: { message: 'rewritten' } })).rejects.toThrow(/append-only/);
});

describe('what a search may cost', () => {
  /** Every row of the table takes its time. */
  async function slowly<T>(run: () => Promise<T>): Promise<T> {
    await db.$executeRaw`ALTER TABLE events RENAME TO events_fast`;
    await db.$executeRaw`CREATE VIEW events AS SELECT * FROM events_fast WHERE pg_sleep(4) IS NOT NULL`;
    try {
      return await run();
    } finally {
      await db.$executeRaw`DROP VIEW events`;
      await db.$executeRaw`ALTER TABLE events_fast RENAME TO events`;
    }
  }

  test('PostgreSQL gives it up, the count beside it sooner, and the reason is said', async () => {
    const filter = parse({ q: 'user' });
    const outcomes = await slowly(() =>
      Promise.allSettled([listEvents(filter), listNewerEvents(filter, '0'), countEvents(filter)]),
    );
    const tooSlow = { status: 'rejected', reason: expect.objectContaining({ code: 'search_too_slow' }) };
    expect(outcomes).toEqual([tooSlow, tooSlow, { status: 'fulfilled', value: 'slow' }]);
    expect(
      await db.$queryRaw`SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid() AND state = 'active'`,
    ).toEqual([]);
  });

  test('an export that finds nothing in time says so instead of beginning', async () => {
    const pages = eachEventPage(parse({ q: 'user' }), 50);
    await expect(slowly(() => startExport(pages, 'csv', 'ana'))).rejects.toMatchObject({ code: 'search_too_slow' });
  });

  test('one person exports twice at once, and again when one of them is complete or cancelled', async () => {
    const start = (who: string) => startExport(eachEventPage(parse({})), 'json', who);
    const [one, two] = [await start('ben'), await start('ben')];
    await expect(start('ben')).rejects.toMatchObject({ code: 'rate_limited' });
    await new Response(await start('cem')).text();
    await new Response(one).text();
    const three = await start('ben');
    await expect(start('ben')).rejects.toMatchObject({ code: 'rate_limited' });
    await two.cancel();
    await three.cancel();
    await new Response(await start('ben')).text();
  });
});
