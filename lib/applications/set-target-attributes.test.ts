import { beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import type { ObjectType } from '@/lib/mappings/schema';
import { findMappings } from './mapping-queries';
import { type OwnAttribute, ownAttributeSchema } from './schema';
import { setTargetAttributes } from './set-target-attributes';
import { createApplication } from './testing/create-application';
import { updateMappings } from './update-mappings';

let applicationId = '';

beforeEach(async () => {
  await emptyTables('applications', 'events', 'graphile_worker._private_jobs');
  const { id } = await createApplication(systemActor, {
    ...{ templateId: 'custom-saml', displayLabel: 'Wiki', description: '', logoColor: '#00968f', logoImage: null },
    showInPortal: true,
  });
  applicationId = id;
});

const badge = { path: 'badge', type: 'string' } as const;
const extension = 'urn:example:scim:1.0:User';

async function version(): Promise<number> {
  return (await db.application.findUniqueOrThrow({ where: { id: applicationId } })).version;
}

async function set(attributes: Parameters<typeof ownAttributeSchema.parse>[0][], objectType: ObjectType = 'user') {
  const parsed = attributes.map((attribute): OwnAttribute => ownAttributeSchema.parse(attribute));
  return setTargetAttributes(systemActor, {
    applicationId,
    version: await version(),
    objectType,
    attributes: parsed,
  });
}

async function own(objectType: ObjectType = 'user') {
  const table = (await findMappings(applicationId))?.tables.find((one) => one.objectType === objectType);
  return table?.attributes.filter(({ origin }) => origin === 'administrator') ?? [];
}

async function mapTo(target: string, source: string): Promise<void> {
  const mappings = (await findMappings(applicationId))?.tables[0]?.mappings ?? [];
  const row = {
    ...{ id: 'mine', kind: 'constant' as const, source, target, apply: 'always' as const },
    ...{ matchingPrecedence: null, defaultValue: null, required: false },
  };
  const rows = [...mappings, row];
  await updateMappings(systemActor, { applicationId, version: await version(), objectType: 'user', mappings: rows });
}

/** A refusal, after which everything is as it was. */
async function refused(attributes: Parameters<typeof set>[0]): Promise<AppError> {
  const before = [await own(), await version()];
  const error = await set(attributes).catch((reason: unknown) => reason);
  expect([await own(), await version()]).toEqual(before);
  if (error instanceof AppError) return error;
  throw new Error('It was not refused.');
}

test('an attribute is stored in its canonical writing, with its event and the task that looks at everyone', async () => {
  const remote = { path: ` ${extension.replace('urn', 'URN')}:remote `, type: 'boolean', mutability: 'immutable' };
  const answer = await set([remote, { ...badge, canonicalValues: ['a', 'b'] }]);
  expect(answer).toMatchObject({ id: applicationId, version: 2 });
  const stored = await own();
  expect(stored).toMatchObject([
    { path: `${extension}:remote`, type: 'boolean', mutability: 'immutable' },
    { path: 'badge', type: 'string', canonicalValues: ['a', 'b'], multiValued: false },
  ]);
  expect(answer.attributes.user).toEqual(expect.arrayContaining(stored));
  const event = await db.event.findFirstOrThrow({ where: { name: 'application_update' } });
  expect(event).toMatchObject({ outcome: 'success', applicationId });
  expect(event.changes).toMatchObject({
    'user attribute badge': { from: null, to: { type: 'string', canonicalValues: ['a', 'b'] } },
  });
  expect(await db.$queryRaw`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'application-changed'`).toEqual([
    expect.anything(),
  ]);
});

test('the list is replaced: added, changed and removed at once, and that of groups stays', async () => {
  await set([badge], 'group');
  await set([badge, { ...badge, path: 'desk' }]);
  await set([
    { ...badge, path: 'desk', type: 'integer' },
    { ...badge, path: 'floor' },
  ]);
  expect((await own()).map(({ path, type }) => [path, type])).toEqual([
    ['desk', 'integer'],
    ['floor', 'string'],
  ]);
  expect(await own('group')).toMatchObject([{ path: 'badge' }]);
  const [event] = await db.event.findMany({ where: { name: 'application_update' }, orderBy: { id: 'desc' }, take: 1 });
  expect(Object.keys(event?.changes as object).sort()).toEqual([
    'user attribute badge',
    'user attribute desk',
    'user attribute floor',
  ]);
});

test('what a server told can be told anew by an administrator', async () => {
  const row = { objectType: 'user', key: 'badge', path: 'badge', origin: 'server', position: 0 } as const;
  await db.targetAttribute.create({ data: { ...row, applicationId, type: 'string' } });
  await set([{ ...badge, type: 'integer' }]);
  expect(await own()).toMatchObject([{ path: 'badge', type: 'integer' }]);
});

describe('refused, and nothing is changed', () => {
  test.each([
    ['two ways to write one place', [badge, { ...badge, path: 'BADGE' }], 'attributes.1.path', /in the list already/],
    ['one of the template', [{ ...badge, path: 'username' }], 'attributes.0.path', /one of the template's/],
    ['what is no path', [badge, { ...badge, path: 'no such path[' }], 'attributes.1.path', /no such path\[: /],
    [
      'a value of another type',
      [{ ...badge, type: 'integer', canonicalValues: ['1', 'two'] }],
      'attributes.0.canonicalValues',
      /"two" is not a whole/,
    ],
    [
      'values of a boolean',
      [{ ...badge, type: 'boolean', canonicalValues: ['True'] }],
      'attributes.0.canonicalValues',
      /type boolean has no list/,
    ],
  ])('%s', async (_what, attributes, field, message) => {
    const error = await refused(attributes);
    expect(error).toMatchObject({ code: 'invalid_input', field, message: expect.stringMatching(message) });
  });

  test('removing an attribute that a mapping uses, which is named; renaming it is removing it', async () => {
    await set([badge]);
    await mapTo('badge', 'gold');
    for (const attributes of [[], [{ ...badge, path: 'badge2' }]]) {
      const error = await refused(attributes);
      expect(error).toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('mapping of gold to badge needs'),
      });
    }
    const event = await db.event.findFirstOrThrow({ where: { outcome: 'error' } });
    expect(event).toMatchObject({ name: 'application_update', applicationId });
  });

  test.each([
    ['another type', { type: 'integer' }, /gold to badge would not fit any more: "gold" is not a whole number/],
    ['other values', { canonicalValues: ['silver'] }, /takes one of silver/],
    ['what the application sets itself', { mutability: 'readOnly' }, /set by the application itself/],
  ])('a change under which a mapping does not fit any more: %s', async (_what, change, message) => {
    await mapTo('badge', 'gold');
    const error = await refused([{ ...badge, ...change }]);
    expect(error).toMatchObject({ code: 'conflict', message: expect.stringMatching(message) });
  });

  test('a list that somebody else changed meanwhile', async () => {
    await set([badge]);
    const late = setTargetAttributes(systemActor, { applicationId, version: 1, objectType: 'user', attributes: [] });
    await expect(late).rejects.toMatchObject({
      code: 'stale_version',
      details: { version: 2, values: { attributes: [{ path: 'badge' }] } },
    });
  });
});
