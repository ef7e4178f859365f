import { runOnce } from 'graphile-worker';
import { createApplication } from '@/lib/applications/create-application';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { startHeartbeat } from '@/lib/installation/heartbeat';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { type Sandbox, startSandbox } from '@/sandbox/server';
import { logger } from '../logger';
import { taskList } from '../task-list';

/** Runs everything that is due, until nothing is: what the worker does, without waiting for it. */
export async function work(): Promise<void> {
  const heartbeat = await startHeartbeat();
  try {
    for (let round = 0; round < 200; round += 1) {
      await runOnce({
        connectionString: process.env.DATABASE_URL ?? '',
        taskList: taskList({ workerId: heartbeat.id, signal: new AbortController().signal }),
        logger,
        noHandleSignals: true,
      });
      const [row] = await db.$queryRaw<{ waiting: bigint }[]>`
        SELECT count(*) AS waiting FROM graphile_worker.jobs WHERE run_at <= clock_timestamp() + interval '3 seconds' AND attempts < max_attempts`;
      if (row?.waiting === 0n) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('The queue does not run empty.');
  } finally {
    await heartbeat.stop();
  }
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
  await activateIntegration(systemActor, { applicationId, baseUrl: scimUrl, token, manageGroups });
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
