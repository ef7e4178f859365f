import { beforeEach, expect, test } from 'vitest';
import { now } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { aPerson } from '@/lib/directory/testing/people';
import { systemActor } from '@/lib/events/actor';
import { waitingImports } from '@/lib/home/waiting-imports';
import { integratedApplication, whileHeld } from '@/lib/provisioning/testing/integration';
import type { ScimResource } from '@/lib/scim/path';
import { commentOnImport } from './comments';
import { decideRow } from './decide-row';
import { decideRows } from './decide-rows';
import { runRows } from './run-import';
import { findNextImport, scheduleImports } from './schedule-imports';
import { getImportSettings, updateImportSettings } from './settings';
import { defaultMatching, defaultReverseMappings } from './settings-schema';
import { discardImport } from './start-import';
import { readImport } from './testing/read-import';

let applicationId = '';
beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events', 'mails');
  applicationId = await integratedApplication();
  await db.integration.updateMany({ data: { settings: { notificationEmail: 'it@acme.example' } } });
});

const schedule = { importEvery: 'daily', fullReading: 'weekly', safeguardPeople: 2, safeguardPercent: 10 } as const;

async function set(wanted: { importEvery: 'never' | 'daily' } = schedule) {
  const { version } = await getImportSettings(applicationId);
  await updateImportSettings(systemActor, {
    ...{ applicationId, version, mappings: [...defaultReverseMappings] },
    matching: { ...defaultMatching, autoConfirm: ['exact', 'new'] },
    schedule: { ...schedule, ...wanted },
  });
}

const accounts = (count: number): ScimResource[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ id: `p${at}`, userName: `p${at}`, active: true, name: { givenName: 'Ann', familyName: `N${at}` } },
    emails: [{ value: `p${at}@acme.example` }],
  }));

async function scheduled(): Promise<string> {
  await scheduleImports();
  return (await db.import.findFirstOrThrow({ where: { finishedAt: null, scheduled: true } })).id;
}

test('an import that is due starts once, whoever looks at the same moment; switched off, never; while one is open, no other', async () => {
  await scheduleImports();
  expect(await db.import.count()).toBe(0);
  expect(await findNextImport(applicationId)).toBeNull();
  await set();
  // Two that have both seen that it is due, before the first has begun.
  await whileHeld(
    (tx) => tx.$queryRaw`SELECT id FROM applications FOR NO KEY UPDATE`,
    () => Promise.all([scheduleImports(), scheduleImports()]),
    2,
  );
  expect(await db.import.findMany()).toMatchObject([
    { scheduled: true, startedById: null, startedByName: systemActor.name },
  ]);
  expect(await db.event.findMany({ where: { name: 'import_start' } })).toMatchObject([
    { applicationId, actorName: systemActor.name, message: 'Started by the schedule.' },
  ]);
  const dayAgo = new Date(now().getTime() - 86_400_000);
  await db.import.updateMany({ data: { startedAt: dayAgo } });
  // Under way: it goes on.
  await scheduleImports();
  expect(await db.import.count()).toBe(1);
  // Closed a minute before the day is over, and then with it.
  const almost = new Date(dayAgo.getTime() + 60_000);
  await db.import.updateMany({ data: { state: 'finished', startedAt: almost, finishedAt: now() } });
  expect(await findNextImport(applicationId)).toEqual(new Date(almost.getTime() + 86_400_000));
  await scheduleImports();
  expect(await db.import.count()).toBe(1);
  await db.import.updateMany({ data: { startedAt: dayAgo } });
  await db.integration.updateMany({ data: { status: 'paused' } });
  await scheduleImports();
  expect(await db.import.count()).toBe(1);
  await db.integration.updateMany({ data: { status: 'active' } });
  await set({ importEvery: 'never' });
  await scheduleImports();
  expect(await db.import.count()).toBe(1);
  await set();
  await scheduleImports();
  expect(await db.import.count()).toBe(2);
});

test('below the safeguard a scheduled import is done without anybody, and one without anything new ends as well', async () => {
  await set();
  const first = await readImport(applicationId, accounts(2), await scheduled());
  await runRows(first);
  const ended = { state: 'finished', confirmedById: null, confirmedByName: systemActor.name, heldNew: null };
  expect(await db.import.findUnique({ where: { id: first } })).toMatchObject(ended);
  expect(await db.user.count()).toBe(2);
  expect(await waitingImports()).toEqual([]);
  await db.import.updateMany({ data: { startedAt: new Date(0) } });
  const second = await readImport(applicationId, accounts(2), await scheduled());
  await runRows(second);
  expect(await db.import.findUnique({ where: { id: second } })).toMatchObject(ended);
  // What the rules do not let go waits for somebody, as ever.
  await db.import.updateMany({ data: { startedAt: new Date(0) } });
  const [, , inactive] = accounts(3);
  const third = await readImport(applicationId, [...accounts(2), { ...inactive, active: false }], await scheduled());
  expect(await db.import.findUnique({ where: { id: third } })).toMatchObject({ state: 'review', heldNew: null });
  expect(await db.mail.count()).toBe(0);
});

