/**
 * Runs the engine against each habit of real SCIM servers that the sandbox can show, and writes the table in
 * docs/scim-compatibility.md from what it measured: `npx vitest run lib/worker/habits.test.ts -u`.
 *
 * To add a habit: a fault in `sandbox/store/records.ts` (with its control on the Faults page, `sandbox/pages/operations.ts`), what it does in
 * `sandbox/scim/`, and one entry in `habits` below. A deed that is not there yet goes into `testing/habits.ts`. All habits are set up
 * at once and share three runs of the worker: an entry costs some 50 ms.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { getIntegration } from '@/lib/provisioning/queries/integration-state';
import { type Application, applicationFor, deeds, type Habit } from './testing/habits';
import { startTestSandbox, type TestSandbox, work } from './testing/support';

const habits: Habit[] = [
  {
    habit: 'PATCH of users is refused (405) though announced',
    faults: { refusePatch: 'users' },
    deed: 'change a person',
    answer: 'PUT, in the same attempt',
    learned: { patch: false, patchGroups: true },
  },
  {
    habit: 'PATCH of groups is refused (501) though announced',
    faults: { refusePatch: 'groups', refusePatchStatus: 501 },
    deed: 'exchange a member',
    answer: 'PUT of the group with the members that are there, in the same attempt',
    learned: { patchGroups: false, patch: true },
  },
  {
    habit: 'No value filter in a path (400)',
    faults: { noPathFilters: true },
    deed: 'change a person',
    answer: 'the whole attribute',
    learned: { pathFilters: false },
  },
  {
    habit: 'No value filter in a path, for members (500)',
    faults: { noPathFilters: true, formStatus: 500 },
    deed: 'exchange a member',
    answer: 'members are removed by value',
    learned: { pathFilters: false },
  },
  {
    habit: 'What is not there cannot be replaced (500)',
    faults: { noReplaceOfAbsent: true, formStatus: 500 },
    deed: 'change a person',
    answer: 'it is added',
    learned: { addAbsent: true },
  },
  {
    habit: 'One operation per PATCH (400)',
    faults: { oneOperation: true },
    deed: 'change a person',
    answer: 'a request for each',
    learned: { oneOperation: true },
  },
  {
    habit: 'If-Match required (428)',
    faults: { requireVersion: true },
    fromStart: true,
    deed: 'change a person',
    answer: 'the version is read, and sent; later the known one',
    learned: { ifMatch: true },
  },
  {
    habit: 'A deactivation by PATCH succeeds and does nothing',
    faults: { ignoreDeactivation: 'patch' },
    deed: 'suspend a person',
    answer: 'PUT, in the same attempt',
    learned: { deactivation: 'put' },
  },
  {
    habit: 'A deactivation succeeds and does nothing, by PUT neither',
    faults: { ignoreDeactivation: 'all' },
    deed: 'suspend a person',
    answer: 'an error: StillActive. Never said to be deactivated',
    learned: { deactivation: 'unknown' },
    error: 'StillActive',
  },
  {
    habit: 'Changes are answered 204',
    faults: { emptyAnswers: true },
    deed: 'suspend a person',
    answer: 'the first deactivation is read back',
    learned: { deactivation: 'works' },
  },
  {
    habit: 'One account may not be written to (403)',
    faults: { protectedUser: 'ana.10' },
    deed: 'suspend a person',
    answer: 'an error of that account; the others go on',
    learned: {},
    error: 'Forbidden',
  },
];

let peer: TestSandbox;
beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());

/** What arrived since it was last asked, in order: "PATCH 405, GET, PUT". */
async function requestsOf({ tenant }: Application): Promise<string> {
  const { requests } = await peer.control<{ requests: { method: string; status: number }[] }>(
    'GET',
    `/requests?tenant=${tenant}`,
  );
  await peer.control('DELETE', `/requests?tenant=${tenant}`);
  return requests
    .toReversed()
    .map(({ method, status }) => (status < 300 ? method : `${method} ${status}`))
    .join(', ');
}

test('each habit costs what the table in docs/scim-compatibility.md says: once to learn it, never again', async () => {
  const applications: Application[] = [];
  for (const [index, habit] of habits.entries()) applications.push(await applicationFor(habit, index, peer));
  const play = (index: number) => {
    const { tenant } = applications[index] as Application;
    return peer.control('POST', '/faults', { tenant, ...habits[index]?.faults });
  };
  for (const [index, { fromStart }] of habits.entries()) if (fromStart) await play(index);
  await work();
  const rows: string[][] = habits.map(({ habit, answer }) => [habit, answer]);
  for (const [index, application] of applications.entries()) {
    await play(index);
    await requestsOf(application);
  }
  for (const time of [0, 1]) {
    for (const [index, { deed }] of habits.entries()) await deeds[deed](applications[index] as Application, time);
    await work();
    for (const [index, application] of applications.entries()) rows[index]?.push(await requestsOf(application));
  }
  for (const [index, { habit, learned, error }] of habits.entries()) {
    const { id, people } = applications[index] as Application;
    const { profile } = await getIntegration(id);
    for (const [name, value] of Object.entries(learned))
      expect(profile[name as keyof typeof profile].value, `${habit}: ${name}`).toEqual(value);
    const links = await db.userLink.findMany({ where: { applicationId: id, userId: { in: people.slice(0, 2) } } });
    const [first] = links.sort((one, other) => people.indexOf(one.userId) - people.indexOf(other.userId));
    expect((first?.lastError as { code?: string } | null)?.code, habit).toBe(error);
  }
  await expectTable(rows);
}, 120_000);

const begin = '<!-- habits: written by lib/worker/habits.test.ts -->';
const end = '<!-- /habits -->';

async function expectTable(rows: readonly string[][]): Promise<void> {
  const path = join(import.meta.dirname, '../../docs/scim-compatibility.md');
  const lines = [
    ['habit', 'what Latchkey does', 'requests at first', 'requests later'],
    ['---', '---', '---', '---'],
    ...rows,
  ];
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const before = await readFile(path, 'utf8');
  const after = `${before.slice(0, before.indexOf(begin) + begin.length)}\n\n${table}\n\n${before.slice(before.indexOf(end))}`;
  await expect(after).toMatchFileSnapshot(path);
}
