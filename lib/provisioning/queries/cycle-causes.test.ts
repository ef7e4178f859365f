import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { startRowsExport } from '@/lib/events/export';
import { retryCause } from '../retry-cause';
import { integratedApplication, linkedPerson } from '../testing/integration';
import { listCycleCauses } from './cycle-causes';
import { countCycle } from './cycle-counts';
import { eachCyclePage, exportedColumns, listCycleRows } from './cycle-rows';
import { getCycle } from './cycles';

let applicationId = '';
let cycleId = '';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
  const cycle = { applicationId, trigger: 'manual', stage: 'finished', finishedAt: new Date() } as const;
  cycleId = (await db.cycle.create({ data: cycle })).id;
});

/** Somebody whose last attempt in the cycle came to this. */
async function outcome(
  name: string,
  of: { state: 'failed' | 'held' | 'succeeded'; message?: string; heldBy?: string },
) {
  const link = await linkedPerson(applicationId, name, of.state === 'failed' ? 'error' : 'provisioned');
  const { finishedAt: end } = await db.cycle.findUniqueOrThrow({ where: { id: cycleId } });
  await db.operation.create({
    data: {
      ...{ applicationId, userLinkId: link.id, cycleId, action: 'update', changes: {}, state: of.state },
      ...{ heldBy: of.heldBy ?? null, confirmed: of.state === 'succeeded' },
      createdAt: new Date(Number(end) - 1),
      ...(of.message ? { error: { code: 'Forbidden', message: of.message } } : {}),
    },
  });
  return link;
}

test('what failed for one reason is one cause, whoever it was; a retry tries all of them but who went well since', async () => {
  const owners = await Promise.all(
    ['Ana', 'Ben', 'Cem'].map((name, at) =>
      outcome(name, {
        state: 'failed',
        message: `The owner of this token may not change ${name} (${name.toLowerCase()}@acme.example, id 100${at}0).`,
      }),
    ),
  );
  await outcome('Dora', { state: 'failed', message: 'This account is protected.' });
  await outcome('Emil', { state: 'held', heldBy: 'guard' });
  await outcome('Fay', { state: 'succeeded' });
  const [first, ...others] = await listCycleCauses(cycleId);
  expect(first).toMatchObject({
    ...{ outcome: 'error', code: 'Forbidden', count: 3, countIsExact: true, retryable: 3 },
    words: 'The owner of this token may not change … (…, id …).',
    fix: expect.stringContaining('token'),
  });
  expect(others.map(({ outcome: how, count, retryable }) => [how, count, retryable])).toEqual(
    expect.arrayContaining([
      ['error', 1, 1],
      ['held', 1, 0],
    ]),
  );
  const cause = first?.cause ?? '';
  const shown = await listCycleRows({ cycleId, cause });
  expect(shown.items.map(({ name }) => name)).toEqual(['Ana', 'Ben', 'Cem']);
  expect(await getCycle(cycleId)).toMatchObject({
    status: 'partial',
    counts: { error: 4, held: 1, update: 1, skip: 0 },
  });
  await db.userLink.update({ where: { id: owners[0]?.id ?? '' }, data: { state: 'provisioned' } });
  expect(await retryCause(systemActor, { cycleId, cause })).toMatchObject({ id: applicationId, changed: 2 });
  const due = await db.userLink.findMany({ where: { dueAt: { not: null } }, select: { id: true } });
  expect(due.map(({ id }) => id).sort()).toEqual(
    owners
      .slice(1)
      .map(({ id }) => id)
      .sort(),
  );
  const [again] = await listCycleCauses(cycleId);
  expect(again).toMatchObject({ count: 3, retryable: 2 });
  expect((await countCycle(cycleId)).held).toBe(1);
});

test('everybody of a cycle is in its file, with who was confirmed after a lost answer', async () => {
  await outcome('Ana', { state: 'failed', message: 'No.' });
  await outcome('Ben', { state: 'succeeded' });
  const options = { format: 'csv', who: 'ana' } as const;
  const file = await new Response(await startRowsExport(eachCyclePage(cycleId, {}), exportedColumns, options)).text();
  const lines = file.trim().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^error,user,[^,]+,Ana,ana,update,false,Forbidden,No\./);
  expect(lines[2]).toMatch(/^update,user,[^,]+,Ben,ben,update,true,/);
});

test('of five thousand of one cause, five hundred are counted', async () => {
  const { userId } = await linkedPerson(applicationId, 'Ana', 'error');
  await db.$executeRaw`
    INSERT INTO cycle_outcomes (cycle_id, link_id, subject_id, outcome, error, at, name_key)
    SELECT ${cycleId}::uuid, gen_random_uuid(), ${userId}::uuid, 'error', '{"code": "X", "message": "No."}', now(), n::text FROM generate_series(1, 5000) n`;
  expect(await listCycleCauses(cycleId)).toMatchObject([{ count: 500, countIsExact: false }]);
});
