import { beforeAll, expect, test } from 'vitest';
import { searchedRows } from '@/lib/core/pagination';
import { db, transaction } from '@/lib/db/client';
import { systemActor } from './actor';
import { eachEventPage, listEvents } from './queries';
import { recordEvents } from './record';
import { eventFilterSchema } from './schema';

const long = `${'x'.repeat(6_000)}-the-end`;
const names = ['Zoë Müller-Lüdenscheidt', 'ANA 100%_sure', 'back\\slash "quoted" (x)', long, 'ana   müller\tbehind'];
const of = (name: string) => ({ type: 'user' as const, id: name.slice(0, 9), name });

/** Those with a name stand behind more than a search looks at. */
beforeAll(async () => {
  await recordEvents(
    db,
    names.map((name) => ({ name: 'user_create', actor: systemActor, target: of(name) })),
  );
  await db.$executeRaw`
    INSERT INTO events (at, name, outcome, actor_name, message)
    SELECT now(), 'session_start', 'success', 'somebody', 'common ' || n FROM generate_series(1, ${searchedRows + 100}::int) AS n`;
});

const find = (q: string) => listEvents(eventFilterSchema.parse({ q }));

test.each([
  ['a part from the middle of a word', 'üdensche', [0]],
  ['capitals', 'LÜDENSCHEIDT', [0]],
  ['several words in any order', 'lüdenscheidt zoë', [0]],
  ['words of which one is everywhere in what is looked at', 'user_create lüdens', [0]],
  ['% and _', '0%_s', [1]],
  ['a backslash', 'back\\s', [2]],
  ['quotes and brackets', '"quoted" (x', [2]],
  ['the end of a word of any length', 'the-end', [3]],
  ['a word behind a tab', 'behind', [4]],
  ['the beginning of words, of two letters', 'mü', [4, 0]],
  ['words of several', 'müller', [4, 0]],
  ['nothing that there is', 'üdensche nobody', []],
  ['the end of a word, of two letters', 're', []],
])('behind all that a search looks at, events are found by %s', async (_name, q, found) => {
  const page = await find(q);
  expect(page).toMatchObject({ total: found.length, totalIsExact: true, partial: false });
  expect(page.items.map(({ targetName }) => targetName)).toEqual(found.map((index) => names[index]));
});

test('a word that many have, and parts of more words than are collected, are read in order and said to be no whole', async () => {
  expect(await find('common')).toMatchObject({ items: { length: 50 }, totalIsExact: false });
  await db.$executeRaw`
    INSERT INTO events (at, name, outcome, actor_name, message) SELECT now(), 'session_start', 'success', 'somebody', 'wordy' || n FROM generate_series(1, 600) AS n`;
  await db.$executeRaw`
    INSERT INTO events (at, name, outcome, actor_name, message) SELECT now(), 'session_start', 'success', 'somebody', 'last' FROM generate_series(1, ${searchedRows}::int)`;
  expect(await find('wordy')).toMatchObject({ items: [], totalIsExact: false, partial: true });
  expect(await find('wordy7')).toMatchObject({ total: 11, totalIsExact: true });
});

test('a file has everything, whether few have the words or many', async () => {
  const exported = async (q: string) => {
    const rows: (string | null)[] = [];
    for await (const page of eachEventPage(eventFilterSchema.parse({ q }))) {
      rows.push(...page.map((event) => event.message ?? event.targetName));
    }
    return rows;
  };
  expect(await exported('müller')).toEqual([names[4], names[0]]);
  expect(await exported('common')).toHaveLength(searchedRows + 100);
  expect(new Set(await exported('somebody')).size).toBe(searchedRows + 100 + 600 + 1);
  expect(await exported('nobody')).toEqual([]);
});

test('who writes a new word at the same time waits for nobody, and both are found', async () => {
  const write = (code: string) => async (work: () => Promise<unknown>) =>
    transaction(async (tx) => {
      await recordEvents(tx, [{ name: 'user_update', actor: systemActor, target: of('Simultania'), code }]);
      await work();
    });
  await write('one')(() => write('two')(async () => undefined));
  expect(await find('simultan')).toMatchObject({ total: 2, totalIsExact: true });
});
