import { beforeEach, expect, test } from 'vitest';
import { csvLine } from '@/lib/core/csv';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { aPerson, tester } from '@/lib/directory/testing/people';
import type { Actor } from '@/lib/events/actor';
import { decodeFile } from './decode-file';
import { guessColumns } from './file-columns';
import { failedLines, getUserBatch, listUserBatchRows } from './queries';
import { runBatch } from './run-batch';
import { importUserFile, mapUserFile, readUserFile } from './user-file';

const actor: Actor = tester;
beforeEach(async () => {
  await emptyTables(
    'users',
    'groups',
    'events',
    'user_batches',
    'attribute_definitions',
    'graphile_worker._private_jobs',
  );
});

const upload = async (text: string) => {
  const { id } = await readUserFile(actor, { name: 'people.csv', text });
  return { ...(await getUserBatch(id)), rows: (await listUserBatchRows(id, {})).items };
};
const run = async (id: string, version: number) => {
  await importUserFile(actor, { id, version, sendActivation: false });
  await runBatch(id);
  return getUserBatch(id);
};
const people = () => db.user.findMany({ orderBy: { username: 'asc' } });

const head = 'username,email,First name,Last name,department';
const ana = 'ana,ana@acme.example,Ana,Keller,Sales';

test.each([
  ['a mark and CRLF', `\uFEFF${head}\r\n${ana}\r\n`],
  ['semicolons and quotes', `${head.replaceAll(',', ';')}\n"ana";ana@acme.example;Ana;"Keller";Sales`],
  ['tabs', `${head}\n${ana}`.replaceAll(',', '\t')],
  ['empty lines', `${head}\n\n${ana}\n\n`],
])('a file with %s is read', async (_name, text) => {
  const { id, version, planned, file } = await upload(text);
  expect(planned).toEqual({ create: 1, update: 0, same: 0 });
  expect(file?.columns).toEqual(['username', 'email', 'firstname', 'lastname', 'department']);
  expect(await run(id, version)).toMatchObject({ state: 'finished', counts: { done: 1 } });
  expect(await people()).toMatchObject([
    { username: 'ana', lastname: 'Keller', department: 'Sales', displayName: 'Ana Keller' },
  ]);
});

test('bytes are text, whatever a spreadsheet wrote them as', () => {
  const text = 'Zoë;Jürgen';
  const utf16 = (isBig: boolean) =>
    Uint8Array.from(
      [...text]
        .flatMap((one) => [one.charCodeAt(0) & 255, one.charCodeAt(0) >> 8])
        .flatMap((low, at, all) => (at % 2 === 0 ? (isBig ? [all[at + 1] ?? 0, low] : [low, all[at + 1] ?? 0]) : [])),
    );
  expect(decodeFile(new TextEncoder().encode(text))).toBe(text);
  expect(decodeFile(new TextEncoder().encode(`\uFEFF${text}`)).replace('\uFEFF', '')).toBe(text);
  expect(decodeFile(Uint8Array.from([0xff, 0xfe, ...utf16(false)]))).toBe(text);
  expect(decodeFile(Uint8Array.from([0xfe, 0xff, ...utf16(true)]))).toBe(text);
  expect(decodeFile(utf16(false))).toBe(text);
  expect(decodeFile(Uint8Array.from([...text].map((one) => one.charCodeAt(0))))).toBe(text);
});

test('columns are found by vendors’ heads, each once', () => {
  const custom = [
    { name: 'badge', label: '' },
    { name: 'shiftPlan', label: 'Plan of shifts' },
  ];
  expect(
    guessColumns(
      [
        'userPrincipalName',
        'mail',
        'givenName',
        'Surname',
        'Position',
        'Badge',
        'Reports to',
        'E-mail',
        'What',
        'constructor',
        'Plan of Shifts',
      ],
      custom,
    ),
  ).toEqual([
    'username',
    'email',
    'firstname',
    'lastname',
    'jobTitle',
    'customAttributes.badge',
    'manager',
    '',
    '',
    '',
    'customAttributes.shiftPlan',
  ]);
});

