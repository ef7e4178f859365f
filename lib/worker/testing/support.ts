import { EventEmitter } from 'node:events';
import { runOnce, type WorkerEvents } from 'graphile-worker';
import pg from 'pg';
import { createApplication } from '@/lib/applications/testing/create-application';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { startHeartbeat } from '@/lib/installation/heartbeat';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import type { Lane } from '@/lib/provisioning/engine/link';
import { provisionStretch } from '@/lib/provisioning/provision-stretch';
import { giveBack, lanesToPassOver, takeLane } from '@/lib/queue/leases';
import { laneOf } from '@/lib/queue/tasks';
import { type Sandbox, startSandbox } from '@/sandbox/server';
import { logger } from '../logger';
import { taskList } from '../task-list';

/** Of the queue, in all rounds: to connect for each of them takes longer than most of what they do. */
const queue = new pg.Pool({ connectionString: process.env.DATABASE_URL ?? '', max: 4, allowExitOnIdle: true });
// Otherwise graphile-worker adds its own in every round, and writes about it.
queue.on('error', () => {});
queue.on('connect', (client) => client.on('error', () => {}));

/** After so many rounds in which something was brought forward, the rest is waited for. */
const broughtForward = 20;

/**
 * Runs everything that is due within three seconds, until nothing is: what the worker does, without waiting for it. What
 * is due in a moment is brought forward; what an application asked to wait for is waited for.
 */
export async function work(): Promise<void> {
  const heartbeat = await startHeartbeat();
  const events: WorkerEvents = new EventEmitter();
  // Or what takes long would be taken for a dead worker's.
  events.on('pool:create', ({ workerPool }) => heartbeat.adopt(workerPool.id));
  try {
    for (let round = 0; round < 200; round += 1) {
      if (round > 0 && round < broughtForward) await bringForward();
      await runOnce({
        pgPool: queue,
        taskList: taskList({ workerId: heartbeat.id, signal: new AbortController().signal }),
        logger,
        events,
        noHandleSignals: true,
        forbiddenFlags: lanesToPassOver,
      });
      const [row] = await db.$queryRaw<{ due: number; soon: number }[]>`
        SELECT count(*) FILTER (WHERE run_at <= clock_timestamp())::int AS due, count(*)::int AS soon
        FROM graphile_worker.jobs WHERE run_at <= clock_timestamp() + interval '3 seconds' AND attempts < max_attempts`;
      if (row?.soon === 0) return;
      // What is due and was not run is in other hands, or on its way out of the queue.
      const wait = (row?.due ?? 0) > 0 || round >= broughtForward;
      await new Promise((resolve) => setTimeout(resolve, wait ? 100 : 0));
    }
    throw new Error('The queue does not run empty.');
  } finally {
    await heartbeat.stop();
  }
}

/** One stretch of an application, without its task: what it asks for stays in the queue. */
export async function oneStretch(applicationId: string, lane: Lane = 'everything'): Promise<void> {
  const identifier = lane === 'urgent' ? 'provision-urgent' : 'provision';
  const name = laneOf(identifier, { applicationId }) ?? '';
  const job = { key: name, identifier, payload: { applicationId }, priority: 0 };
  const token = await takeLane(name, crypto.randomUUID(), job);
  if (!token) throw new Error('Another stretch is under way.');
  try {
    await provisionStretch(applicationId, lane, token);
  } finally {
    await giveBack(token);
  }
}

/** What is due within three seconds, links and jobs, is due now; but not where an application's Retry-After runs. */
async function bringForward(): Promise<void> {
  const soon = Prisma.sql`BETWEEN clock_timestamp() AND clock_timestamp() + interval '3 seconds'`;
  const resting = Prisma.sql`(SELECT application_id FROM integrations WHERE greatest(not_before, rests_until) > clock_timestamp())`;
  for (const table of [Prisma.sql`user_links`, Prisma.sql`group_links`]) {
    await db.$executeRaw`
      UPDATE ${table} SET due_at = date_trunc('milliseconds', clock_timestamp())
      WHERE due_at ${soon} AND lease_token IS NULL AND application_id NOT IN ${resting}`;
  }
  await db.$executeRaw`
    UPDATE graphile_worker._private_jobs SET run_at = clock_timestamp()
    WHERE run_at ${soon} AND locked_at IS NULL
      AND NOT EXISTS (SELECT FROM ${resting} AS rest WHERE rest.application_id::text = payload ->> 'applicationId')`;
}

/** The sandbox, allowed as a target, with what a test asks of it. */
export interface TestSandbox {
  sandbox: Sandbox;
  control<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
}

/** Starts the sandbox on a free port and lists it as an allowed private target. */
export async function startTestSandbox(): Promise<TestSandbox> {
  const sandbox = await startSandbox({ port: 0, smtpPort: 0 });
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = new URL(sandbox.url).host;
  process.env.LATCHKEY_SECRET_KEY ??= 'a'.repeat(43);
  process.env.ORIGIN ??= 'http://localhost:3000';
  return {
    sandbox,
    async control(method, path, body) {
      const response = await fetch(`${sandbox.url}/_control${path}`, {
        method,
        ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.json();
    },
  };
}

const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };

/** An Egnyte application with active SSO, not connected yet. */
export async function egnyteApplication(displayLabel = 'Egnyte') {
  const application = await createApplication(systemActor, { templateId: 'egnyte', displayLabel, ...general });
  await db.application.update({ where: { id: application.id }, data: { ssoStatus: 'active' } });
  return application;
}

/** Connects an application to a tenant of the sandbox. */
export async function connect(
  applicationId: string,
  tenant: string,
  { control }: TestSandbox,
  manageGroups = true,
): Promise<void> {
  const { token, scimUrl } = await control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
  await activateIntegration(systemActor, {
    applicationId,
    baseUrl: scimUrl,
    authentication: { kind: 'bearer', secret: token },
    manageGroups,
  });
}

/** A person of the directory. */
export async function person(username: string, more: { firstname?: string; lastname?: string } = {}): Promise<string> {
  const { firstname = username, lastname = 'Test' } = more;
  const email = `${username}@acme.example`;
  const user = await db.user.create({
    data: { username, email, firstname, lastname, displayName: `${firstname} ${lastname}` },
  });
  return user.id;
}

/** A user group with members. */
export async function group(name: string, userIds: readonly string[]): Promise<string> {
  const row = await db.group.create({ data: { name, members: { create: userIds.map((userId) => ({ userId })) } } });
  return row.id;
}
