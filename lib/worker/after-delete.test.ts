import { afterAll, beforeEach, expect, test, vi } from 'vitest';

vi.hoisted(() => {
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = '127.0.0.1';
});

import { seal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { tokenContext } from '@/lib/provisioning/authentication';
import { getIntegration } from '@/lib/provisioning/queries/integration-state';
import { integratedApplication, linkedPerson } from '@/lib/provisioning/testing/integration';
import { enqueue } from '@/lib/queue/enqueue';
import { type ScimAnswer, startScim, type TestScimServer, testToken } from '@/lib/scim/testing/scim-server';
import { work } from './testing/support';

let applicationId = '';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  applicationId = await integratedApplication();
});
afterAll(() => db.$disconnect());

const connect = ({ url }: TestScimServer) =>
  db.integration.update({
    where: { applicationId },
    data: { baseUrl: url, tokenSealed: seal(testToken, tokenContext(applicationId)) },
  });

/** Erases a person, whose account the server has. */
async function erase(name: string, { users }: TestScimServer): Promise<void> {
  const { userId, remoteId } = await linkedPerson(applicationId, name, 'deactivated');
  const id = remoteId ?? '';
  users.set(id, { id, userName: name, active: false });
  const past = new Date('2026-01-01T00:00:00Z');
  await db.user.update({ where: { id: userId }, data: { deletedAt: past, purgedAt: past } });
  await enqueue(db, 'application-changed', { applicationId, userIds: [userId] });
  await work();
}

const sent = ({ received }: TestScimServer) => received.map(({ method }) => method);
const deletions = () => db.event.findMany({ where: { name: 'user_delete_provision' }, orderBy: { id: 'asc' } });
const told = async () => (await getIntegration(applicationId)).profile.afterDelete;

test.each<[string, () => ScimAnswer | undefined, string, string | null]>([
  ['keeps deleted accounts', () => ({ status: 204 }), 'inactive', 'The application keeps a deleted account'],
  ['deletes them', () => undefined, 'gone', null],
])(
  'of a server that %s it is known after the first one: later ones are not asked for',
  async (_, answer, value, words) => {
    const server = await startScim(({ method }) => (method === 'DELETE' ? answer() : undefined));
    await connect(server);
    expect(await told()).toEqual({ value: 'unknown', origin: 'default' });
    await erase('Ana', server);
    expect(sent(server)).toEqual(['DELETE', 'GET']);
    expect(await told()).toEqual({ value, origin: 'learned' });
    await erase('Ben', server);
    expect(sent(server)).toEqual(['DELETE', 'GET', 'DELETE']);
    const messages = (await deletions()).map(({ message }) => message);
    expect(messages).toEqual([1, 2].map(() => (words ? expect.stringContaining(words) : null)));
    expect(await db.userLink.count({ where: { state: 'deleted' } })).toBe(2);
    await server.close();
  },
);
