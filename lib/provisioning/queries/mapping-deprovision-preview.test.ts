import { beforeEach, expect, it } from 'vitest';
import { getMappings } from '@/lib/applications/mapping-queries';
import type { MappingDraft } from '@/lib/applications/schema';
import { updateMappings } from '@/lib/applications/update-mappings';
import { db } from '@/lib/db/client';
import type { Prisma } from '@/lib/db/generated/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { integratedApplication, linkedPerson } from '../testing/integration';
import { previewMappingDeprovision } from './mapping-deprovision-preview';

let applicationId: string;
let saved: MappingDraft[];

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
  for (const [name, department] of [
    ['Ana', 'Legal'],
    ['Ben', 'Sales'],
    ['Cem', 'Sales'],
    ['Dia', 'Sales'],
    ['Eva', 'Legal'],
  ] as const) {
    const { userId } = await linkedPerson(applicationId, name, 'provisioned');
    await db.user.update({ where: { id: userId }, data: { department } });
    await db.applicationUser.create({ data: { applicationId, userId, assigned: true } });
  }
  saved = (await getMappings(applicationId)).tables[0]?.mappings ?? [];
});

const row = (change: Partial<MappingDraft>): MappingDraft[] => [
  ...saved.filter(({ target }) => target !== 'active'),
  {
    ...{ id: 'mine', kind: 'constant', source: 'False', target: 'active', apply: 'always' },
    ...{ matchingPrecedence: null, defaultValue: null, required: false },
    ...change,
  },
];
const salesOff = () => row({ kind: 'expression', source: 'IIF([department] = "Sales", "False", "True")' });
const preview = (mappings: MappingDraft[]) => previewMappingDeprovision({ applicationId, table: { mappings } });

it.each<[string, Prisma.InputJsonObject, object[]]>([
  ['the guard lets three through', { guardPeople: 3 }, [{ becomes: 'deactivated', heldBy: null }]],
  ['the guard has them wait', { guardPeople: 2 }, [{ becomes: 'deactivated', heldBy: 'guard' }]],
  ['everything waits', { holdDeprovisioning: true }, [{ becomes: 'deactivated', heldBy: 'setting' }]],
  ['what leavers lose is not asked', { deprovisionAction: 'delete' }, [{ becomes: 'deactivated' }]],
  ['deactivating is switched off', { deactivateUsers: false }, []],
])('a mapping of active tells before it is saved whom it deactivates: %s', async (_name, settings, told) => {
  await db.integration.update({ where: { applicationId }, data: { settings: { guardPercent: 0, ...settings } } });
  const counted = { accounts: 3, names: ['Ben', 'Cem', 'Dia'], isExact: true };
  expect(await preview(salesOff())).toMatchObject({
    accounts: told.length * 3,
    applications: told.map((one) => ({ ...counted, ...one })),
  });
  expect(
    await db.attributeMapping.count({ where: { applicationId, kind: 'expression', target: 'active' } }),
    'nothing is saved',
  ).toBe(0);
});

it('counts only whom saving it would deactivate', async () => {
  expect((await preview(saved)).accounts, 'as it is').toBe(0);
  expect((await preview(row({}))).accounts, 'a constant').toBe(5);
  expect((await preview(row({ apply: 'creation' }))).accounts, 'of new accounts alone').toBe(0);
  await db.user.updateMany({ where: { username: 'ben' }, data: { status: 'suspended' } });
  await db.applicationUser.updateMany({ where: { user: { username: 'cem' } }, data: { assigned: false } });
  expect((await preview(salesOff())).accounts, 'others lose theirs anyhow').toBe(1);
  await db.attributeMapping.updateMany({
    where: { applicationId, target: 'active' },
    data: { kind: 'constant', source: 'False' },
  });
  expect((await preview(salesOff())).accounts, 'mapped to be inactive before').toBe(0);
  await db.integration.update({ where: { applicationId }, data: { status: 'inactive' } });
  expect(await preview(row({}))).toEqual({ applications: [], accounts: 0 });
});

it('counts as well whom the template, or a table of the history, would deactivate', async () => {
  const template = () => previewMappingDeprovision({ applicationId, table: { template: true } });
  const revert = (revision: number) => previewMappingDeprovision({ applicationId, table: { revision } });
  const { version } = await db.application.findUniqueOrThrow({ where: { id: applicationId } });
  // Sales are off by the table of then; by the one of now, and by the template's, nobody is.
  const off = await updateMappings(systemActor, { applicationId, version, objectType: 'user', mappings: salesOff() });
  await updateMappings(systemActor, { applicationId, version: off.version, objectType: 'user', mappings: saved });
  expect((await template()).accounts).toBe(0);
  expect(await revert(off.version)).toMatchObject({ accounts: 3, applications: [{ names: ['Ben', 'Cem', 'Dia'] }] });
  await expect(revert(4_000)).rejects.toMatchObject({ code: 'not_found' });
  await expect(
    previewMappingDeprovision({ applicationId: crypto.randomUUID(), table: { template: true } }),
  ).rejects.toMatchObject({ code: 'not_found' });
});

it('is bounded: beyond, it says that it has counted the first of them alone', async () => {
  const asked = { applicationId, table: { mappings: row({}) } };
  expect(await previewMappingDeprovision(asked, { people: 0, milliseconds: 5_000 })).toMatchObject({
    applications: [{ isExact: false, accounts: 0 }],
  });
  expect(await previewMappingDeprovision(asked, { people: 5, milliseconds: 5_000 })).toMatchObject({
    applications: [{ isExact: true, accounts: 5 }],
  });
});
