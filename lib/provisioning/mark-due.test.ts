import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { db, transaction } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { markGroupsDue } from './mark-due';
import { integratedApplication } from './testing/integration';

let applicationId = '';
let groupId = '';
let groupLinkId = '';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
  await db.integration.updateMany({ data: { manageGroups: true } });
  groupId = (await db.group.create({ data: { name: 'Staff' } })).id;
  const known = { remoteId: 'staff', lastSent: {}, state: 'provisioned' as const };
  groupLinkId = (await db.groupLink.create({ data: { applicationId, groupId, ...known } })).id;
});

const people = (many: number) => Array.from({ length: many }, () => randomUUID());
const mark = (userIds: string[]) => transaction((tx) => markGroupsDue(tx, { groupIds: [groupId], userIds }));
const marks = () => db.groupLinkMark.findMany({ where: { groupLinkId }, select: { userId: true } });
const everybody = [{ userId: null }];

test('those who came or went are looked at, each once for a change', async () => {
  const [one = '', other = ''] = people(2);
  expect(await mark([one, other, one])).toEqual([{ id: applicationId, isUrgent: false }]);
  await mark([one]);
  expect((await marks()).map(({ userId }) => userId).sort()).toEqual([one, one, other].sort());
});

test('a group that is renamed has nobody looked at', async () => {
  await mark([]);
  expect(await marks()).toEqual([]);
  expect(await db.groupLink.findFirstOrThrow()).toMatchObject({ dueAt: expect.any(Date) });
});

test('a cycle, and a change of the application, have everybody looked at', async () => {
  await mark(people(3));
  await transaction((tx) => markGroupsDue(tx, { applicationId }));
  expect(await marks()).toEqual(everybody);
});

test('many who change at once are one mark', async () => {
  await mark(people(501));
  expect(await marks()).toEqual(everybody);
  // Who changes then is among everybody.
  await mark(people(2));
  expect(await marks()).toEqual(everybody);
});

test('a group that is not worked on for long gathers no more than some', async () => {
  for (const many of [400, 400, 400]) await mark(people(many));
  expect(await marks()).toHaveLength(1_200);
  await mark(people(1));
  expect(await marks()).toEqual(everybody);
});

test('in a group that is not known over there, everybody is looked at', async () => {
  await db.groupLink.updateMany({ data: { remoteId: null } });
  await mark(people(1));
  expect(await marks()).toEqual(everybody);
});

test('what waits for a later try is due at once when something changes', async () => {
  await db.groupLink.update({ where: { id: groupLinkId }, data: { dueAt: new Date(Date.now() + 3_600_000) } });
  await mark([]);
  const [row] = await db.$queryRaw<{ due: boolean }[]>`
    SELECT due_at <= clock_timestamp() AS due FROM group_links WHERE id = ${groupLinkId}::uuid`;
  expect(row).toEqual({ due: true });
});
