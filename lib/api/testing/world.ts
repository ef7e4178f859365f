import { randomUUID } from 'node:crypto';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { changesSoFar, countChanges } from '@/lib/db/testing/count-changes';
import { systemActor } from '@/lib/events/actor';
import { createToken } from '@/lib/tokens/create-token';
import { createTokenSchema } from '@/lib/tokens/schema';
import { type Receiver, startReceiver } from '@/lib/webhooks/testing/receiver';
import {
  connect,
  egnyteApplication,
  group,
  person,
  startTestSandbox,
  type TestSandbox,
  work,
} from '@/lib/worker/testing/support';
import { apiPrefix, handleApi } from '../handle';
import type { Method, Operation } from '../operation';

export const roles = ['administrator', 'helpdesk', 'user'] as const;
export type TestRole = (typeof roles)[number];

/** What a test sends, beside method and path. */
export interface Sent {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
}

/** How an operation is tested. Every operation has one: the type of the tables asks for it. */
export interface Case {
  /** Makes what the request needs, anew for each call, and says the request that is answered. */
  valid: (world: World) => Promise<Sent>;
  /** What is to be wrong about that request, beside what is tried with every operation; `field` where that is told. */
  invalid?: { change: (sent: Sent) => Sent; code?: string; field?: string }[];
  /** What has to be true afterwards, beside the answer being as described. */
  after?: (answer: unknown, sent: Sent, world: World) => Promise<void> | void;
  /** What `valid` makes is for the very next request: it is called for each. */
  alone?: true;
}

/** A database with tokens of every role, and a sandbox to connect to. */
export class World {
  readonly #tokens = new Map<TestRole, string>();
  #peer: TestSandbox | undefined;
  #receiver: Receiver | undefined;

  /** A token of a role; made once. */
  async token(role: TestRole): Promise<string> {
    const known = this.#tokens.get(role);
    if (known) return known;
    const input = { label: `test ${role}`, role: 'administrator' as const, requestsPerMinute: 1_000_000 };
    const { id, token } = await createToken(systemActor, createTokenSchema.parse(input));
    await db.apiToken.update({ where: { id }, data: { role } });
    this.#tokens.set(role, token);
    return token;
  }

  /** After a reset of the demo, which takes away every token but the one that asked for it. */
  async replaceTokensBut(kept: TestRole): Promise<void> {
    for (const role of roles.filter((other) => other !== kept)) {
      this.#tokens.delete(role);
      await this.token(role);
    }
  }

  /** The service provider; started when first asked for. */
  async peer(): Promise<TestSandbox> {
    if (!this.#peer) {
      this.#peer = await startTestSandbox();
      // The outgoing client of this process reads once whom it may reach.
      const targets = [this.#peer.sandbox.url, (await this.receiver()).url].map((url) => new URL(url).host);
      process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = targets.join(',');
    }
    return this.#peer;
  }

  /** A receiver of webhooks; what it cannot verify by its secret it refuses. */
  async receiver(): Promise<Receiver> {
    this.#receiver ??= await startReceiver();
    return this.#receiver;
  }

  async close(): Promise<void> {
    await this.#receiver?.close();
    await this.#peer?.sandbox.close();
    await db.$disconnect();
  }

  /** A person with a name that nobody has. */
  person(name = unique('person')): Promise<string> {
    return person(name);
  }

  group(userIds: readonly string[] = [], name = unique('group')): Promise<string> {
    return group(name, userIds);
  }

  /** An Egnyte with active SSO, not connected. */
  application(): Promise<{ id: string; slug: string }> {
    return egnyteApplication(unique('Egnyte'));
  }

  /** What is to be typed to connect to a tenant of its own. */
  async connection(): Promise<{ tenant: string; baseUrl: string; token: string }> {
    const peer = await this.peer();
    const tenant = `egnyte/${unique('t').replaceAll('-', '')}`;
    await peer.control('POST', '/reset', { tenant });
    const made = await peer.control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
    return { tenant, baseUrl: made.scimUrl, token: made.token };
  }

  /** An Egnyte that is connected, with one person in a group; nothing was sent yet. */
  async connected(): Promise<{ id: string; slug: string; tenant: string; userId: string; groupId: string }> {
    const peer = await this.peer();
    const application = await this.application();
    const { tenant } = await this.connection();
    const userId = await this.person();
    const groupId = await this.group([userId]);
    await associateGroup(systemActor, { applicationId: application.id, groupId });
    await connect(application.id, tenant, peer);
    return { ...application, tenant, userId, groupId };
  }

  /** Runs the background work until nothing is due. */
  work(): Promise<void> {
    return work();
  }

  /** Leaves undone what is waiting: first cycles of applications that were connected for what is over now, and the like. */
  async leaveUndone(): Promise<void> {
    await db.$executeRaw`DELETE FROM graphile_worker._private_jobs WHERE locked_at IS NULL`;
  }

  /** Sends a request as the route would hand it on. */
  async call(
    operation: Pick<Operation, 'method' | 'path'>,
    sent: Sent,
    token: string | undefined,
  ): Promise<{ status: number; headers: Headers; body: unknown }> {
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(sent.params?.[name] ?? ''));
    const query = new URLSearchParams(sent.query).toString();
    return this.send(operation.method, `${path}${query ? `?${query}` : ''}`, { ...sent, token });
  }

  async send(
    method: Method,
    path: string,
    options: { body?: unknown; headers?: Record<string, string>; token: string | undefined },
  ): Promise<{ status: number; headers: Headers; body: unknown }> {
    const { token, headers = {} } = options;
    if (options.body === undefined) return answer(method, path, token, headers);
    const json = { 'content-type': 'application/json' };
    return answer(method, path, token, { ...json, ...headers }, JSON.stringify(options.body));
  }

  /** Sends bytes as they are. */
  sendRaw(method: Method, path: string, token: string, body: string | Uint8Array<ArrayBuffer>, type?: string) {
    return answer(method, path, token, type ? { 'content-type': type } : {}, body);
  }
}

async function answer(
  method: Method,
  path: string,
  token: string | undefined,
  headers: Record<string, string>,
  body?: string | Uint8Array<ArrayBuffer>,
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const request = new Request(`http://localhost:3000${apiPrefix}${path}`, {
    method,
    headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const response = await handleApi(request, { origin: 'http://localhost:3000', clientAddress: '192.0.2.7' });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

/** A name that is used once. */
export function unique(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}

/** What a request may leave behind although it is refused. */
const refusalsWrite = {
  ...Object.fromEntries(
    [
      'events',
      'event_words',
      'worker_heartbeats',
      'namings',
      'computed_names',
      'stale_names',
      'throttles',
      '_prisma_migrations',
    ].map((table) => [table, 'all' as const]),
  ),
  api_tokens: ['last_used_at', 'last_used_address'],
};

let counting: Promise<void> | undefined;

/** How many rows were written so far, by table; the same again after a request that changed nothing. */
export async function rowsWritten(): Promise<Record<string, number>> {
  counting ??= countChanges(refusalsWrite);
  await counting;
  return changesSoFar();
}
