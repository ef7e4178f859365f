import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import type { LinkState } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { pauseIntegration } from '@/lib/provisioning/pause-integration';
import { type Case, type Sent, unique, type World } from './world';

const nobody = '00000000-0000-7000-8000-000000000000';
const unknownId = { change: () => ({ params: { id: nobody } }), code: 'not_found' };
/** What every list by key refuses. */
const wrongPages = ['cursor', 'limit'].map((field) => ({
  change: () => ({ query: { [field]: field === 'cursor' ? 'bm8' : '0' } }),
  field,
}));

type Connected = Awaited<ReturnType<World['connected']>>;
interface Provisioned extends Connected {
  cycleId: string;
  linkId: string;
  groupLinkId: string;
}

let reading: Promise<Provisioned> | undefined;

/** An application whose first cycle is over: one person and one group were created. Made once, only to be read. */
function provisioned(world: World): Promise<Provisioned> {
  reading ??= (async () => {
    const made = await world.connected();
    await world.work();
    const where = { applicationId: made.id };
    const [cycle, link, groupLink] = await Promise.all([
      db.cycle.findFirstOrThrow({ where }),
      db.userLink.findFirstOrThrow({ where }),
      db.groupLink.findFirstOrThrow({ where }),
    ]);
    return { ...made, cycleId: cycle.id, linkId: link.id, groupLinkId: groupLink.id };
  })();
  return reading;
}

/** A connected application with one account in a state. */
async function account(world: World, state: LinkState) {
  const application = await world.connected();
  const { id: applicationId, userId } = application;
  const link = await db.userLink.create({ data: { applicationId, userId, state, remoteId: `account-of-${userId}` } });
  return { application, sent: { params: { id: link.id } } };
}

/** A connected application with a deactivation that is held. */
async function heldAccount(world: World): Promise<{ slug: string; operationId: string }> {
  const { id: applicationId, slug } = await world.connected();
  const data = { applicationId, userId: await world.person(), state: 'provisioned' as const, remoteId: 'held-1' };
  const { id: userLinkId } = await db.userLink.create({ data });
  const { id } = await db.operation.create({
    data: { applicationId, userLinkId, action: 'deactivate', state: 'held', changes: {} },
  });
  await db.userLink.update({ where: { id: userLinkId }, data: { holdId: id } });
  return { slug, operationId: id };
}

/** A connected application in which a group was read that is linked to none of ours. */
async function linkable(world: World) {
  const application = await world.connected();
  const read = { displayName: 'Old crew', memberIds: ['somebody'], readAt: new Date() };
  await db.remoteGroup.create({ data: { applicationId: application.id, remoteId: 'there-1', ...read } });
  return application;
}

/** An account that was taken over: its IdP username is to be set by hand. */
async function manualTask(world: World): Promise<{ slug: string; id: string }> {
  const { id: applicationId, slug } = await world.connected();
  const data = { applicationId, userId: await world.person(), taskId: 'idp-username' };
  return { slug, id: (await db.manualTask.create({ data })).id };
}

const linkOf = (sent: Sent) => db.userLink.findUniqueOrThrow({ where: { id: sent.params?.id ?? '' } });

/** Applications in which a cycle cannot be run, or none is under way. */
const other = { unconnected: '', paused: '', released: '', managed: '' };

async function others(world: World): Promise<void> {
  if (other.unconnected) return;
  other.unconnected = (await world.application()).id;
  other.paused = (await world.connected()).id;
  await pauseIntegration(systemActor, { applicationId: other.paused });
  other.released = (await account(world, 'released')).sent.params.id;
  other.managed = (await account(world, 'provisioned')).sent.params.id;
}

const at = (application: string) => ({ params: { application } });

/** Somebody gave them another title over there. */
const changedThere = {
  kind: 'changed',
  attributes: { title: { ours: 'Lead', theirs: 'Chief' } },
  noticedAt: '2026-11-02T09:00:00.000Z',
  message: 'Changed in the application: title.',
};