test('the review says of each line what it would do or why not, and changes nobody', async () => {
  await aPerson({
    username: 'ben',
    email: 'ben@acme.example',
    firstname: 'Ben',
    lastname: 'Okafor',
    displayName: 'Ben Okafor',
  });
  await aPerson({
    username: 'cid',
    email: 'cid@acme.example',
    firstname: 'Cid',
    lastname: 'Old',
    displayName: 'Cid Old',
    department: 'Sales',
  });
  const { rows, counts, planned } = await upload(
    [
      head,
      ana,
      'BEN,,,,Support',
      'cid,CID@acme.example,Cid,Old,',
      'dora,no address,Dora,Kim,',
      'eve,eve@acme.example,,Kim,',
      'ben,cid@acme.example,Ben,Kim,',
      'ana,other@acme.example,Ana,Again,',
      `"O'Hara",o@acme.example,אורי,${'x'.repeat(300)},`,
      'fay,fay@acme.example,Fay,Lee,Sales,too,many',
    ].join('\n'),
  );
  expect(planned).toEqual({ create: 1, update: 1, same: 1 });
  expect(counts.refused).toBe(6);
  expect(rows.map(({ no, state, plan, error }) => [no, plan?.kind ?? state, error?.message ?? ''])).toEqual([
    [2, 'create', ''],
    [3, 'update', ''],
    [4, 'same', ''],
    [5, 'refused', 'This is not an e-mail address.'],
    [6, 'refused', expect.stringContaining('missing')],
    [7, 'refused', expect.stringMatching(/Line 3|another’s/)],
    [8, 'refused', 'Line 2 is about the same person, or has one of the names.'],
    [9, 'refused', 'Last name has at most 100 characters.'],
    [10, 'refused', expect.stringContaining('more cells')],
  ]);
  expect(rows[1]?.plan?.changes).toEqual({ department: { from: null, to: 'Support' } });
  expect(await db.user.count()).toBe(2);
});

test('what is imported is created and updated, managers of the same file first; what is refused comes back to be corrected', async () => {
  await db.attributeDefinition.createMany({
    data: [
      { key: 'level', type: 'number' },
      { key: 'contractor', type: 'boolean' },
    ],
  });
  const file = [
    'username;email;firstname;lastname;manager;level;contractor;Note',
    'zoe;zoe@acme.example;Zoe;One;yan;2,5;yes;=HYPERLINK("http://evil")',
    'yan;yan@acme.example;Yan;Two;xia@acme.example;1;no;',
    'xia;xia@acme.example;Xia;Three;;;;',
    'bad;bad@acme.example;Bad;Four;nobody;;;-1+1',
    'odd;odd@acme.example;Odd;Five;;high;;',
  ];
  const { id, version, counts } = await upload(file.join('\r\n'));
  expect(counts.refused).toBe(2);
  expect(await run(id, version)).toMatchObject({ counts: { done: 3, refused: 2 } });
  const [xia, yan, zoe] = await people();
  expect([yan?.managerId, zoe?.managerId]).toEqual([xia?.id, yan?.id]);
  expect(zoe?.customAttributes).toEqual({ level: 2.5, contractor: true });
  expect(await db.event.count({ where: { name: 'user_create', actorName: 'tester' } })).toBe(3);

  const lines = [];
  for await (const page of failedLines(id)) lines.push(...page);
  expect(lines.map(({ reason }) => reason)).toEqual([
    'The manager “nobody” is not in the directory.',
    'level is “high”, which is no number.',
  ]);
  // A spreadsheet computes nothing of it, and uploaded again it is what it was.
  const again = [file[0]?.split(';') ?? [], ...lines.map(({ cells }) => cells)].map(csvLine).join('');
  expect(again).toContain("'-1+1");
  const { rows } = await upload(again.replace('nobody', 'xia').replace('high', '3'));
  expect(rows.map(({ plan }) => plan?.kind)).toEqual(['create', 'create']);
});

test('other columns are reviewed anew, and a line that means something else by the time it is imported fails', async () => {
  const { id, version } = await upload(`${head}\n${ana}`);
  const mapped = await mapUserFile(actor, {
    id,
    version,
    columns: ['username', 'email', 'firstname', 'lastname', 'company'],
  });
  const [row] = (await listUserBatchRows(id, {})).items;
  expect(row?.plan?.changes).toMatchObject({ company: { to: 'Sales' } });
  await expect(mapUserFile(actor, { id, version, columns: [] })).rejects.toMatchObject({ code: 'stale_version' });
  await aPerson({ username: 'ana', email: 'ana@acme.example' });
  expect(await run(id, mapped.version)).toMatchObject({ counts: { done: 0, failed: 1 } });
  expect((await listUserBatchRows(id, {})).items).toMatchObject([{ error: { code: 'conflict' } }]);
  await expect(importUserFile(actor, { id, version: mapped.version, sendActivation: false })).rejects.toMatchObject({
    code: 'conflict',
  });
});
