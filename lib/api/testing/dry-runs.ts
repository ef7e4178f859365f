import { expect } from 'vitest';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { startActivationDryRun, startDryRun } from '@/lib/provisioning/dry-runs/start-dry-run';
import type { Case, World } from './world';

const nobody = '00000000-0000-7000-8000-000000000000';
const unknownId = { change: () => ({ params: { id: nobody } }), code: 'not_found' };

let finished: Promise<{ id: string; slug: string; runId: string; userId: string; groupId: string }> | undefined;

/** An application with a finished dry run: one person and one group would be created. Made once, only to be read. */
function ran(world: World) {
  finished ??= (async () => {
    const made = await world.connected();
    await db.integration.update({ where: { applicationId: made.id }, data: { status: 'paused' } });
    const { id: runId } = await startDryRun(systemActor, { applicationId: made.id });
    await world.work();
    return { ...made, runId };
  })();
  return finished;
}

/** One that is under way. */
async function begun(world: World): Promise<string> {
  const { id: applicationId } = await world.connected();
  return (await startDryRun(systemActor, { applicationId })).id;
}

/** An application that is not connected, and a run that has ended. */
let unconnected = '';
let over = '';
/** One that is connected, and a run that is under way. */
let connected = '';
let under = '';

export const dryRunCases: Record<string, Case> = {
  listDryRuns: {
    valid: async (world) => ({ params: { application: (await ran(world)).slug } }),
    after: async (answer, _sent, world) => {
      const { runId: id, id: applicationId } = await ran(world);
      expect(answer).toMatchObject({ items: [{ id, applicationId, stage: 'finished', counts: { create: 2 } }] });
      expect(JSON.stringify(answer)).not.toMatch(/token|sealed/i);
    },
  },
  startDryRun: {
    valid: async (world) => {
      unconnected ||= (await world.application()).id;
      return { params: { application: (await world.connected()).slug } };
    },
    invalid: [{ change: () => ({ params: { application: unconnected } }), code: 'not_active' }],
    after: async (answer, sent, world) => {
      const { id } = answer as { id: string };
      const application = { slug: sent.params?.application ?? '' };
      expect(await db.dryRun.findFirst({ where: { id, application } })).toMatchObject({ stage: 'reading' });
      expect(await db.event.count({ where: { name: 'provisioning_dry_run', tokenId: { not: null } } })).toBeGreaterThan(
        0,
      );
      const token = await world.token('administrator');
      const again = await world.send('POST', `/applications/${application.slug}/dry-runs`, { token });
      expect(again.body).toMatchObject({ code: 'already_active' });
    },
  },
  getDryRun: {
    valid: async (world) => ({ params: { id: (await ran(world)).runId } }),
    invalid: [unknownId],
    after: (answer) => {
      expect(answer).toMatchObject({ stage: 'finished', total: 2, planned: 2, complete: true, error: null });
    },
  },
  listDryRunRows: {
    valid: async (world) => ({ params: { id: (await ran(world)).runId }, query: { kind: 'create' } }),
    invalid: [
      unknownId,
      { change: () => ({ query: { kind: 'everything' } }), field: 'kind' },
      { change: () => ({ query: { compared: 'same' } }), field: 'compared' },
      { change: () => ({ query: { of: 'account' } }), field: 'of' },
      { change: () => ({ query: { q: 'x'.repeat(201) } }), field: 'q' },
      { change: () => ({ query: { cursor: 'bm8' } }), field: 'cursor' },
      { change: () => ({ query: { limit: '0' } }), field: 'limit' },
    ],
    after: async (answer, sent, world) => {
      const { userId, groupId } = await ran(world);
      const { items } = answer as { items: { id: string; members: unknown; plan: { changes: object } }[] };
      expect(items.map(({ id }) => id).sort()).toEqual([userId, groupId].sort());
      expect(items.find(({ id }) => id === userId)?.plan.changes).toHaveProperty('userName');
      expect(items.find(({ id }) => id === groupId)?.members).toMatchObject({
        added: [expect.any(String)],
        removed: [],
      });
      const token = await world.token('helpdesk');
      const path = `/dry-runs/${sent.params?.id}/rows` as const;
      const groups = await world.send('GET', `${path}?of=group`, { token });
      expect(groups.body).toMatchObject({ items: [{ id: groupId, subject: 'group' }] });
      const none = await world.send('GET', `${path}?kind=conflict`, { token });
      expect(none.body).toMatchObject({ total: 0, items: [] });
    },
  },
  startActivationDryRun: {
    valid: async (world) => {
      connected ||= (await world.connected()).id;
      const { slug } = await world.application();
      const { baseUrl, token: secret } = await world.connection();
      const authentication = { kind: 'bearer', secret };
      return { params: { application: slug }, body: { baseUrl, authentication, manageGroups: true } };
    },
    invalid: [
      { change: ({ body }) => ({ body: { ...(body as object), baseUrl: '' } }), field: 'baseUrl' },
      {
        change: ({ body }) => ({ body: { ...(body as object), authentication: { kind: 'bearer', secret: 'wrong' } } }),
        code: 'connection_failed',
        field: 'authentication.secret',
      },
      { change: () => ({ params: { application: connected } }), code: 'already_active' },
    ],
    after: async (answer, sent) => {
      const { id } = answer as { id: string };
      const run = await db.dryRun.findUniqueOrThrow({ where: { id } });
      expect(run).toMatchObject({ stage: 'reading', isOfActivation: true });
      const { authentication } = sent.body as { authentication: { secret: string } };
      expect(JSON.stringify(run)).not.toContain(authentication.secret);
      expect(await db.integration.count({ where: { applicationId: run.applicationId } })).toBe(0);
    },
  },
  activateDryRun: {
    valid: async (world) => {
      over = (await ran(world)).runId;
      const { id: applicationId } = await world.application();
      const { baseUrl, token: secret } = await world.connection();
      const authentication = { kind: 'bearer' as const, secret };
      const { id } = await startActivationDryRun(systemActor, {
        applicationId,
        baseUrl,
        authentication,
        manageGroups: true,
      });
      await world.work();
      return { params: { id } };
    },
    invalid: [unknownId, { change: () => ({ params: { id: over } }), code: 'conflict' }],
    after: async (_answer, sent) => {
      const dryRunId = sent.params?.id ?? '';
      expect(await db.cycle.findFirst({ where: { dryRunId } })).toMatchObject({ trigger: 'dry_run', stage: 'reading' });
    },
  },
  applyDryRun: {
    valid: async (world) => {
      const { id: applicationId } = await world.connected();
      await db.integration.update({ where: { applicationId }, data: { status: 'paused' } });
      const { id } = await startDryRun(systemActor, { applicationId });
      await world.work();
      under = await begun(world);
      return { params: { id }, body: { kind: 'create' } };
    },
    invalid: [
      unknownId,
      { change: () => ({ params: { id: under } }), code: 'conflict' },
      { change: () => ({ body: { rows: [nobody] } }), field: 'rows' },
      { change: () => ({ body: { kind: 'everything' } }), field: 'kind' },
      { change: () => ({ body: { compared: 'same' } }), field: 'compared' },
      { change: () => ({ body: { of: 'account' } }), field: 'of' },
    ],
    after: async (answer, sent, world) => {
      const { id: cycleId } = answer as { id: string };
      await world.work();
      const dryRunId = sent.params?.id ?? '';
      expect(await db.cycle.findUnique({ where: { id: cycleId } })).toMatchObject({ dryRunId, stage: 'finished' });
      const token = await world.token('helpdesk');
      expect((await world.send('GET', `/dry-runs/${dryRunId}`, { token })).body).toMatchObject({ cycleId });
    },
  },
  cancelDryRun: {
    valid: async (world) => {
      over = (await ran(world)).runId;
      return { params: { id: await begun(world) } };
    },
    invalid: [unknownId, { change: () => ({ params: { id: over } }), code: 'conflict' }],
    after: async (_answer, sent) => {
      expect(await db.dryRun.findUnique({ where: { id: sent.params?.id ?? '' } })).toMatchObject({
        stage: 'cancelled',
      });
    },
  },
};
