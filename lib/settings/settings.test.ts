import { beforeEach, expect, test } from 'vitest';
import { AppError } from '@/lib/core/errors';
import { valuesOf } from '@/lib/core/setting';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { updateSettings } from '@/lib/installation/update-settings';
import { installationSettings } from './schema';
import { forgetSettings, getSettings, readSettings } from './settings';

const defaults = valuesOf(installationSettings);

beforeEach(async () => {
  await db.setting.deleteMany();
  await db.$executeRaw`TRUNCATE events`;
  forgetSettings();
});

test('an installation where nobody saved settings has the defaults', async () => {
  expect(await readSettings()).toEqual({ version: 1, settings: defaults });
  expect(defaults).toMatchObject({ eventRetentionDays: 400, exchangeRetentionDays: 30, sessionHours: 12 });
});

test('a change is told with old and new, and holds at once in the process that made it', async () => {
  expect(await getSettings()).toEqual(defaults);
  const changed = { ...defaults, eventRetentionDays: 90 };
  expect(await updateSettings(systemActor, { ...changed, version: 1 })).toMatchObject({ version: 2 });
  expect(await getSettings()).toEqual(changed);
  expect(await db.event.findMany({ select: { name: true, outcome: true, changes: true } })).toEqual([
    { name: 'settings_update', outcome: 'success', changes: { eventRetentionDays: { from: 400, to: 90 } } },
  ]);
});

test('of two administrators on one form, the second is told what the first one saved, and overwrites nothing', async () => {
  const both = [1, 2].map((hours) => updateSettings(systemActor, { ...defaults, sessionHours: hours, version: 1 }));
  const outcomes = await Promise.allSettled(both);
  const refused = outcomes.find((outcome) => outcome.status === 'rejected')?.reason as AppError;
  const { settings } = await readSettings();
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(refused).toBeInstanceOf(AppError);
  expect(refused).toMatchObject({ code: 'stale_version', details: { version: 2, values: settings } });
  expect([1, 2]).toContain(settings.sessionHours);
  expect(await db.event.count({ where: { name: 'settings_update', outcome: 'error', code: 'stale_version' } })).toBe(1);
});

test('what another process saved holds here within seconds', async () => {
  await getSettings();
  await db.setting.create({ data: { key: 'installation', value: { version: 2, values: { sessionHours: 3 } } } });
  await expect.poll(async () => (await getSettings()).sessionHours, { timeout: 5_000 }).toBe(3);
  // Saved before a later version brought the others.
  expect(await getSettings()).toEqual({ ...defaults, sessionHours: 3 });
});

test('the database is asked once for all who ask at the same time', async () => {
  const first = getSettings();
  expect(await Promise.all(Array.from({ length: 50 }, getSettings))).toHaveLength(50);
  expect(getSettings()).toBe(first);
});
