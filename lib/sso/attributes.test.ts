import { beforeAll, describe, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { attributeNameFormats } from '@/lib/saml/schema';
import { startSignIn } from './answer-request';
import type { SignedIn } from './ask';
import { responseIn, samlApplication, saveSso, signedInPerson, type TestApplication } from './testing/support';

const { basic, uri } = attributeNameFormats;
let application: TestApplication;
let ana: SignedIn;
beforeAll(async () => {
  application = await samlApplication();
  ana = await signedInPerson('ana', [application]);
  const userIds = { create: { userId: ana.userId } };
  for (const name of ['Sales', 'Sales EMEA']) await db.group.create({ data: { name, members: userIds } });
});

const statement = (sourceKind: 'constant' | 'property' | 'groups', source: string, more: object = {}) => ({
  ...{ name: 'role', nameFormat: basic, sourceKind, source },
  ...more,
});
const sent = async () => responseIn(await startSignIn(application.slug, ana)).attributes;

test('statements of one name go out as one attribute: the values in order, each once', async () => {
  const attributeStatements = [
    statement('groups', 'Sales*'),
    statement('property', 'email', { name: 'mail' }),
    statement('constant', 'Sales'),
    statement('property', 'jobTitle'),
    statement('constant', 'user'),
  ];
  await saveSso(application.id, { settings: { attributeStatements } });
  expect(await sent()).toEqual([
    { name: 'role', nameFormat: 'basic', values: ['Sales', 'Sales EMEA', 'user'] },
    { name: 'mail', nameFormat: 'basic', values: ['ana@example.com'] },
  ]);
});

describe('statements of one name that disagree', () => {
  test.each([
    ['on the name format', { nameFormat: uri }],
    ['on the friendly name', { friendlyName: 'Role' }],
  ])('%s are refused at the later one', async (_what, more) => {
    const attributeStatements = [statement('constant', 'a'), statement('constant', 'b', more)];
    await expect(saveSso(application.id, { settings: { attributeStatements } })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'settings.attributeStatements.1.name',
    });
  });

  test('and were saved before, are sent as they were', async () => {
    const attributeStatements = [statement('constant', 'a'), statement('constant', 'b', { nameFormat: uri })];
    await db.$executeRaw`UPDATE sso_settings SET settings = settings || ${JSON.stringify({ attributeStatements })}::jsonb`;
    expect(await sent()).toEqual([
      { name: 'role', nameFormat: 'basic', values: ['a'] },
      { name: 'role', nameFormat: 'uri', values: ['b'] },
    ]);
  });
});
