import { expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { filterClauseSchema } from '@/lib/filters/schema';
import { createAttributeDefinition } from './create-attribute-definition';
import { createGroup } from './create-group';
import { deleteAttributeDefinition } from './delete-attribute-definition';
import { tester } from './testing/people';
import { updateAttributeDefinition } from './update-attribute-definition';
import { updateGroupRule } from './update-group-rule';

const define = (key: string, type: 'string' | 'number' = 'string') =>
  createAttributeDefinition(tester, { key, label: '', description: '', type });
const person = (username: string, customAttributes: Record<string, string | number>) => ({
  ...{ username, email: `${username}@acme.example`, firstname: 'A', lastname: 'B', displayName: 'A B' },
  customAttributes,
});

test('a key is taken whatever its capitals, and never that of a property which everybody has', async () => {
  await define('badge_no');
  await define('badgeXno');
  await expect(define('Badge_No')).rejects.toMatchObject({ code: 'already_exists', field: 'key' });
  await expect(define('GivenName')).rejects.toMatchObject({ code: 'invalid_input', field: 'key' });
});

test('a label is changed at any time, the type only while nobody has a value, and a change on an old version is refused', async () => {
  const { id, version } = await define('desk');
  await db.user.create({ data: person('desk', { desk: 'a' }) });
  const values = { id, label: 'Desk', description: 'Where', type: 'string' as const };
  await updateAttributeDefinition(tester, { ...values, version });
  await expect(updateAttributeDefinition(tester, { ...values, version })).rejects.toMatchObject({
    code: 'stale_version',
    details: { version: 2, values: { label: 'Desk' } },
  });
  const typed = { ...values, type: 'number' as const, version: 2 };
  await expect(updateAttributeDefinition(tester, typed)).rejects.toThrow('1 person has a value');
  await db.user.deleteMany();
  expect(await updateAttributeDefinition(tester, typed)).toMatchObject({ type: 'number', version: 3 });
  const event = await db.event.findFirstOrThrow({ where: { name: 'attribute_update' }, orderBy: { id: 'desc' } });
  expect(event).toMatchObject({ targetType: 'attribute', targetName: 'desk', outcome: 'success' });
});

test('a definition stays while a rule, a filter, a mapping, an SSO setting or an import names it, the first of which is said', async () => {
  const { id } = await define('shift');
  const remove = () => deleteAttributeDefinition(tester, { id });
  const group = await createGroup(tester, { name: 'Late', description: '' });
  const clause = filterClauseSchema.parse({ attribute: 'shift', operator: 'EQUALS', value: 'late' });
  await updateGroupRule(tester, { id: group.id, version: group.version, rule: [[clause]] });
  const application = await db.application.create({
    data: {
      templateId: 'custom',
      templateVersion: 1,
      kind: 'saml',
      logoColor: '#000000',
      slug: 'app',
      displayLabel: 'App',
    },
  });
  const of = { applicationId: application.id, objectType: 'user' as const };
  await db.scopeClause.create({
    data: {
      ...of,
      groupNo: 0,
      position: 0,
      attribute: 'SHIFT',
      source: 'customAttributes.shift',
      operator: 'IS NULL',
      caseSensitive: false,
    },
  });
  const mapping = { ...of, kind: 'expression' as const };
  await db.attributeMapping.create({
    data: { ...mapping, position: 1, source: 'Join("shift", [username])', target: 'title' },
  });
  const named = await db.attributeMapping.create({
    data: { ...mapping, position: 2, source: 'ToUpper([Shift])', target: 'nickName' },
  });
  const statement = { name: 'shift', sourceKind: 'property', source: 'shift' };
  await db.ssoSettings.create({
    data: {
      applicationId: application.id,
      settings: { nameIdSource: { kind: 'property', source: 'email' }, attributeStatements: [statement] },
    },
  });

  await expect(remove()).rejects.toThrow('the rule of the group Late names it');
  await db.groupRuleClause.deleteMany();
  await expect(remove()).rejects.toThrow('the scoping filter of App names it');
  await db.scopeClause.deleteMany();
  await expect(remove()).rejects.toThrow('the mapping of nickName of App names it');
  await db.attributeMapping.delete({ where: { id: named.id } });
  await expect(remove()).rejects.toThrow('the SSO settings of App names it');
  await db.ssoSettings.deleteMany();
  const mappings = [{ attribute: 'customAttributes.shift', kind: 'direct', source: 'title', onUpdate: true }];
  await db.importSettings.create({ data: { applicationId: application.id, matching: {}, mappings } });
  await expect(remove()).rejects.toThrow('the import settings of App names it');
  await db.importSettings.deleteMany();
  await remove();
  expect(await db.attributeDefinition.count({ where: { id } })).toBe(0);
});

test('a first value that is given while a definition is deleted keeps it, or defines it anew', async () => {
  for (let round = 0; round < 10; round += 1) {
    const key = `raced${round}`;
    const { id } = await define(key);
    await Promise.allSettled([
      db.user.create({ data: person(key, { [key]: 'x' }) }),
      deleteAttributeDefinition(tester, { id }),
    ]);
    expect(await db.attributeDefinition.count({ where: { key } })).toBe(1);
  }
});