test('above the safeguard nothing is imported: it waits in review, with a mail and a line on Home that name ten of them', async () => {
  await set();
  const id = await readImport(applicationId, accounts(12), await scheduled());
  expect(await db.import.findUnique({ where: { id } })).toMatchObject({ state: 'review', heldNew: 12 });
  expect(await db.importRow.count({ where: { importId: id, state: 'listed' } })).toBe(12);
  expect(await db.user.count()).toBe(0);
  expect(await db.mail.findMany()).toMatchObject([
    { to: 'it@acme.example', subject: 'Egnyte: an import with 12 new people waits for you' },
  ]);
  expect(await waitingImports()).toMatchObject([
    {
      title: '12 new people wait: more than the safeguard lets',
      cause: expect.stringMatching(/Ann N0, Ann N1, Ann N10, .*, and 2 more\.$/),
    },
  ]);
  expect(await db.event.findFirst({ where: { code: 'SafeguardHeld' } })).toMatchObject({ name: 'import_decide' });
  // Somebody who starts it reviews it: the safeguard is of the schedule alone.
  await db.import.deleteMany();
  const manual = await readImport(applicationId, accounts(12));
  expect(await db.import.findUnique({ where: { id: manual } })).toMatchObject({ state: 'running', heldNew: null });
});

test('an import that nobody reviews stops no schedule: the next takes its place with what was chosen and said, and who is left out stays so', async () => {
  await set();
  const first = await readImport(applicationId, accounts(7), await scheduled());
  expect(await db.import.findUnique({ where: { id: first } })).toMatchObject({ state: 'review', heldNew: 7 });
  await decideRows(systemActor, { importId: first, selection: { remoteIds: ['p0', 'p1'] }, kind: 'ignore' });
  const ann = await aPerson({ displayName: 'Ann Else' });
  for (const remoteId of ['p2', 'p3']) {
    await decideRow(systemActor, { importId: first, remoteId, decision: { kind: 'link', userId: ann.id } });
  }
  await commentOnImport(systemActor, { importId: first, text: 'Two contractors.' });
  await db.import.updateMany({ data: { startedAt: new Date(now().getTime() - 86_400_000) } });

  const renamed = accounts(7).map((one) => (one.id === 'p3' ? { ...one, userName: 'global-admin' } : one));
  const second = await readImport(applicationId, renamed, await scheduled());
  expect(await db.import.findUnique({ where: { id: first } })).toMatchObject({
    state: 'finished',
    supersededById: second,
  });
  const chosen = async (importId: string) =>
    Object.fromEntries(
      (await db.importRow.findMany({ where: { importId } })).map((row) => [row.remoteId, row.decision]),
    );
  // Under another name the link was chosen by nobody.
  expect(await chosen(second)).toEqual({
    p0: 'ignore',
    p1: 'ignore',
    p2: 'link',
    p3: 'create',
    p4: 'create',
    p5: 'create',
    p6: 'create',
  });
  expect(await db.importComment.count({ where: { importId: second } })).toBe(1);
  expect(await db.mail.count(), 'told once').toBe(1);

  await discardImport(systemActor, { importId: second });
  const third = await readImport(applicationId, accounts(7));
  expect(await db.importRow.findMany({ where: { importId: third, decision: 'ignore' } })).toHaveLength(2);
  expect(await db.importRow.count({ where: { importId: third, decidedAt: { not: null } } }), 'given up').toBe(2);
  await db.import.deleteMany();
  // Where nothing else is left, a scheduled one ends: who is left out waits for nobody.
  await db.remoteAccount.deleteMany({ where: { remoteId: { notIn: ['p0', 'p1'] } } });
  await db.$executeRaw`DELETE FROM user_links`;
  await db.user.deleteMany({ where: { id: { not: ann.id } } });
  const fourth = await readImport(applicationId, accounts(2), await scheduled());
  await runRows(fourth);
  expect(await db.import.findUnique({ where: { id: fourth } })).toMatchObject({ state: 'finished' });
  expect(await db.user.count()).toBe(1);
  expect(await waitingImports()).toEqual([]);
});
