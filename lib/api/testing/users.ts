import { expect } from 'vitest';
import { db } from '@/lib/db/client';
import { deleteUser } from '@/lib/directory/delete-user';
import { findActivation } from '@/lib/directory/redeem-activation-link';
import { suspendUser } from '@/lib/directory/suspend-user';
import { systemActor } from '@/lib/events/actor';
import { type Case, type Sent, unique, type World } from './world';

const absent = '00000000-0000-7000-8000-000000000000';
const ofNobody = { change: (sent: Sent) => ({ params: { ...sent.params, id: absent } }), code: 'not_found' };

const rowOf = (sent: Sent) => db.user.findUniqueOrThrow({ where: { id: sent.params?.id ?? '' } });
const aPerson = async (world: World) => ({ params: { id: await world.person() } });

async function deletedPerson(world: World): Promise<{ id: string; username: string }> {
  const username = unique('gone');
  const id = await world.person(username);
  await deleteUser(systemActor, { id });
  return { id, username };
}

async function signedIn(world: World, count: number): Promise<{ id: string; sessionIds: string[] }> {
  const id = await world.person();
  const now = new Date();
  const sessions = await db.session.createManyAndReturn({
    data: Array.from({ length: count }, () => ({
      userId: id,
      authenticatedAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + 3_600_000),
      clientAddress: '192.0.2.9',
    })),
  });
  return { id, sessionIds: sessions.map((session) => session.id) };
}

const openSessions = (id: string | undefined) => db.session.count({ where: { userId: id ?? '', revokedAt: null } });

/** Somebody with an account that is managed. */
async function withAccount(world: World): Promise<Sent> {
  const { id: applicationId, userId } = await world.connected();
  await db.userLink.create({ data: { applicationId, userId, remoteId: unique('remote'), state: 'provisioned' } });
  return { params: { id: userId } };
}

/** Five wrong passwords, all at this moment. */
async function holdUp(id: string): Promise<void> {
  const row = { score: 5, halfLife: 900, most: 5, attempts: 5, at: new Date() };
  await db.throttle.create({ data: { subject: `user:${id}`, source: '192.0.2.9', ...row } });
}

async function expectWorkingLink(url: string, username: string): Promise<void> {
  const token = new URL(url).searchParams.get('token') ?? '';
  expect(await findActivation(token)).toMatchObject({ username });
}