export const provisioningCases: Record<string, Case> = {
  listAssignments: {
    valid: async (world) => ({ ...at((await provisioned(world)).slug), query: { state: 'provisioned,error' } }),
    invalid: [
      { change: () => ({ query: { state: 'provisioned,gone' } }), field: 'state.1' },
      { change: () => ({ query: { cycleId: 'the last one' } }), field: 'cycleId' },
      { change: () => ({ query: { q: 'x'.repeat(201) } }), field: 'q' },
      ...wrongPages,
    ],
    after: async (answer, sent, world) => {
      const { userId, linkId, id } = await provisioned(world);
      expect(answer).toMatchObject({ total: 1, items: [{ userId, linkId, state: 'provisioned', direct: false }] });
      const path = `/applications/${sent.params?.application}/assignments` as const;
      const none = await world.send('GET', `${path}?state=released`, { token: await world.token('administrator') });
      expect(none.body).toEqual({ total: 0, totalIsExact: true, partial: false, items: [] });
      expect(await db.userLink.count({ where: { applicationId: id } })).toBe(1);
    },
  },
  listUsernameConflicts: {
    valid: async (world) => {
      const { id } = await world.application();
      await db.application.update({ where: { id }, data: { usernameFormat: 'Left([username], 4)' } });
      const people = [await world.person(unique('same')), await world.person(unique('SAME')), await world.person()];
      await associateGroup(systemActor, { applicationId: id, groupId: await world.group(people) });
      return at(id);
    },
    after: async (answer, sent, world) => {
      const { items } = answer as { items: { people: { id: string; username: string }[] }[] };
      expect(items.map(({ people }) => people.map(({ username }) => username.slice(0, 4).toLowerCase()))).toEqual([
        ['same', 'same'],
      ]);
      const [one, two] = items[0]?.people ?? [];
      const path = `/applications/${sent.params?.application}/assignments`;
      const token = await world.token('helpdesk');
      const shared = await world.send('GET', `${path}?shared=true&limit=1`, { token });
      expect(shared.body).toMatchObject({ total: 2, items: [{ sharedWith: [{ byAccount: false }] }] });
      const detail = await world.send('GET', `${path}/${one?.id}`, { token });
      expect(detail.body).toMatchObject({ shared: { others: [{ userId: two?.id }] } });
      const person = await world.send('GET', `/users/${two?.id}/accounts`, { token });
      expect(person.body).toMatchObject({ items: [{ shared: { others: [{ userId: one?.id }] } }] });
      const attention = await world.send('GET', '/attention', { token });
      expect(JSON.stringify(attention.body)).toContain(
        `/applications/${sent.params?.application}/assignments?names=shared`,
      );
    },
  },
  countAssignments: {
    valid: async (world) => at((await provisioned(world)).id),
    after: (answer) => {
      expect(answer).toMatchObject({ provisioned: 1, error: 0, none: 0 });
    },
  },
  getAssignment: {
    valid: async (world) => {
      const { slug: application, userId } = await provisioned(world);
      return { params: { application, userId } };
    },
    invalid: [{ change: ({ params }) => ({ params: { ...params, userId: nobody } }), code: 'not_found' }],
    after: async (answer, _sent, world) => {
      const { userId, groupId } = await provisioned(world);
      expect(answer).toMatchObject({
        person: { id: userId },
        grants: { groups: [{ id: groupId }] },
        link: { state: 'provisioned' },
        next: { action: 'none' },
        operations: [{ action: 'create', state: 'succeeded', exchange: { method: 'POST', status: 201 } }],
      });
    },
  },
  listPlannedAccounts: {
    valid: async (world) => {
      await others(world);
      const { slug, groupId } = await world.connected();
      await db.groupMember.create({ data: { groupId, userId: await world.person() } });
      return { ...at(slug), query: { limit: '20' } };
    },
    invalid: [
      { change: () => at(other.unconnected), code: 'not_active' },
      { change: () => ({ query: { q: 'x'.repeat(201) } }), field: 'q' },
      ...wrongPages,
    ],
    after: async (answer, sent, world) => {
      const { items } = answer as { items: { subject: { name: string }; action: string; request: unknown }[] };
      expect(items).toHaveLength(2);
      for (const item of items) {
        expect(item).toMatchObject({
          action: 'create',
          knownBy: 'nothing',
          request: { method: 'POST', path: '/Users' },
        });
      }
      const application = { slug: sent.params?.application ?? '' };
      expect(await db.operation.count({ where: { application } })).toBe(0);
      const path = `/applications/${application.slug}/planned-accounts` as const;
      const page = await world.send('GET', `${path}?limit=1`, { token: await world.token('helpdesk') });
      expect(page.body).toMatchObject({ items: [items[0]], nextCursor: expect.any(String) });
    },
  },
  listGroupLinks: {
    valid: async (world) => at((await provisioned(world)).slug),
    after: async (answer, _sent, world) => {
      const { groupId } = await provisioned(world);
      expect(answer).toMatchObject({ items: [{ groupId, state: 'provisioned', members: 1 }] });
    },
  },
  listRemoteGroups: {
    valid: async (world) => at((await linkable(world)).slug),
    invalid: wrongPages,
    after: async (answer) => {
      expect(answer).toMatchObject({ items: [{ remoteId: 'there-1', name: 'Old crew', members: 1, linkedTo: null }] });
    },
  },
  previewGroupLink: {
    valid: async (world) => {
      const { slug, groupId } = await linkable(world);
      return { params: { application: slug, groupId }, query: { remoteId: 'there-1' } };
    },
    invalid: [{ change: () => ({ query: { remoteId: 'nobody' } }), code: 'not_found' }],
    after: async (answer) => {
      expect(answer).toMatchObject({ plan: { takesOver: true }, foreignMembers: 1 });
    },
  },
  linkGroup: {
    valid: async (world) => {
      const { slug, groupId } = await linkable(world);
      return { params: { application: slug, groupId }, body: { remoteId: 'there-1' } };
    },
    invalid: [{ change: () => ({ body: { remoteId: 'nobody' } }), code: 'not_found' }],
    after: async (_answer, { params }) => {
      const { groupId = '' } = params ?? {};
      expect(await db.groupLink.findFirst({ where: { groupId } })).toMatchObject({ remoteId: 'there-1' });
    },
  },
  unlinkGroup: {
    valid: async (world) => {
      const { slug, groupId } = await linkable(world);
      return { params: { application: slug, groupId } };
    },
    invalid: [{ change: (sent) => ({ params: { ...sent.params, groupId: nobody } }), code: 'not_found' }],
    after: async (_answer, { params }) => {
      const { groupId = '' } = params ?? {};
      expect(await db.groupLink.findFirst({ where: { groupId } })).toMatchObject({ unlinked: true, remoteId: null });
    },
  },
  manageGroup: {
    valid: async (world) => {
      const { id: applicationId, slug, groupId } = await linkable(world);
      await db.groupLink.upsert({
        where: { applicationId_groupId: { applicationId, groupId } },
        create: { applicationId, groupId, state: 'released', unlinked: true },
        update: { state: 'released', unlinked: true },
      });
      return { params: { application: slug, groupId } };
    },
    invalid: [{ change: (sent) => ({ params: { ...sent.params, groupId: nobody } }), code: 'not_found' }],
    after: async (_answer, { params }) => {
      const { groupId = '' } = params ?? {};
      expect(await db.groupLink.findFirst({ where: { groupId } })).toMatchObject({ unlinked: false, state: 'pending' });
    },
  },
  listLinkOperations: {
    valid: async (world) => ({ params: { id: (await provisioned(world)).linkId } }),
    invalid: [unknownId],
    after: async (answer, _sent, world) => {
      expect(answer).toMatchObject({ items: [{ action: 'create', exchange: { method: 'POST' } }] });
      expect(JSON.stringify(answer)).not.toMatch(/bearer/i);
      const { groupLinkId } = await provisioned(world);
      const token = await world.token('helpdesk');
      const ofGroup = await world.send('GET', `/links/${groupLinkId}/operations`, { token });
      expect(ofGroup.body).toMatchObject({ items: [{ action: 'create', state: 'succeeded' }] });
    },
  },
  retryLink: {
    valid: async (world) => {
      await others(world);
      return (await account(world, 'error')).sent;
    },
    invalid: [unknownId, { change: () => ({ params: { id: other.released } }), code: 'conflict' }],
    after: async (_answer, sent) => {
      const link = await linkOf(sent);
      expect(link.dueAt).not.toBeNull();
      const event = await db.event.findFirst({ where: { name: 'provisioning_retry', targetId: link.userId } });
      expect(event).toMatchObject({ outcome: 'success', tokenId: expect.any(String) });
    },
  },
  retryFailed: {
    valid: async (world) => {
      await others(world);
      const { application } = await account(world, 'error');
      return { ...at(application.slug), body: { states: ['error', 'conflict'] } };
    },
    invalid: [
      { change: () => ({ body: { states: ['provisioned'] } }), field: 'states.0' },
      { change: () => ({ body: { states: 'error' } }), field: 'states' },
      { change: () => at(other.unconnected), code: 'not_active' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toEqual({ count: 1 });
      const application = { slug: sent.params?.application ?? '' };
      expect(await db.userLink.count({ where: { application, dueAt: { not: null } } })).toBe(1);
      const path = `/applications/${application.slug}/links/retry-failed` as const;
      const token = await world.token('helpdesk');
      const body = { states: ['skipped'] };
      expect((await world.send('POST', path, { body, token })).body).toEqual({ count: 0 });
    },
  },
  correctDrift: {
    valid: async (world) => {
      await others(world);
      const { application, sent } = await account(world, 'provisioned');
      const id = sent.params?.id ?? '';
      await db.userLink.update({ where: { id }, data: { drift: changedThere } });
      return { ...at(application.slug), body: { linkIds: [id] } };
    },
    invalid: [
      { change: () => ({ body: { linkIds: [] } }), field: 'linkIds' },
      { change: () => at(other.unconnected), code: 'not_active' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toEqual({ count: 1 });
      const { application: slug = '' } = sent.params ?? {};
      const asked = { application: { slug }, dueAt: { not: null }, drift: { path: ['correct'], equals: true } };
      expect(await db.userLink.count({ where: asked })).toBe(1);
      const token = await world.token('helpdesk');
      const list = await world.send('GET', `/applications/${slug}/assignments?drift=true`, { token });
      expect(list.body).toMatchObject({ items: [{ drift: { kind: 'changed', attributes: changedThere.attributes } }] });
    },
  },
  releaseLink: {
    valid: async (world) => {
      await others(world);
      return (await account(world, 'provisioned')).sent;
    },
    invalid: [unknownId, { change: () => ({ params: { id: other.released } }), code: 'conflict' }],
    after: async (_answer, sent) => {
      expect(await linkOf(sent)).toMatchObject({ state: 'released', dueAt: null });
    },
  },
  manageLink: {
    valid: async (world) => {
      await others(world);
      return (await account(world, 'released')).sent;
    },
    invalid: [unknownId, { change: () => ({ params: { id: other.managed } }), code: 'conflict' }],
    after: async (_answer, sent) => {
      const link = await linkOf(sent);
      expect(link.state).toBe('provisioned');
      expect(link.dueAt).not.toBeNull();
    },
  },
  listAllCycles: {
    valid: async (world) => {
      await provisioned(world);
      return { query: { limit: '1' } };
    },
    invalid: wrongPages,
    after: async (answer, _sent, world) => {
      const { cycleId } = await provisioned(world);
      const found: string[] = [];
      let page = answer as { items: { id: string }[]; nextCursor?: string };
      for (;;) {
        found.push(...page.items.map((cycle) => cycle.id));
        if (!page.nextCursor) break;
        const path = `/cycles?limit=1&cursor=${page.nextCursor}` as const;
        page = (await world.send('GET', path, { token: await world.token('helpdesk') })).body as typeof page;
      }
      expect(found).toContain(cycleId);
      expect(new Set(found).size).toBe(found.length);
      expect(found.length).toBe(await db.cycle.count());
    },
  },
  listCycles: {
    valid: async (world) => at((await provisioned(world)).slug),
    invalid: wrongPages,
    after: async (answer, _sent, world) => {
      const { cycleId, id: applicationId } = await provisioned(world);
      const counts = { create: 2, update: 0, deactivate: 0, skip: 0, held: 0, error: 0 };
      const finished = { stage: 'finished', status: 'succeeded', counts };
      expect(answer).toMatchObject({ items: [{ id: cycleId, applicationId, ...finished }] });
    },
  },
  runCycleNow: {
    valid: async (world) => {
      await others(world);
      return at((await world.connected()).slug);
    },
    invalid: [
      { change: () => at(other.unconnected), code: 'not_active' },
      { change: () => at(other.paused), code: 'conflict' },
    ],
    after: async (answer, sent, world) => {
      const { id: cycleId } = answer as { id: string };
      const application = { slug: sent.params?.application ?? '' };
      expect(await db.cycle.findFirst({ where: { id: cycleId, application } })).toMatchObject({ stage: 'reading' });
      const over = { cycleId, tokenId: { not: null }, message: 'Cycle started over (manual).' };
      expect(await db.event.count({ where: { name: 'provisioning_cycle', ...over } })).toBe(1);
      await world.work();
      const path = `/cycles/${cycleId}` as const;
      const done = await world.send('GET', path, { token: await world.token('helpdesk') });
      expect(done.body).toMatchObject({ stage: 'finished', final: true });
    },
  },
  listHeld: {
    valid: async (world) => at((await heldAccount(world)).slug),
    invalid: wrongPages,
    after: async (answer) => {
      expect(answer).toMatchObject({ items: [{ kind: 'account', action: 'deactivate', reason: 'out_of_scope' }] });
    },
  },
  allowHeld: {
    valid: async (world) => {
      await others(world);
      const { slug, operationId } = await heldAccount(world);
      return { ...at(slug), body: { operationIds: [operationId] } };
    },
    invalid: [
      { change: () => at(other.paused), code: 'conflict' },
      { change: () => ({ body: { operationIds: ['everything'] } }), field: 'operationIds.0' },
      { change: () => ({ body: { operationIds: [] } }), field: 'operationIds' },
      { change: () => ({ body: { seenAt: 'yesterday' } }), field: 'seenAt' },
    ],
    after: async (answer, sent) => {
      expect(answer).toEqual({ count: 1 });
      const application = { slug: sent.params?.application ?? '' };
      expect(await db.operation.count({ where: { application, state: 'allowed' } })).toBe(1);
    },
  },
  rejectHeld: {
    valid: async (world) => {
      await others(world);
      return { ...at((await heldAccount(world)).slug), body: {} };
    },
    invalid: [{ change: () => at(other.paused), code: 'conflict' }],
    after: async (answer, sent) => {
      expect(answer).toEqual({ count: 1 });
      const application = { slug: sent.params?.application ?? '' };
      expect(await db.operation.count({ where: { application, state: 'rejected' } })).toBe(1);
    },
  },
  listManualTasks: {
    valid: async (world) => at((await manualTask(world)).slug),
    invalid: wrongPages,
    after: async (answer) => {
      expect(answer).toMatchObject({
        items: [{ title: 'Set the IdP username', username: expect.any(String), doneAt: null, doneBy: null }],
      });
    },
  },
  tickOffTasks: {
    valid: async (world) => {
      const { slug, id } = await manualTask(world);
      return { ...at(slug), body: { taskIds: [id] } };
    },
    invalid: [
      { change: () => ({ body: { taskIds: [randomUUID()] } }), code: 'conflict' },
      { change: () => ({ body: { taskIds: [] } }), field: 'taskIds' },
      { change: () => ({ body: { taskIds: ['all'] } }), field: 'taskIds.0' },
    ],
    after: async (answer, sent) => {
      expect(answer).toEqual({ count: 1 });
      const [id = ''] = (sent.body as { taskIds: string[] }).taskIds;
      expect(await db.manualTask.findUnique({ where: { id } })).toMatchObject({ doneAt: expect.any(Date) });
    },
  },
  stopCycle: {
    valid: async (world) => {
      await others(world);
      return at((await world.connected()).slug);
    },
    invalid: [{ change: () => at(other.unconnected), code: 'conflict' }],
    after: async (_answer, sent) => {
      const application = { slug: sent.params?.application ?? '' };
      expect(await db.cycle.findMany({ where: { application } })).toMatchObject([{ stage: 'stopped' }]);
    },
  },
  getCycle: {
    valid: async (world) => ({ params: { id: (await provisioned(world)).cycleId } }),
    invalid: [unknownId],
    after: (answer) => {
      expect(answer).toMatchObject({ final: true, totalUsers: 1, doneUsers: 1, counts: { create: 2, error: 0 } });
    },
  },
  listCycleOutcomes: {
    valid: async (world) => ({ params: { id: (await provisioned(world)).cycleId }, query: { outcome: 'create' } }),
    invalid: [unknownId, { change: () => ({ query: { outcome: 'running' } }), field: 'outcome' }, ...wrongPages],
    after: async (answer, sent, world) => {
      const { userId, groupId } = await provisioned(world);
      const { items } = answer as { items: { id: string; changes: object | null }[] };
      expect(items.map((row) => row.id).sort()).toEqual([userId, groupId].sort());
      expect(items.find((row) => row.id === userId)?.changes).toHaveProperty('userName');
      const token = await world.token('helpdesk');
      const none = await world.send('GET', `/cycles/${sent.params?.id}/outcomes?outcome=error`, { token });
      expect(none.body).toEqual({ total: 0, totalIsExact: true, partial: false, items: [] });
    },
  },
  listCycleCauses: {
    valid: async (world) => ({ params: { id: (await provisioned(world)).cycleId } }),
    invalid: [unknownId],
    after: (answer) => {
      expect(answer).toEqual({ items: [] });
    },
  },
  retryCause: {
    valid: async (world) => {
      const { id: applicationId, userId } = await world.connected();
      const link = { applicationId, userId, state: 'error' as const };
      const { id: linkId } = await db.userLink.create({ data: link });
      const cycle = await db.cycle.create({
        data: { applicationId, trigger: 'manual', stage: 'finished', finishedAt: new Date() },
      });
      const error = { code: 'Refused', message: 'No.' };
      const row = { cycleId: cycle.id, linkId, userLinkId: linkId, subjectId: userId, at: new Date(), nameKey: '' };
      const { cause } = await db.cycleOutcome.create({ data: { ...row, outcome: 'error', error } });
      return { params: { id: cycle.id, cause: cause ?? '' } };
    },
    invalid: [
      { change: ({ params = {} }) => ({ params: { ...params, id: nobody } }), code: 'not_found' },
      { change: ({ params = {} }) => ({ params: { ...params, cause: 'some cause' } }), field: 'cause' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toEqual({ count: 1 });
      const token = await world.token('helpdesk');
      const causes = await world.send('GET', `/cycles/${sent.params?.id}/causes`, { token });
      expect(causes.body).toMatchObject({ items: [{ cause: sent.params?.cause, code: 'Refused', count: 1 }] });
      expect(
        await db.userLink.count({
          where: { dueAt: { not: null }, outcomes: { some: { cycleId: sent.params?.id ?? '' } } },
        }),
      ).toBe(1);
    },
  },
};
