import { beforeEach, expect, it } from 'vitest';
import { createApplication } from '@/lib/applications/testing/create-application';
import { findTwins } from '@/lib/applications/twins';
import { db } from '@/lib/db/client';
import type { Prisma } from '@/lib/db/generated/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor as actor } from '@/lib/events/actor';
import { integratedApplication, linkedPerson } from '@/lib/provisioning/testing/integration';
import { duplicateApplication } from './duplicate-application';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
});

/** Rows of a table without what only says whose they are. */
const rowsOf = async (table: 'attributeMapping' | 'targetAttribute' | 'scopeClause', applicationId: string) => {
  const delegate = db[table] as unknown as { findMany: (query: object) => Promise<Record<string, unknown>[]> };
  const rows = await delegate.findMany({ where: { applicationId } });
  return rows.map(({ id: _id, applicationId: _application, createdAt: _at, ...row }) => JSON.stringify(row)).sort();
};

async function usWest(): Promise<string> {
  const id = await integratedApplication('Egnyte US West');
  await db.application.update({
    where: { id },
    data: {
      placeholders: { SUBDOMAIN: 'acmeusw' },
      usernameFormat: 'email_prefix',
      ssoStatus: 'active',
      description: 'Files',
    },
  });
  await db.integration.update({
    where: { applicationId: id },
    data: {
      settings: { guardPeople: 7, secretEnds: '2027-01-01', secretOwner: 'Ana' },
      profile: { pageSize: 50 },
      intervalMinutes: 15,
    },
  });
  await db.attributeMapping.updateMany({
    where: { applicationId: id, target: 'userType' },
    data: { source: 'standard' },
  });
  const clause = {
    objectType: 'user',
    groupNo: 0,
    position: 0,
    attribute: 'department',
    source: 'department',
  } as const;
  await db.scopeClause.create({
    data: { ...clause, applicationId: id, operator: 'EQUALS', value: 'Sales', operand: 'Sales', caseSensitive: false },
  });
  const { userId } = await linkedPerson(id, 'Ana', 'provisioned');
  await db.applicationUser.create({
    data: { applicationId: id, userId, assigned: true, applicationUsername: 'ana-x' },
  });
  const group = await db.group.create({ data: { name: 'Everybody' } });
  await db.applicationGroup.create({ data: { applicationId: id, groupId: group.id } });
  return id;
}

it('makes US East and EMEA of US West: all that is set, nothing that is secret, and nobody has access', async () => {
  const id = await usWest();
  const associations = false;
  const make = (displayLabel: string, SUBDOMAIN: string) =>
    duplicateApplication(actor, { id, displayLabel, placeholders: { SUBDOMAIN }, associations });
  const east = await make('Egnyte US East', 'acmeuse');
  const emea = await make('Egnyte EMEA', 'acmeemea');
  expect(await findTwins(emea), 'they are no twins').toEqual([]);
  for (const table of ['attributeMapping', 'targetAttribute', 'scopeClause'] as const) {
    const copied = await rowsOf(table, east.id);
    expect(copied.length).toBeGreaterThan(0);
    expect(copied, table).toEqual(await rowsOf(table, id));
  }
  const whole = {
    include: { sso: true, idpKeys: true, integration: true, users: true, groups: true, userLinks: true },
  };
  const find = (application: string) => db.application.findUniqueOrThrow({ where: { id: application }, ...whole });
  const [source, copy] = [await find(id), await find(east.id)];
  expect(copy).toMatchObject({
    ...{ slug: 'egnyte-us-east', usernameFormat: 'email_prefix', ssoStatus: 'not_configured', description: 'Files' },
    ...{ placeholders: { SUBDOMAIN: 'acmeuse' }, users: [], groups: [], userLinks: [] },
  });
  expect(copy.sso?.settings).toEqual(source.sso?.settings);
  expect(copy.sso?.pairwiseSalt, 'persistent NameIDs are its own').not.toBe(source.sso?.pairwiseSalt);
  expect(copy.idpKeys.map((key) => key.fingerprint)).not.toEqual(source.idpKeys.map((key) => key.fingerprint));
  expect(copy.integration).toMatchObject({
    ...{ status: 'inactive', tokenSealed: '', baseUrl: '', intervalMinutes: 15 },
    ...{ settings: { guardPeople: 7 }, profile: { pageSize: 50 }, activatedAt: null },
  });
  const [event] = await db.event.findMany({ where: { applicationId: east.id } });
  expect(event).toMatchObject({ name: 'application_create', message: 'Duplicated from Egnyte US West.' });
});

it('copies associations where that is asked for, and no links with them', async () => {
  const id = await usWest();
  const copy = await duplicateApplication(actor, { id, displayLabel: 'Copy', placeholders: {}, associations: true });
  const [groups, users] = await Promise.all([
    db.applicationGroup.count({ where: { applicationId: copy.id } }),
    db.applicationUser.findMany({ where: { applicationId: copy.id } }),
  ]);
  expect({ groups, users }).toMatchObject({ groups: 1, users: [{ assigned: true, applicationUsername: null }] });
  expect(await db.userLink.count({ where: { applicationId: copy.id } })).toBe(0);
  expect(await findTwins(copy), 'it leads to the same place').toMatchObject([{ id, sameInstance: true }]);
});

it.each<[string, Prisma.InputJsonObject, object[]]>([
  ['EGNYTE us west', { SUBDOMAIN: 'other' }, [{ sameLabel: true, sameInstance: false }]],
  ['Another', { SUBDOMAIN: 'acmeusw' }, [{ sameLabel: false, sameInstance: true }]],
  ['Another', {}, []],
])(
  'warns of the same label, or the same template with the same placeholders: %s %j',
  async (displayLabel, placeholders, twins) => {
    await usWest();
    // One without placeholders leads nowhere yet.
    await createApplication(actor, { templateId: 'egnyte', displayLabel: 'Unfinished' });
    const values = placeholders as Record<string, string>;
    const made = await createApplication(actor, { templateId: 'egnyte', displayLabel, placeholders: values });
    expect(made.twins).toMatchObject(twins);
    expect(made.twins).toHaveLength(twins.length);
  },
);
