/**
 * Runs the engine against each habit of real SCIM servers that the sandbox can show, and writes the table in
 * docs/scim-compatibility.md from what it measured: `npx vitest run lib/worker/habits.test.ts -u`.
 *
 * To add a habit: a fault in `sandbox/store/records.ts` (with its control on the Faults page, `sandbox/pages/operations.ts`), what it does in
 * `sandbox/scim/`, and one entry in `testing/list-of-habits.ts`. A deed that is not there yet goes into `testing/habits.ts`. All habits are set up
 * at once and share three runs of the worker: an entry costs some 50 ms.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { getIntegration } from '@/lib/provisioning/queries/integration-state';
import type { ServerProfile } from '@/lib/scim/profile';
import { type Application, applicationsFor, deeds } from './testing/habits';
import { habits } from './testing/list-of-habits';
import { startTestSandbox, type TestSandbox, work } from './testing/support';

let peer: TestSandbox;
beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());

/** What arrived since it was last asked, in order: "PATCH 405, GET, PUT". */
async function requestsOf({ tenant }: Application): Promise<string> {
  const { requests } = await peer.control<{ requests: Request[] }>('GET', `/requests?tenant=${tenant}`);
  await peer.control('DELETE', `/requests?tenant=${tenant}`);
  const told: { what: string; times: number }[] = [];
  for (const what of requests.toReversed().map(inShort)) {
    const last = told.at(-1);
    if (last?.what === what) last.times += 1;
    else told.push({ what, times: 1 });
  }
  return told.map(({ what, times }) => (times > 1 ? `${what} × ${times}` : what)).join(', ');
}

interface Request {
  method: string;
  path: string;
  status: number;
}

function inShort({ method, path, status }: Request): string {
  const [place = '', query = ''] = path.split('?');
  const isList = method === 'GET' && /\/(Users|Groups)$/.test(place);
  const what = isList ? (new URLSearchParams(query).has('filter') ? 'search' : 'page') : method;
  return status < 300 ? what : `${what} ${status}`;
}

test('each habit costs what the table in docs/scim-compatibility.md says: once to learn it, never again', async () => {
  const applications = await applicationsFor(habits, peer);
  const play = (index: number) => {
    const { tenant } = applications[index] as Application;
    return peer.control('POST', '/faults', { tenant, ...habits[index]?.faults });
  };
  for (const [index, { fromStart }] of habits.entries()) if (fromStart) await play(index);
  await work();
  const rows: string[][] = habits.map(({ habit, answer, learned }) => [habit, answer, inProfile(learned)]);
  for (const [index, application] of applications.entries()) {
    await play(index);
    await requestsOf(application);
  }
  for (const time of [0, 1]) {
    for (const [index, { deed }] of habits.entries()) {
      const application = applications[index] as Application;
      await deeds[deed](application, time, peer.control);
      // What somebody did over there is none of ours.
      await peer.control('DELETE', `/requests?tenant=${application.tenant}`);
    }
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
}, 300_000);

const inProfile = (learned: Partial<ServerProfile>) =>
  Object.entries(learned)
    .map(([name, value]) => `\`${name}\` ${value}`)
    .join(', ');

const begin = '<!-- habits: written by lib/worker/habits.test.ts -->';
const end = '<!-- /habits -->';

async function expectTable(rows: readonly string[][]): Promise<void> {
  const path = join(import.meta.dirname, '../../docs/scim-compatibility.md');
  const lines = [
    ['habit', 'what Latchkey does', 'in the profile', 'requests at first', 'requests later'],
    ['---', '---', '---', '---', '---'],
    ...rows,
  ];
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const before = await readFile(path, 'utf8');
  const after = `${before.slice(0, before.indexOf(begin) + begin.length)}\n\n${table}\n\n${before.slice(before.indexOf(end))}`;
  await expect(after).toMatchFileSnapshot(path);
}
