import { startSandbox } from '../server';

/** A sandbox on free ports with a client for its control API; for tests. */
export async function startTestSandbox(dataDir?: string) {
  const sandbox = await startSandbox({ port: 0, smtpPort: 0, dataDir });
  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${sandbox.url}/_control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  return { ...sandbox, control };
}

export type TestSandbox = Awaited<ReturnType<typeof startTestSandbox>>;

export interface ScimAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  body: any;
  headers: Headers;
}

/** A SCIM client with a token of its own. */
export async function scimClient(sandbox: TestSandbox, tenant: string, token?: string) {
  const issued = await sandbox.control('POST', '/tokens', { tenant, ...(token === undefined ? {} : { token }) });
  return async (method: string, path: string, body?: unknown): Promise<ScimAnswer> => {
    const response = await fetch(`${issued.scimUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${issued.token}`, 'content-type': 'application/scim+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = text.startsWith('{');
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
  };
}

export function patch(...operations: unknown[]) {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
}

export function person(userName: string, more: Record<string, unknown> = {}) {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName,
    name: { givenName: 'Test', familyName: 'Person' },
    emails: [{ value: `${userName}@acme.example`, type: 'work', primary: true }],
    ...more,
  };
}
