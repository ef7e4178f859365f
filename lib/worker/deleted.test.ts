import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { runOnce, type WorkerEvents } from 'graphile-worker';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { seal } from '@/lib/crypto/seal';
import { db, transaction } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { nameContext } from '@/lib/directory/request-password-link';
import { suspendUser } from '@/lib/directory/suspend-user';
import { systemActor as actor } from '@/lib/events/actor';
import { startHeartbeat } from '@/lib/installation/heartbeat';
import { mailContext } from '@/lib/mail/send-later';
import { startDryRun } from '@/lib/provisioning/dry-runs/start-dry-run';
import { enqueue } from '@/lib/queue/enqueue';
import { type TaskName, type TaskPayload, tasks } from '@/lib/queue/tasks';
import { createWebhook } from '@/lib/webhooks/create-webhook';
import { type Receiver, startReceiver } from '@/lib/webhooks/testing/receiver';
import { taskList } from './task-list';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

let peer: TestSandbox;
let receiver: Receiver;
let count = 0;
let tenant = '';

beforeAll(async () => {
  peer = await startTestSandbox();
  receiver = await startReceiver();
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS += `,${new URL(receiver.url).host}`;
});
afterAll(async () => {
  await peer.sandbox.close();
  await receiver.close();
});
beforeEach(async () => {
  count += 1;
  tenant = `egnyte/deleted${count}`;
  await emptyTables('users', 'groups', 'applications', 'events', 'mails', 'webhooks');
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
});

/** An application that is connected, with a person in a group, whose jobs were all done. */
async function connected(): Promise<{ applicationId: string; userId: string; groupId: string }> {
  const { id: applicationId } = await egnyteApplication(`Egnyte ${count} ${randomUUID().slice(0, 4)}`);
  const userId = await person(`some.body.${randomUUID().slice(0, 8)}`);
  const groupId = await group(`Some ${randomUUID().slice(0, 8)}`, [userId]);
  await connect(applicationId, tenant, peer);
  await associateGroup(actor, { applicationId, groupId });
  await work();
  return { applicationId, userId, groupId };
}

/** As the command does: begun again where it and the engine wait for each other. */
const forget = (applicationId: string) => () =>
  transaction((tx) => tx.application.delete({ where: { id: applicationId } }));

interface Waiting<Name extends TaskName> {
  payload: TaskPayload<Name>;
  /** Deletes what the task is about, or something that it will come across. */
  remove: () => Promise<unknown>;
}

