import { expect } from 'vitest';
import { setClockOffset } from '@/lib/core/clock';
import { db, transaction } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { writeClockOffset } from '@/lib/installation/demo-clock';
import { updateSettings } from '@/lib/installation/update-settings';
import { sendLater } from '@/lib/mail/send-later';
import { pauseProvisioning, resumeProvisioning } from '@/lib/provisioning/pause-everything';
import { pauseIntegration } from '@/lib/provisioning/pause-integration';
import { pauseKey } from '@/lib/settings/provisioning-pause';
import type { UpdateSettingsInput } from '@/lib/settings/schema';
import { type Case, unique, type World } from './world';

const absent = '00000000-0000-7000-8000-000000000000';

async function aMail(subject: string): Promise<string> {
  await transaction((tx) => sendLater(tx, { to: 'ana@acme.example', subject, text: 'The link: https://…' }));
  return (await db.mail.findFirstOrThrow({ where: { subject } })).id;
}

/** Only until {@link endDemo}: whatever else runs in this process is no demo. */
async function beginDemo(world: World): Promise<void> {
  const peer = await world.peer();
  process.env.LATCHKEY_DEMO = '1';
  process.env.SANDBOX_URL = peer.sandbox.url;
}

function endDemo(): void {
  delete process.env.LATCHKEY_DEMO;
  delete process.env.SANDBOX_URL;
}

const outsideDemo = {
  change: () => {
    endDemo();
    return {};
  },
  code: 'forbidden',
};

