import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttp, type TestServer } from '@/lib/http/testing/server';
import { fixedCredentials } from '@/lib/scim/credentials';

export interface Received {
  method: string;
  /** Path and query below the base, such as `/Users?count=1`. */
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
  rawBody: string;
}

export interface ScimAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON, text as it is. */
  body?: unknown;
  /** Carry the request out, then break the connection instead of answering. */
  reset?: boolean;
}

type Resource = Record<string, unknown> & { id: string };

export interface TestScimServer extends TestServer {
  received: Received[];
  users: Map<string, Resource>;
  groups: Map<string, Resource>;
}

export const testToken = 'tok/en+with"odd chars=';

/** Authenticates by a bearer token, the server's own unless told. */
export const bearer = (secret = testToken) => fixedCredentials({ authentication: { kind: 'bearer' }, secret });

/**
 * A small well-behaved SCIM server under /scim/v2 for tests.
 * @param bend answers in place of the good behaviour; undefined leaves the request to it
 */
export async function startScim(
  bend: (request: Received) => ScimAnswer | undefined = () => undefined,
): Promise<TestScimServer> {
  const received: Received[] = [];
  const users = new Map<string, Resource>();
  const groups = new Map<string, Resource>();
  const server = await startHttp((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const rawBody = Buffer.concat(chunks).toString();
      const path = (request.url ?? '').replace('/scim/v2', '');
      const body = rawBody === '' ? {} : JSON.parse(rawBody);
      const entry = { method: request.method ?? '', path, headers: request.headers, body, rawBody };
      received.push(entry);
      const bent = bend(entry);
      if (bent && !bent.reset) return write(response, bent);
      const answer = behave(entry, { Users: users, Groups: groups });
      if (bent?.reset) request.socket.resetAndDestroy();
      else write(response, answer);
    });
  });
  return { ...server, url: `${server.url}/scim/v2`, received, users, groups };
}

function write(response: ServerResponse, { status = 200, headers = {}, body }: ScimAnswer): void {
  response.writeHead(status, { 'content-type': 'application/scim+json', ...headers });
  response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
}

function behave(request: Received, store: Record<string, Map<string, Resource>>): ScimAnswer {
  if (request.headers.authorization !== `Bearer ${testToken}`) return scimError(401, 'Invalid token');
  const [pathname = '', query = ''] = request.path.split('?');
  const [, collection = '', id] = pathname.split('/');
  if (collection === 'ServiceProviderConfig') return { body: config };
  const resources = store[collection];
  if (!resources) return { status: 404, body: 'no such page' };
  if (id === undefined) {
    return request.method === 'POST' ? create(resources, request.body) : list(resources, new URLSearchParams(query));
  }
  const resource = resources.get(decodeURIComponent(id));
  if (!resource) return scimError(404, `Resource ${id} not found`);
  if (request.method === 'DELETE') {
    resources.delete(resource.id);
    return { status: 204 };
  }
  if (request.method === 'PATCH') for (const operation of operationsOf(request.body)) apply(resource, operation);
  if (request.method === 'PUT') resources.set(resource.id, { ...request.body, id: resource.id });
  return { body: resources.get(resource.id) };
}

function create(resources: Map<string, Resource>, body: Record<string, unknown>): ScimAnswer {
  const id = `id-${resources.size + 1}`;
  if ([...resources.values()].some(({ userName }) => userName !== undefined && userName === body.userName)) {
    return scimError(409, 'userName is taken', 'uniqueness');
  }
  resources.set(id, { ...body, id });
  return { status: 201, body: resources.get(id) };
}

function list(resources: Map<string, Resource>, query: URLSearchParams): ScimAnswer {
  const [, attribute = '', value] = /^(\w+) eq "(.*)"$/.exec(query.get('filter') ?? '') ?? [];
  const found = [...resources.values()].filter((resource) => value === undefined || resource[attribute] === value);
  const startIndex = Number(query.get('startIndex') ?? 1);
  const page = found.slice(startIndex - 1, startIndex - 1 + Number(query.get('count') ?? 100));
  return { body: { totalResults: found.length, startIndex, itemsPerPage: page.length, Resources: page } };
}

function operationsOf(body: Record<string, unknown>): { path: string; value: unknown }[] {
  return Array.isArray(body.Operations) ? body.Operations : [];
}

/** Just enough PATCH for the tests: whole attributes and name.familyName. */
function apply(resource: Resource, { path, value }: { path: string; value: unknown }): void {
  if (path === 'name.familyName') resource.name = { ...(resource.name as object), familyName: value };
  else if (!path.includes('[')) resource[path] = value;
}

export function scimError(status: number, detail: string, scimType?: string): ScimAnswer {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
  return { status, body: { schemas, status: String(status), detail, ...(scimType ? { scimType } : {}) } };
}

const config = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  filter: { supported: true, maxResults: 200 },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  etag: { supported: false },
  sort: { supported: false },
  changePassword: { supported: false },
};