/** For every task something that it is about. */
const cases: { [Name in TaskName]: () => Promise<Waiting<Name>> } = {
  'directory-changed': async () => {
    const { applicationId, userId, groupId } = await connected();
    return { payload: { userIds: [userId], groupIds: [groupId] }, remove: forget(applicationId) };
  },
  'person-shut-out': async () => {
    const { applicationId, userId } = await connected();
    await suspendUser(actor, { id: userId });
    return { payload: { userId }, remove: forget(applicationId) };
  },
  'application-changed': async () => {
    const { applicationId } = await connected();
    return { payload: { applicationId }, remove: forget(applicationId) };
  },
  provision: async () => {
    const { applicationId } = await connected();
    await db.userLink.updateMany({ data: { dueAt: new Date(), lastSent: {} } });
    return { payload: { applicationId }, remove: forget(applicationId) };
  },
  'provision-urgent': async () => {
    const { applicationId } = await connected();
    await db.userLink.updateMany({ data: { dueAt: new Date(), priority: 0, lastSent: {} } });
    return { payload: { applicationId }, remove: forget(applicationId) };
  },
  'provision-cycle': async () => {
    const { applicationId } = await connected();
    await db.userLink.updateMany({ data: { dueAt: new Date(), priority: 2, lastSent: {} } });
    return { payload: { applicationId }, remove: forget(applicationId) };
  },
  'decide-held': async () => {
    const { applicationId } = await connected();
    await db.heldDecision.create({ data: { applicationId, allows: true, seenAt: new Date(), actorName: 'admin' } });
    return { payload: { applicationId }, remove: forget(applicationId) };
  },
  cycle: async () => {
    const { applicationId } = await connected();
    const { id } = await db.cycle.create({ data: { applicationId, trigger: 'manual' } });
    return { payload: { cycleId: id }, remove: forget(applicationId) };
  },
  'dry-run': async () => {
    const { applicationId } = await connected();
    const { id } = await startDryRun(actor, { applicationId });
    return { payload: { runId: id }, remove: forget(applicationId) };
  },
  'schedule-cycles': async () => {
    const { applicationId } = await connected();
    await db.cycle.updateMany({ data: { startedAt: new Date(0), finishedAt: new Date(0), stage: 'finished' } });
    return { payload: {}, remove: forget(applicationId) };
  },
  'import-fetch': async () => {
    const { applicationId } = await connected();
    const { id } = await db.import.create({ data: { applicationId, startedByName: 'admin' } });
    return { payload: { importId: id }, remove: forget(applicationId) };
  },
  'import-run': async () => {
    const { applicationId } = await connected();
    const data = { applicationId, startedByName: 'admin', state: 'running' as const };
    const { id } = await db.import.create({ data });
    return { payload: { importId: id }, remove: () => db.import.delete({ where: { id } }) };
  },
  'import-groups': async () => {
    const { applicationId } = await connected();
    const data = { applicationId, startedByName: 'admin', takesGroups: true };
    const { id } = await db.import.create({ data });
    const group = { remoteId: 'g1', name: 'Theirs', nameFolded: 'theirs', told: true };
    await db.importGroup.create({ data: { importId: id, ...group, decision: 'keep', state: 'queued' } });
    return { payload: { importId: id }, remove: () => db.import.delete({ where: { id } }) };
  },
  'follow-accounts': async () => {
    const { applicationId, groupId } = await connected();
    await db.group.update({ where: { id: groupId }, data: { importedFromId: applicationId, remoteId: 'g1' } });
    await db.applicationGroupMember.create({ data: { groupId, remoteId: 'a1', name: 'Ann' } });
    return { payload: { applicationId, remoteIds: ['a1'] }, remove: forget(applicationId) };
  },
  'import-activations': async () => {
    const { applicationId } = await connected();
    const data = { applicationId, startedByName: 'admin', state: 'finished' as const };
    const { id } = await db.import.create({ data });
    const payload = { importId: id, actorId: null, actorName: 'admin', tokenId: null, after: '' };
    return { payload, remove: () => db.import.delete({ where: { id } }) };
  },
  'user-batch': async () => {
    const data = { action: 'suspend', state: 'running', startedByName: 'admin', startedAt: new Date() } as const;
    const { id } = await db.userBatch.create({ data });
    return { payload: { batchId: id }, remove: () => db.userBatch.delete({ where: { id } }) };
  },
  'send-password-link': async () => {
    const id = await person('forgot.it');
    const payload = { nameSealed: seal('forgot.it', nameContext), clientAddress: null };
    return { payload, remove: () => db.user.delete({ where: { id } }) };
  },
  'send-mail': async () => {
    const id = randomUUID();
    const textSealed = seal('Hello', mailContext(id));
    await db.mail.create({ data: { id, to: 'ana@acme.example', subject: 'Hello', textSealed } });
    return { payload: { mailId: id }, remove: () => db.mail.delete({ where: { id } }) };
  },
  'deliver-webhook': async () => {
    const { id, secret } = await createWebhook(actor, {
      label: 'SIEM',
      url: receiver.url,
      eventNames: [],
      applicationIds: [],
    });
    receiver.secret = secret;
    const event = await db.event.findFirstOrThrow();
    const data = { webhookId: id, eventIds: [event.id], nextAttemptAt: new Date() };
    await db.webhookDelivery.create({ data });
    return { payload: { webhookId: id }, remove: () => db.webhook.delete({ where: { id } }) };
  },
  'refresh-sp-metadata': async () => {
    const { applicationId } = await connected();
    await db.spMetadataSource.create({ data: { applicationId, url: receiver.url, nextAt: new Date() } });
    return { payload: { applicationId }, remove: forget(applicationId) };
  },
  housekeeping: async () => {
    const { applicationId } = await connected();
    return { payload: {}, remove: forget(applicationId) };
  },
  retention: async () => {
    const { applicationId } = await connected();
    await db.cycle.updateMany({ data: { finishedAt: new Date(0), stage: 'finished' } });
    return { payload: {}, remove: forget(applicationId) };
  },
};

/** Runs every job once, as the worker does. @returns errors of jobs: each would be in the log, and the job tried again */
async function run(): Promise<string[]> {
  const errors: string[] = [];
  const events: WorkerEvents = new EventEmitter();
  events.on('job:error', ({ job, error }) => errors.push(`${job.task_identifier}: ${String(error)}`));
  const heartbeat = await startHeartbeat();
  try {
    await runOnce({
      connectionString: process.env.DATABASE_URL ?? '',
      taskList: taskList({ workerId: heartbeat.id, signal: new AbortController().signal }),
      events,
      noHandleSignals: true,
    });
  } finally {
    await heartbeat.stop();
  }
  return errors;
}