export const administrationCases: Record<string, Case> = {
  getHealth: {
    valid: async () => {
      await db.workerHeartbeat.deleteMany();
      return {};
    },
    after: (answer) =>
      expect(answer).toEqual({
        ready: false,
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        checks: { database: 'ok', migrations: 'ok', worker: 'no worker has reported yet' },
      }),
  },
  listAttention: {
    valid: async (world) => {
      const { id: applicationId } = await world.connected();
      await pauseIntegration(systemActor, { applicationId });
      return {};
    },
    after: async (answer) => {
      const { items } = answer as { items: { application: { id: string }; title: string }[] };
      const paused = await db.integration.findMany({ where: { status: 'paused' }, select: { applicationId: true } });
      const told = items.filter((item) => item.title === 'Provisioning is paused').map((item) => item.application.id);
      expect(told.sort()).toEqual(paused.map((row) => row.applicationId).sort());
      expect(told.length).toBeGreaterThan(0);
    },
  },
  searchEverything: {
    valid: async (world) => {
      const q = unique('wanted');
      await world.person(q);
      await world.group([], q);
      return { query: { q } };
    },
    invalid: [
      { change: () => ({ query: {} }), field: 'q' },
      { change: () => ({ query: { q: ' ' } }), field: 'q' },
      { change: () => ({ query: { q: 'x'.repeat(201) } }), field: 'q' },
    ],
    after: async (answer, sent) => {
      const { id } = await db.user.findFirstOrThrow({ where: { username: sent.query?.q ?? '' } });
      expect(answer).toMatchObject({
        items: [
          { type: 'user', id },
          { type: 'group', label: sent.query?.q },
        ],
      });
    },
  },
  getSettings: {
    valid: async () => ({}),
    after: (answer) => expect(answer).toMatchObject({ eventRetentionDays: 400, sessionHours: 12 }),
  },
  updateSettings: {
    valid: async () => ({ body: { mailRetentionDays: 31 } }),
    invalid: [
      { change: () => ({ body: { mailRetentionDays: 0 } }), field: 'mailRetentionDays' },
      { change: () => ({ body: { mailRetentionDays: 3651 } }), field: 'mailRetentionDays' },
      { change: () => ({ body: { sessionHours: '12' } }), field: 'sessionHours' },
      { change: () => ({ body: { sessionIdleMinutes: 4 } }), field: 'sessionIdleMinutes' },
      { change: () => ({ body: { eventRetentionDays: null } }), field: 'eventRetentionDays' },
    ],
    after: async (answer) => {
      expect(answer).toMatchObject({ mailRetentionDays: 31, exchangeRetentionDays: 30, version: expect.any(Number) });
      expect(await db.event.findFirst({ where: { name: 'settings_update' }, orderBy: { id: 'desc' } })).toMatchObject({
        outcome: 'success',
        changes: { mailRetentionDays: { from: 30, to: 31 } },
      });
      const { version, ...settings } = answer as UpdateSettingsInput;
      await updateSettings(systemActor, { ...settings, version, mailRetentionDays: 30 });
    },
  },
  getProvisioningPause: {
    valid: async () => ({}),
    after: (answer) => expect(answer).toEqual({ paused: false, since: null, by: null }),
  },
  pauseProvisioning: {
    valid: async () => ({}),
    after: async (answer) => {
      expect(answer).toMatchObject({ paused: true, by: expect.any(String), since: expect.any(String) });
      await resumeProvisioning(systemActor, {});
    },
  },
  resumeProvisioning: {
    valid: async () => {
      await db.setting.deleteMany({ where: { key: pauseKey } });
      await pauseProvisioning(systemActor, {});
      return {};
    },
    after: (answer) => expect(answer).toMatchObject({ paused: false }),
  },
  previewRetention: {
    valid: async () => {
      const subject = unique('Old');
      const createdAt = new Date(Date.now() - 20 * 86_400_000);
      await db.mail.create({ data: { to: 'ana@acme.example', subject, textSealed: '', createdAt } });
      return { query: { mailRetentionDays: '10', cycleRetentionDays: '90' } };
    },
    invalid: [
      { change: () => ({ query: { mailRetentionDays: '0' } }), field: 'mailRetentionDays' },
      { change: () => ({ query: { mailRetentionDays: 'ten' } }), field: 'mailRetentionDays' },
      { change: () => ({ query: { sessionHours: '1' } }) },
    ],
    after: async (answer) => {
      expect(answer).toMatchObject({ items: [{ setting: 'mailRetentionDays', days: 10, rows: expect.any(Number) }] });
      const [{ rows } = { rows: 0 }] = (answer as { items: { rows: number }[] }).items;
      expect(rows).toBeGreaterThan(0);
    },
  },
  listMails: {
    valid: async () => {
      const q = unique('Subject');
      await aMail(q);
      return { query: { q, state: 'waiting' } };
    },
    invalid: [
      { change: () => ({ query: { state: 'lost' } }), field: 'state' },
      { change: () => ({ query: { cursor: 'x' } }), field: 'cursor' },
      { change: () => ({ query: { limit: '0' } }), field: 'limit' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({ items: [{ subject: sent.query?.q, sentAt: null }], total: 1 });
      expect(JSON.stringify(answer), 'the text is read one by one').not.toContain('The link');
      await aMail(`${sent.query?.q} again`);
      const token = await world.token('administrator');
      const path = `/outbox?q=${sent.query?.q}&limit=1` as const;
      const first = (await world.send('GET', path, { token })).body as { nextCursor: string };
      const next = await world.send('GET', `${path}&cursor=${first.nextCursor}`, { token });
      expect(first).toMatchObject({ items: [{ subject: `${sent.query?.q} again` }], total: 2 });
      expect(next.body).toMatchObject({ items: [{ subject: sent.query?.q }] });
    },
  },
  readMail: {
    valid: async () => ({ params: { id: await aMail(unique('Subject')) } }),
    invalid: [{ change: () => ({ params: { id: absent } }), code: 'not_found' }],
    after: (answer, sent) => expect(answer).toMatchObject({ id: sent.params?.id, text: 'The link: https://…' }),
  },
  moveDemoClock: {
    alone: true,
    valid: async (world) => {
      await beginDemo(world);
      return { body: { step: '40 minutes' } };
    },
    invalid: [
      { change: () => ({ body: { step: '41 minutes' } }), field: 'step' },
      { change: () => ({ body: {} }), field: 'step' },
      outsideDemo,
    ],
    after: async (answer) => {
      const stored = await db.setting.findUniqueOrThrow({ where: { key: 'clock_offset_ms' } });
      expect(answer).toEqual({ offsetMs: 40 * 60_000 });
      expect(stored.value).toBe(40 * 60_000);
      await writeClockOffset(db, 0);
      setClockOffset(0);
      endDemo();
    },
  },
  // Every case makes what it needs anew, so nothing of another one is missed afterwards.
  resetDemo: {
    alone: true,
    valid: async (world) => {
      await beginDemo(world);
      await world.person(unique('temporary'));
      await (await world.peer()).control('POST', '/tokens', { tenant: 'egnyte/temporary' });
      return {};
    },
    invalid: [outsideDemo],
    after: async (_answer, _sent, world) => {
      endDemo();
      expect(await db.user.count({ where: { username: { startsWith: 'temporary-' } } })).toBe(0);
      expect(await db.user.count({ where: { email: 'ana.martinez@acme.example' } })).toBe(1);
      expect(await db.event.findMany({ select: { name: true, actorName: true } })).toEqual([
        { name: 'demo_reset', actorName: 'test administrator' },
      ]);
      const { tenants } = await (await world.peer()).control<{ tenants: { tenant: string }[] }>('GET', '/tenants');
      expect(tenants.map(({ tenant }) => tenant)).not.toContain('egnyte/temporary');
      const answer = await world.send('GET', '/health', { token: await world.token('administrator') });
      expect(answer.status, 'the token that asked goes on').toBe(200);
      expect(await db.apiToken.findMany({ select: { label: true } })).toEqual([{ label: 'test administrator' }]);
      await world.replaceTokensBut('administrator');
    },
  },
};
