import { afterAll, expect, test, vi } from 'vitest';

vi.hoisted(() => {
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = '127.0.0.1';
});

import { seal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import { tokenContext } from '@/lib/provisioning/authentication';
import { getIntegration } from '@/lib/provisioning/queries/integration-state';
import { integratedApplication } from '@/lib/provisioning/testing/integration';
import { enqueue } from '@/lib/queue/enqueue';
import { startScim, testToken } from '@/lib/scim/testing/scim-server';
import { person, work } from './testing/support';

afterAll(() => db.$disconnect());

/** As some servers keep names. */
function inCapitals(body: Record<string, unknown>): Record<string, unknown> {
  const { familyName, ...name } = body.name as Record<string, string>;
  return { ...body, name: { ...name, familyName: familyName?.toUpperCase() } };
}

test('what a server keeps in another form is learned of its first answer: an account that is found in that form is left as it is', async () => {
  const applicationId = await integratedApplication();
  const server = await startScim(({ method, body }) => {
    if (method !== 'POST') return undefined;
    const id = `remote-${server.users.size}`;
    server.users.set(id, { ...inCapitals(body), id });
    return { status: 201, body: server.users.get(id) };
  });
  await db.integration.update({
    where: { applicationId },
    data: { baseUrl: server.url, tokenSealed: seal(testToken, tokenContext(applicationId)) },
  });
  const userId = await person('ana.keller');
  await db.applicationUser.create({ data: { applicationId, userId, assigned: true } });
  const provision = async () => {
    await enqueue(db, 'application-changed', { applicationId, userIds: [userId] });
    await work();
  };
  await provision();
  const { profile } = await getIntegration(applicationId);
  expect(profile.normalised).toEqual({ value: 'name.familyName', origin: 'learned' });
  expect(await db.event.findMany({ where: { name: 'idm_server_learned' } })).toMatchObject([
    { changes: { normalised: { from: null, to: 'name.familyName' } } },
  ]);

  // Found again by another connection, as by an import or after a restart: nothing was ever sent to it, as far as is known.
  await db.operation.deleteMany();
  await db.userLink.deleteMany();
  const before = server.received.length;
  await provision();
  expect(server.received.slice(before).map(({ method }) => method)).toEqual(['GET']);
  expect(await db.userLink.findMany()).toMatchObject([{ userId, state: 'provisioned', remoteId: 'remote-0' }]);
  await server.close();
});