/** The queue clears away what is done a moment later. */
const expectNoJobs = (name: TaskName) =>
  vi.waitFor(async () => {
    const jobs = await db.$queryRaw`SELECT * FROM graphile_worker.jobs WHERE task_identifier = ${name}`;
    expect(jobs).toEqual([]);
  });

/** Waits until a job of a task is being run. */
const running = (name: TaskName) =>
  vi.waitFor(
    async () => {
      const jobs = await db.$queryRaw<unknown[]>`
        SELECT attempts, last_error, run_at > clock_timestamp() AS later, locked_at IS NOT NULL AS runs
        FROM graphile_worker.jobs WHERE task_identifier = ${name}`;
      expect(jobs).toEqual([expect.objectContaining({ runs: true })]);
    },
    { timeout: 20_000, interval: 20 },
  );

describe.each(Object.keys(tasks) as TaskName[])('the task %s', (name) => {
  test('ends quietly when what it is about was deleted while it waited', async () => {
    process.env.SMTP_URL = `smtp://127.0.0.1:${peer.sandbox.smtpPort}`;
    const { payload, remove } = await cases[name]();
    await enqueue(db, name, payload);
    await remove();
    expect(await run()).toEqual([]);
    await expectNoJobs(name);
    delete process.env.SMTP_URL;
  });
});

describe('what a task is about is deleted in the middle of it', () => {
  /** Somebody waits for a slow application meanwhile. */
  test.each(['provision', 'cycle', 'import-fetch'] as const)('%s ends quietly', async (name) => {
    const { payload, remove } = await cases[name]();
    await peer.control('POST', '/faults', { tenant, latencyMs: 1_000 });
    await enqueue(db, name, payload);
    const ended = run();
    await running(name);
    await remove();
    expect(await ended).toEqual([]);
    await expectNoJobs(name);
  });

  /** The application's row is held until the task needs it, and gone then. */
  test.each(['application-changed', 'directory-changed', 'schedule-cycles'] as const)(
    '%s ends quietly, and does what is left to do for other applications',
    async (name) => {
      const { payload } = await cases[name]();
      const [first] = await db.application.findMany();
      const other = await connected();
      await db.userLink.deleteMany();
      await db.cycle.updateMany({ data: { startedAt: new Date(0), finishedAt: new Date(0), stage: 'finished' } });
      if (name === 'directory-changed' && 'userIds' in payload) payload.userIds?.push(other.userId);
      await enqueue(db, name, payload);
      let ended: Promise<string[]> = Promise.resolve([]);
      await transaction(
        async (tx) => {
          await tx.$queryRaw`SELECT 1 FROM applications WHERE id = ${first?.id}::uuid FOR UPDATE`;
          ended = run();
          await running(name);
          await vi.waitFor(
            async () => {
              const waiting = await db.$queryRaw<unknown[]>`SELECT 1 FROM pg_locks WHERE NOT granted`;
              expect(waiting.length).toBeGreaterThan(0);
            },
            { timeout: 25_000 },
          );
          await tx.application.delete({ where: { id: first?.id ?? '' } });
        },
        { timeoutMs: 30_000 },
      );
      expect(await ended).toEqual([]);
      await expectNoJobs(name);
      if (name === 'directory-changed')
        expect(await db.userLink.count({ where: { userId: other.userId } })).toBeGreaterThan(0);
      if (name === 'schedule-cycles') {
        expect(await db.cycle.count({ where: { applicationId: other.applicationId, trigger: 'schedule' } })).toBe(1);
      }
    },
  );

  test('send-mail ends quietly, and the mail is sent once', async () => {
    let sent = 0;
    const { payload, remove } = await cases['send-mail']();
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, _session, done) => {
        stream.resume();
        stream.on('end', () => {
          sent += 1;
          remove().then(() => done(), done);
        });
      },
    });
    const listener = server.listen(0, '127.0.0.1');
    await new Promise((resolve) => listener.once('listening', resolve));
    const address = listener.address();
    process.env.SMTP_URL = `smtp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    await enqueue(db, 'send-mail', payload);
    expect(await run()).toEqual([]);
    expect(await run()).toEqual([]);
    delete process.env.SMTP_URL;
    await new Promise<void>((resolve) => server.close(resolve));
    expect(sent).toBe(1);
  });

  test('deliver-webhook ends quietly', async () => {
    const { payload, remove } = await cases['deliver-webhook']();
    let asked: Promise<unknown> | undefined;
    receiver.answer = () => {
      asked = Promise.resolve(remove());
      return { status: 503, delayMs: 500 };
    };
    await enqueue(db, 'deliver-webhook', payload);
    expect(await run()).toEqual([]);
    expect(asked).toBeDefined();
    await expectNoJobs('deliver-webhook');
  });
});
