import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { connect, egnyteApplication, startTestSandbox, type TestSandbox } from './support';

/** What a tenant of the sandbox has. */
export interface Stored {
  users: { id: string; data: { userName: string; active: boolean; name?: { givenName?: string }; title?: string } }[];
  groups: { id: string; displayName: string; members: string[] }[];
}

/** One request as the sandbox has logged it. */
export interface Asked {
  method: string;
  path: string;
  status: number;
  /** When it came. */
  at: string;
  durationMs: number;
}

/** A tenant of the sandbox for each test, with an application of ours that is not connected yet. */
export interface TestTenant {
  /** Its name, as of this test. */
  readonly tenant: string;
  readonly peer: TestSandbox;
  connect(manageGroups?: boolean): Promise<void>;
  /** Asks the sandbox for something about this tenant. */
  control<T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<T>;
  faults(set: object): Promise<unknown>;
  noFaults(): Promise<unknown>;
  state(): Promise<Stored>;
  /** Names of the members of a group there; undefined: there is none. */
  members(displayName: string): Promise<(string | undefined)[] | undefined>;
  groupNames(): Promise<string[]>;
  accountId(userName: string): Promise<string | undefined>;
  requests(): Promise<Asked[]>;
  /** The same of those that change something, as `PATCH /…`. */
  writes(): Promise<string[]>;
  forgetRequests(): Promise<unknown>;
  /** By somebody else, with a token of their own. @returns what was answered */
  bySomebody<T = unknown>(method: string, path: string, body?: object): Promise<T>;
  /** The same for one operation of PATCH. */
  patchedBySomebody(path: string, operation: object): Promise<unknown>;
}

/**
 * Gives each test of a file an empty database, a tenant and an application.
 * @param name of the tenants @param begin is told the application of each test
 */
export function tenantPerTest(name: string, begin: (applicationId: string) => void): TestTenant {
  let peer: TestSandbox;
  let tenant = '';
  let applicationId = '';
  let count = 0;
  beforeAll(async () => {
    peer = await startTestSandbox();
  });
  afterAll(() => peer.sandbox.close());
  beforeEach(async () => {
    count += 1;
    tenant = `egnyte/${name}${count}`;
    await emptyTables('users', 'groups', 'applications', 'events');
    await peer.control('POST', '/reset', { tenant });
    applicationId = (await egnyteApplication(`Egnyte ${count}`)).id;
    begin(applicationId);
  });

  const control: TestTenant['control'] = (method, path, body) =>
    body ? peer.control(method, path, { tenant, ...body }) : peer.control(method, `${path}?tenant=${tenant}`);
  const state = () => control<Stored>('GET', '/state');
  const requests = async () => (await control<{ requests: Asked[] }>('GET', '/requests')).requests;
  const bySomebody: TestTenant['bySomebody'] = async (method, path, body) => {
    const { token, scimUrl } = await control<{ token: string; scimUrl: string }>('POST', '/tokens', {});
    const answer = await fetch(`${scimUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    expect(answer.status).toBeLessThan(300);
    return answer.status === 204 ? undefined : answer.json();
  };
  return {
    get tenant() {
      return tenant;
    },
    get peer() {
      return peer;
    },
    connect: (manageGroups = true) => connect(applicationId, tenant, peer, manageGroups),
    control,
    faults: (set) => control('POST', '/faults', set),
    noFaults: () => control('DELETE', '/faults'),
    state,
    async members(displayName) {
      const { users, groups } = await state();
      const ids = groups.find((one) => one.displayName === displayName)?.members;
      return ids?.map((id) => users.find((user) => user.id === id)?.data.userName).sort();
    },
    groupNames: async () => (await state()).groups.map(({ displayName }) => displayName).sort(),
    accountId: async (userName) => (await state()).users.find(({ data }) => data.userName === userName)?.id,
    requests,
    writes: async () =>
      (await requests()).filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`),
    forgetRequests: () => control('DELETE', '/requests'),
    bySomebody,
    patchedBySomebody: (path, operation) =>
      bySomebody('PATCH', path, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [operation],
      }),
  };
}
