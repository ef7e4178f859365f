import { beforeEach, expect, test } from 'vitest';
import { type CycleStageName, cycleStagesThat, cycleSteps, cycleStepsThat, isOneOf } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import type { Cycle } from '@/lib/db/generated/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { untilWaiting } from '@/lib/db/testing/until-waiting';
import { integratedApplication } from '../testing/integration';
import { beginCycle, changeCycle, lockOpenCycle, type TransitionName, transitions } from './stages';

let applicationId = '';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
});

/** Chance that is the same in every run. */
function chanceOf(start: number): (of: number) => number {
  let seed = start;
  return (of) => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed % of;
  };
}

const isFinal = (stage: CycleStageName) => isOneOf(cycleStagesThat.areFinal, stage);
const names = Object.keys(transitions) as TransitionName[];
function endsCycle(name: TransitionName): boolean {
  const transition = transitions[name];
  return 'to' in transition && isFinal(transition.to);
}

/** One of them; an end now and then, so that a cycle comes to all of its stages. */
function oftenOpen(chance: (of: number) => number): TransitionName {
  const name = names[chance(names.length)] ?? 'stop';
  return endsCycle(name) && chance(3) > 0 ? oftenOpen(chance) : name;
}
const begin = () =>
  db.$transaction(
    async (tx) => (await lockOpenCycle(tx, applicationId)) ?? beginCycle(tx, applicationId, { trigger: 'manual' }),
  );
const change = (name: TransitionName, which: Cycle | { applicationId: string } = { applicationId }) =>
  db.$transaction((tx) => changeCycle(tx, which, name));
const rows = () => db.cycle.findMany({ where: { applicationId }, orderBy: { id: 'asc' } });

/** What has to be true of a cycle's row, whatever was done. */
function isSound({ stage, step, finishedAt, cursor }: Cycle): boolean {
  if ((finishedAt !== null) !== isFinal(stage)) return false;
  return cycleSteps.includes(step) && cursor >= 1;
}

test('no order of transitions leads where the table does not, and nothing leads out of an end', async () => {
  const chance = chanceOf(7);
  const made = new Set<TransitionName>();
  const refused = new Set<TransitionName>();
  let over: Cycle[] = [];
  for (let step = 0; step < 160; step += 1) {
    const before = await begin();
    const name = oftenOpen(chance);
    const { from, ...rest } = transitions[name];
    const at = 'at' in rest ? rest.at : cycleSteps;
    const allowed = isOneOf<CycleStageName>(from, before.stage) && isOneOf<Cycle['step']>(at, before.step);
    const after = await change(name, chance(2) === 0 ? before : undefined);
    (after ? made : refused).add(name);
    expect(after !== undefined, `${name} from ${before.stage} (${before.step})`).toBe(allowed);
    if (!after) expect(await db.cycle.findUnique({ where: { id: before.id } })).toEqual(before);
    else {
      expect(after).toMatchObject({
        stage: 'to' in rest ? rest.to : before.stage,
        step: 'step' in rest ? rest.step : before.step,
      });
    }
    const all = await rows();
    expect(all.filter((row) => !isSound(row))).toEqual([]);
    expect(all.filter((row) => over.some(({ id }) => id === row.id))).toEqual(over);
    over = all.filter(({ finishedAt }) => finishedAt !== null);
  }
  expect([...made].sort()).toEqual([...names].sort());
  // Those that every open cycle knows are never refused.
  expect(names.filter((name) => !refused.has(name)).sort()).toEqual(['join', 'restart', 'stop']);
}, 120_000);

test('several who move one cycle at once, each as they know it, leave one that is sound, and one at most that is open', async () => {
  const actor = async (seed: number) => {
    const chance = chanceOf(seed);
    for (let step = 0; step < 40; step += 1) {
      const known = await begin();
      const name = names[chance(names.length)] ?? 'stop';
      const after = await change(name, chance(3) > 0 ? known : undefined);
      if (after && !isSound(after)) throw new Error(`${name} made ${after.stage} of ${known.stage}`);
    }
  };
  const seen: Cycle[] = [];
  await Promise.all([actor(3), actor(5), actor(11), actor(13)]);
  for (const row of await rows()) {
    expect(isSound(row)).toBe(true);
    if (row.finishedAt) seen.push(row);
  }
  await Promise.all([actor(17), actor(19), actor(23)]);
  const all = await rows();
  expect(all.filter(({ finishedAt }) => !finishedAt).length).toBeLessThanOrEqual(1);
  for (const row of seen) expect(all).toContainEqual(row);
}, 120_000);

test('the database knows no cycle that is over without an end, nor one that has an end and goes on', async () => {
  const { id } = await begin();
  await expect(db.cycle.update({ where: { id }, data: { stage: 'finished' } })).rejects.toThrow('cycles_end');
  await expect(db.cycle.update({ where: { id }, data: { finishedAt: new Date() } })).rejects.toThrow('cycles_end');
});

test('who knows a cycle as it was before it started over, or read on, does not move it', async () => {
  const known = await begin();
  const readOn = await db.$transaction((tx) => changeCycle(tx, known, 'readOn', { cursor: 101 }));
  expect(readOn).toMatchObject({ cursor: 101 });
  expect(await change('beginUsers', known)).toBeUndefined();
  await db.cycle.update({ where: { id: known.id }, data: { startedAt: new Date('2026-01-01T00:00:00Z') } });
  await change('restart');
  const again = await db.cycle.findUniqueOrThrow({ where: { id: known.id } });
  expect(again).toMatchObject({ stage: 'reading', step: 'accounts', cursor: 1, readAccounts: 0, reading: {} });
  expect(await change('fail', { ...again, startedAt: new Date('2026-01-01T00:00:00Z') })).toBeUndefined();
  expect(await change('fail', again)).toMatchObject({ stage: 'failed' });
});

test('who changes a connection goes before who moves its cycle: the connection is locked first', async () => {
  await begin();
  let moving: Promise<Cycle | undefined> | undefined;
  await db.$transaction(async (tx) => {
    await tx.integration.update({ where: { applicationId }, data: { failures: 3 } });
    moving = change('stop');
    await untilWaiting(1);
    // The one who waits for the connection holds no cycle meanwhile.
    await tx.$queryRaw`SELECT 1 FROM cycles WHERE application_id = ${applicationId}::uuid FOR UPDATE NOWAIT`;
  });
  expect(await moving).toMatchObject({ stage: 'stopped' });
});

test('all steps of a reading are steps of accounts or of groups, and of pages or of questions', () => {
  const { readPages, ask } = cycleStepsThat;
  expect([...readPages, ...ask].sort()).toEqual([...cycleSteps].sort());
});