export const userCases: Record<string, Case> = {
  listUsers: {
    valid: async (world) => {
      const username = unique('listed');
      const userId = await world.person(username);
      const groupId = await world.group([userId, await world.person()]);
      return { query: { q: `${username} acme`, status: 'pending', groupId, sort: '-created', limit: '1' } };
    },
    invalid: [
      { change: () => ({ query: { status: 'asleep' } }), field: 'status' },
      { change: () => ({ query: { role: 'owner' } }), field: 'role' },
      { change: () => ({ query: { sort: 'shoeSize' } }), field: 'sort' },
      { change: () => ({ query: { groupId: 'everyone' } }), field: 'groupId' },
      { change: () => ({ query: { limit: '201' } }), field: 'limit' },
      { change: () => ({ query: { cursor: 'page 2' } }), field: 'cursor' },
    ],
    after: (answer, sent) => {
      const { items, total } = answer as { items: { username: string }[]; total: number };
      expect(items.map((item) => `${item.username} acme`)).toEqual([sent.query?.q]);
      expect(total).toBe(1);
    },
  },
  createUser: {
    valid: async (world) => {
      const username = unique('new');
      return {
        body: {
          username,
          email: `${username}@Acme.example`,
          firstname: 'Zoë',
          lastname: 'Lind',
          department: 'Sales',
          managerId: await world.person(),
          customAttributes: { shift: 'late', desk: 12, remote: true },
          role: 'helpdesk',
          sendActivation: true,
        },
      };
    },
    invalid: [
      { change: ({ body }) => ({ body: { ...(body as object), username: 'has spaces' } }), field: 'username' },
      { change: ({ body }) => ({ body: { ...(body as object), email: 'nowhere' } }), field: 'email' },
      { change: ({ body }) => ({ body: { ...(body as object), lastname: undefined } }), field: 'lastname' },
      { change: ({ body }) => ({ body: { ...(body as object), jobTitle: 'a\ud800' } }), field: 'jobTitle' },
      { change: ({ body }) => ({ body: { ...(body as object), managerId: absent } }), field: 'managerId' },
      {
        change: ({ body }) => ({ body: { ...(body as object), customAttributes: { shift: ['late'] } } }),
        field: 'customAttributes.shift',
      },
    ],
    after: async (answer, sent) => {
      const { id, link, ...created } = answer as { id: string; link: { url: string } };
      const { sendActivation: _mailed, email, ...values } = sent.body as { sendActivation: true; email: string };
      expect(created).toMatchObject({ ...values, email: email.toLowerCase(), displayName: 'Zoë Lind', version: 1 });
      const { username } = await db.user.findUniqueOrThrow({ where: { id } });
      expect(created).toMatchObject({ username, pending: true });
      expect(created).not.toHaveProperty('passwordHash');
      await expectWorkingLink(link.url, username);
      expect(await db.mail.count({ where: { to: email.toLowerCase() } })).toBe(1);
    },
  },
  listContestedNames: {
    valid: async (world) => {
      // As the migration leaves two people, and two groups, of one name.
      const [first, second] = [await world.person(unique('first')), await world.person(unique('second'))];
      const { username } = await db.user.findUniqueOrThrow({ where: { id: first } });
      await db.takenName.create({ data: { name: username, userId: second, contested: true } });
      const name = unique('group');
      await db.group.create({ data: { name } });
      await db.group.create({ data: { name, nameContested: true } });
      return { query: {} };
    },
    after: async (answer, _sent, world) => {
      const { people, groups } = answer as { people: { holder: { username: string } }[]; groups: unknown[] };
      expect(people.map(({ holder }) => holder.username.replace(/-.*/, ''))).toContain('first');
      expect(groups.length).toBeGreaterThan(0);
      const token = await world.token('helpdesk');
      const listed = await world.send('GET', '/users?names=contested', { token });
      expect((listed.body as { total: number }).total).toBe(people.length);
      const attention = await world.send('GET', '/attention', { token });
      expect(JSON.stringify(attention.body)).toMatch(
        /The e-mail address is somebody else's too|The username is somebody else's too/,
      );
    },
  },
  getUser: {
    valid: async (world) => {
      const managerId = await world.person();
      const sent = await aPerson(world);
      await db.user.update({
        where: { id: sent.params.id },
        data: { managerId, passwordHash: 'never to be told', mustChangePassword: true },
      });
      return sent;
    },
    invalid: [ofNobody],
    after: async (answer, sent) => {
      const { managerId } = await rowOf(sent);
      expect(answer).toMatchObject({ id: sent.params?.id, pending: false, mustChangePassword: true });
      expect(answer).toMatchObject({ manager: { id: managerId }, reports: [] });
      expect(JSON.stringify(answer)).not.toContain('never to be told');
    },
  },
  updateUser: {
    valid: async (world) => {
      const sent = await aPerson(world);
      await db.user.update({ where: { id: sent.params.id }, data: { phone: '+1 555 0100', role: 'helpdesk' } });
      return { ...sent, body: { department: unique('Department'), customAttributes: { shift: 'early' } } };
    },
    invalid: [
      ofNobody,
      { change: () => ({ body: { role: 'owner' } }), field: 'role' },
      { change: () => ({ body: { firstname: '' } }), field: 'firstname' },
      { change: (sent) => ({ body: { managerId: sent.params?.id } }), field: 'managerId' },
      { change: () => ({ body: { id: absent } }) },
      { change: () => ({ body: { version: 1 } }) },
    ],
    after: async (answer, sent) => {
      const row = await rowOf(sent);
      // What was not sent is as before.
      expect(row).toMatchObject({ ...(sent.body as object), phone: '+1 555 0100', role: 'helpdesk', version: 2 });
      expect(answer).toMatchObject({ ...(sent.body as object), version: 2 });
    },
  },
  deleteUser: {
    valid: aPerson,
    invalid: [ofNobody],
    after: async (_answer, sent, world) => {
      expect((await rowOf(sent)).deletedAt).not.toBeNull();
      const again = await world.send('DELETE', `/users/${sent.params?.id}`, {
        token: await world.token('administrator'),
      });
      expect(again).toMatchObject({ status: 409, body: { code: 'conflict' } });
    },
  },
  suspendUser: {
    valid: async (world) => ({ params: { id: (await signedIn(world, 1)).id } }),
    invalid: [ofNobody],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({ id: sent.params?.id, status: 'suspended' });
      expect(await rowOf(sent)).toMatchObject({ status: 'suspended' });
      expect(await openSessions(sent.params?.id)).toBe(0);
      const again = await world.send('POST', `/users/${sent.params?.id}/suspend`, {
        token: await world.token('administrator'),
      });
      expect(again).toMatchObject({ status: 422, body: { code: 'not_active' } });
    },
  },
  reactivateUser: {
    valid: async (world) => {
      const sent = await aPerson(world);
      await suspendUser(systemActor, sent.params);
      return sent;
    },
    invalid: [ofNobody],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({ id: sent.params?.id, status: 'active' });
      expect(await rowOf(sent)).toMatchObject({ status: 'active' });
      const again = await world.send('POST', `/users/${sent.params?.id}/reactivate`, {
        token: await world.token('administrator'),
      });
      expect(again).toMatchObject({ status: 422, body: { code: 'already_active' } });
    },
  },
  unlockSignIn: {
    valid: async (world) => {
      const sent = await aPerson(world);
      await holdUp(sent.params.id);
      const token = await world.token('helpdesk');
      const held = await world.send('GET', `/users/${sent.params.id}`, { token });
      const signInHold = { attempts: 5, addresses: 1, knownBrowsers: 0, everywhere: false };
      expect(held.body, 'who may read the person is told').toMatchObject({ signInHold });
      return sent;
    },
    invalid: [ofNobody],
    after: async (_answer, sent, world) => {
      const token = await world.token('helpdesk');
      const { body } = await world.send('GET', `/users/${sent.params?.id}`, { token });
      expect(body).toMatchObject({ signInHold: null });
      const event = await db.event.findFirst({
        where: { name: 'user_unlock', outcome: 'success' },
        orderBy: { id: 'desc' },
      });
      expect(event).toMatchObject({ targetId: sent.params?.id, message: '5 wrong passwords were forgotten.' });
    },
  },
  restoreUser: {
    valid: async (world) => ({ params: { id: (await deletedPerson(world)).id } }),
    invalid: [ofNobody],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({ id: sent.params?.id, deletedAt: null });
      expect((await rowOf(sent)).deletedAt).toBeNull();
      const again = await world.send('POST', `/users/${sent.params?.id}/restore`, {
        token: await world.token('administrator'),
      });
      expect(again).toMatchObject({ status: 409, body: { code: 'conflict' } });
    },
  },
  purgeUser: {
    valid: async (world) => {
      const { id, username } = await deletedPerson(world);
      return { params: { id }, body: { username } };
    },
    invalid: [
      ofNobody,
      { change: () => ({ body: {} }), field: 'username' },
      { change: () => ({ body: { username: 'somebody.else' } }), code: 'confirmation_mismatch' },
    ],
    after: async (_answer, sent, world) => {
      expect(await db.user.count({ where: { id: sent.params?.id ?? '' } })).toBe(0);
      const username = unique('present');
      const present = await world.send('POST', `/users/${await world.person(username)}/purge`, {
        token: await world.token('administrator'),
        body: { username },
      });
      expect(present).toMatchObject({ status: 409, body: { code: 'conflict' } });
    },
  },
  issueActivationLink: {
    valid: async (world) => ({ ...(await aPerson(world)), body: { mail: true } }),
    invalid: [
      ofNobody,
      { change: () => ({ body: {} }), field: 'mail' },
      { change: () => ({ body: { mail: 'yes' } }), field: 'mail' },
    ],
    after: async (answer, sent) => {
      const { username, email } = await rowOf(sent);
      await expectWorkingLink((answer as { url: string }).url, username);
      expect(await db.mail.count({ where: { to: email } })).toBe(1);
    },
  },
  listSessions: {
    valid: async (world) => ({ params: { id: (await signedIn(world, 2)).id } }),
    invalid: [ofNobody],
    after: (answer) => {
      const { items } = answer as { items: unknown[] };
      expect(items).toHaveLength(2);
      expect(items[0]).toMatchObject({ clientAddress: '192.0.2.9', userAgent: null });
    },
  },
  revokeAllSessions: {
    valid: async (world) => ({ params: { id: (await signedIn(world, 3)).id } }),
    invalid: [ofNobody],
    after: async (_answer, sent) => {
      expect(await openSessions(sent.params?.id)).toBe(0);
      expect(await db.session.count({ where: { userId: sent.params?.id ?? '' } })).toBe(3);
    },
  },
  revokeSession: {
    valid: async (world) => {
      const { id, sessionIds } = await signedIn(world, 2);
      return { params: { id, sessionId: sessionIds[0] ?? '' } };
    },
    invalid: [
      ofNobody,
      {
        change: (sent) => ({ params: { ...sent.params, sessionId: absent } as Sent['params'] & {} }),
        code: 'not_found',
      },
    ],
    after: async (_answer, sent) => {
      const session = await db.session.findUniqueOrThrow({ where: { id: sent.params?.sessionId ?? '' } });
      expect(session.revokedAt).not.toBeNull();
      expect(await openSessions(sent.params?.id), 'the other one goes on').toBe(1);
    },
  },
  listMemberships: {
    valid: async (world) => {
      const sent = await aPerson(world);
      const inner = await world.group([sent.params.id]);
      await db.groupNesting.create({ data: { parentId: await world.group([]), childId: inner } });
      return sent;
    },
    invalid: [ofNobody],
    after: (answer) => {
      const { items } = answer as { items: { direct: boolean; path: string[] }[] };
      expect(items.map(({ direct, path }) => [direct, path.length]).sort()).toEqual([
        [false, 2],
        [true, 1],
      ]);
    },
  },
  listPersonAccounts: {
    valid: withAccount,
    invalid: [ofNobody],
    after: (answer) => {
      const { items } = answer as { items: unknown[] };
      expect(items).toMatchObject([{ state: 'provisioned', direct: false, grants: [{}], next: { action: 'update' } }]);
    },
  },
  previewUserDeprovision: {
    valid: withAccount,
    invalid: [ofNobody],
    after: (answer) => expect(answer).toMatchObject({ accounts: 1, applications: [{ people: 1, accounts: 1 }] }),
  },
};
