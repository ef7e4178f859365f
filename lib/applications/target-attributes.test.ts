import { expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { getTemplate } from './catalogue/templates';
import { listTargetAttributes } from './target-attributes';
import { createApplication } from './testing/create-application';

const looks = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };

async function anApplication(templateId = 'egnyte') {
  const bookmarkUrl = templateId === 'bookmark' ? { bookmarkUrl: 'https://wiki.example.com/' } : {};
  const { id } = await createApplication(systemActor, { templateId, displayLabel: 'App', ...looks, ...bookmarkUrl });
  return id;
}

/** As one that was made before there were rows, by the migration. */
async function beforeRows(id: string): Promise<void> {
  await db.targetAttribute.deleteMany({ where: { applicationId: id } });
  await db.application.update({ where: { id }, data: { attributesVersion: 0 } });
}

const read = async (id: string) => listTargetAttributes(await db.application.findUniqueOrThrow({ where: { id } }));
const stored = (applicationId: string) => db.targetAttribute.findMany({ where: { applicationId } });

const ofTemplate = (templateId: string) => {
  const { scim } = getTemplate(templateId);
  const told = <T extends object>(attributes: readonly T[] = []) =>
    attributes.map((attribute) => ({ ...attribute, origin: 'template' }));
  return { user: told(scim?.userAttributes), group: told(scim?.groupAttributes) };
};

const added = { type: 'string', origin: 'administrator', position: 0 } as const;

test.each(['egnyte', 'netskope', 'custom-saml'])(
  'what the template of %s says are rows as soon as it is created',
  async (templateId) => {
    const id = await anApplication(templateId);
    expect(await stored(id)).not.toEqual([]);
    expect(await read(id)).toEqual(ofTemplate(templateId));
  },
);

test('an application without Identity Management has no attributes', async () => {
  expect(await read(await anApplication('bookmark'))).toEqual({ user: [], group: [] });
});

test('an application that is older than the rows gets them from the first who asks, once, whoever asks beside it', async () => {
  const id = await anApplication();
  await beforeRows(id);
  const answers = await Promise.all(Array.from({ length: 5 }, () => read(id)));
  for (const answer of answers) expect(answer).toEqual(ofTemplate('egnyte'));
  const rows = await stored(id);
  await read(id);
  expect(await stored(id), 'written once').toEqual(rows);
});

test('a newer template replaces its own rows and those of a server, and leaves those of administrators', async () => {
  const id = await anApplication();
  await db.targetAttribute.createMany({
    data: [
      { ...added, applicationId: id, objectType: 'user', key: 'badge', path: 'badge' },
      { ...added, applicationId: id, objectType: 'user', key: 'old', path: 'old', origin: 'template' },
    ],
  });
  await db.targetAttribute.deleteMany({ where: { applicationId: id, key: { in: ['username', 'active'] } } });
  await db.targetAttribute.createMany({
    data: [
      { ...added, applicationId: id, objectType: 'user', key: 'username', path: 'userName' },
      { ...added, applicationId: id, objectType: 'user', key: 'active', path: 'active', origin: 'server' },
    ],
  });
  await db.application.update({ where: { id }, data: { attributesVersion: 1_000 } });
  const { user } = await read(id);
  const of = (path: string) => user.filter((attribute) => attribute.path === path).map(({ origin }) => origin);
  expect([of('old'), of('badge'), of('userName'), of('active')]).toEqual([
    [],
    ['administrator'],
    ['administrator'],
    ['template'],
  ]);
});

test('rows stand in the order of their template, then those of a server, then those of administrators', async () => {
  const id = await anApplication('custom-saml');
  await db.targetAttribute.createMany({
    data: [
      { ...added, applicationId: id, objectType: 'user', key: 'a', path: 'a' },
      { ...added, applicationId: id, objectType: 'user', key: 'b', path: 'b', origin: 'server' },
    ],
  });
  const paths = (await read(id)).user.map(({ path }) => path);
  expect(paths).toEqual([...ofTemplate('custom-saml').user.map(({ path }) => path), 'b', 'a']);
});
