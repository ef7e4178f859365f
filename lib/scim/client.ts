import type { HttpClient, HttpResponse, ProbeResult } from '@/lib/http/client';
import { defaultCapabilities, type ScimCapabilities } from '@/lib/scim/capabilities';
import type { Authenticator } from '@/lib/scim/credentials';
import { looksLikeHtml } from '@/lib/scim/error-body';
import type { ScimExchange } from '@/lib/scim/exchange';
import type { ScimFailure } from '@/lib/scim/failure';
import { isRecord, parseJson } from '@/lib/scim/json';
import type { Lesson } from '@/lib/scim/lesson';
import { type ListPage, readListPage, withTextId } from '@/lib/scim/list-response';
import { patchBody, type ScimOperation } from '@/lib/scim/patch';
import type { ScimResource } from '@/lib/scim/path';
import type { ServerProfile } from '@/lib/scim/profile';
import { type Together, together } from '@/lib/scim/together';
import { type Answer, createTransport, type Gate, type RequestOptions, type Transport } from '@/lib/scim/transport';

/** What happened to one request: a value, because one person's failure is data. Only a bug throws. */
export type ScimResult<T> =
  | { ok: true; value: T; exchange: ScimExchange }
  | { ok: false; failure: ScimFailure; exchange: ScimExchange };

export interface ScimClientOptions {
  /** With or without a trailing slash. */
  baseUrl: string;
  authenticator: Authenticator;
  http: HttpClient;
  capabilities?: ScimCapabilities;
  /** Absent: requests leave at once. */
  gate?: Gate;
  /** Told what the server has taught by a refusal, to be kept; it is gone by already. `lesson`: the answer that has taught it. */
  learned?: (taught: Partial<ServerProfile>, lesson: Lesson) => Promise<void>;
  /** Forms of requests that it is known to take, by collection and name; what is found out is added. */
  accepted?: Set<string>;
  /** Real time, for a Retry-After date of a server that sends no Date. */
  now?: () => Date;
}

export interface ListQuery {
  /** 1-based. */
  startIndex?: number;
  count?: number;
  filter?: string;
}

export type CreatedResource = ScimResource & { id: string };
type Collection = 'Users' | 'Groups';

/** Creates, reads, updates and deletes. Never retries what may have been carried out. */
export interface ScimClient {
  readonly baseUrl: string;
  readonly capabilities: ScimCapabilities;
  /** From now on the client goes by what the server has just taught. @param lesson the answer that has taught it */
  learn(taught: Partial<ServerProfile>, lesson: Lesson): Promise<void>;
  /** Forms of requests that the server was seen to take (`update-resource.ts`). */
  readonly accepted: Set<string>;
  /** Opens and closes a connection. @throws HttpError */
  probe(): Promise<ProbeResult>;
  serviceProviderConfig(options?: RequestOptions): Promise<ScimResult<ScimResource>>;
  resourceTypes(options?: RequestOptions): Promise<ScimResult<ScimResource[]>>;
  schemas(options?: RequestOptions): Promise<ScimResult<ScimResource[]>>;
  list(collection: Collection, query?: ListQuery, options?: RequestOptions): Promise<ScimResult<ListPage>>;
  listUsers(query?: ListQuery, options?: RequestOptions): Promise<ScimResult<ListPage>>;
  listGroups(query?: ListQuery, options?: RequestOptions): Promise<ScimResult<ListPage>>;
  getUser(id: string, options?: RequestOptions): Promise<ScimResult<ScimResource>>;
  getGroup(id: string, options?: RequestOptions): Promise<ScimResult<ScimResource>>;
  createUser(body: ScimResource, options?: RequestOptions): Promise<ScimResult<CreatedResource>>;
  createGroup(body: ScimResource, options?: RequestOptions): Promise<ScimResult<CreatedResource>>;
  /** The value is what the server answered: null for 204, or for a 200 that holds no resource. */
  patchUser(id: string, operations: readonly ScimOperation[], options?: RequestOptions): Promise<UpdateResult>;
  patchGroup(id: string, operations: readonly ScimOperation[], options?: RequestOptions): Promise<UpdateResult>;
  replaceUser(id: string, body: ScimResource, options?: RequestOptions): Promise<UpdateResult>;
  replaceGroup(id: string, body: ScimResource, options?: RequestOptions): Promise<UpdateResult>;
  deleteUser(id: string, options?: RequestOptions): Promise<ScimResult<null>>;
  deleteGroup(id: string, options?: RequestOptions): Promise<ScimResult<null>>;
  /**
   * Does several things at once, each with a client of its own. Their changes leave together, by `/Bulk` within its limits, and are answered each
   * by itself; see `together.ts`.
   */
  together<T>(works: readonly ((client: ScimClient) => Promise<T>)[]): Promise<Together<T>>;
}

export type UpdateResult = ScimResult<ScimResource | null>;

/** A SCIM 2.0 client (RFC 7644) for one connection. Secrets are in no exchange, failure or error. */
export function createScimClient(options: ScimClientOptions): ScimClient {
  const capabilities = { ...(options.capabilities ?? defaultCapabilities) };
  const learn = async (taught: Partial<ServerProfile>, lesson: Lesson) => {
    Object.assign(capabilities, taught);
    await options.learned?.(taught, lesson);
  };
  const transport = createTransport({
    contentType: capabilities.contentType,
    learn,
    baseUrl: options.baseUrl,
    authenticator: options.authenticator,
    http: options.http,
    gate: options.gate,
    now: options.now ?? (() => new Date()),
  });
  const shared = { capabilities, learn, accepted: options.accepted ?? new Set<string>() };
  return clientOn(transport, { ...shared, probe: () => options.http.probe(transport.baseUrl) });
}

/** What clients over one connection have in common. */
type Shared = Pick<ScimClient, 'capabilities' | 'learn' | 'accepted' | 'probe'>;

function clientOn(transport: Transport, shared: Shared): ScimClient {
  const list = (collection: Collection, query: ListQuery = {}, request: RequestOptions = {}) =>
    listPage(transport, collection, query, request);
  const get =
    (collection: Collection) =>
    async (id: string, request: RequestOptions = {}) =>
      asResource(await transport.send('GET', [collection, id], request), id);
  const create =
    (collection: Collection) =>
    async (body: ScimResource, request: RequestOptions = {}) =>
      asCreated(await transport.send('POST', [collection], { ...request, body }));
  const update =
    (method: 'PATCH' | 'PUT', collection: Collection) =>
    async (id: string, body: ScimResource, request: RequestOptions = {}) =>
      asUpdated(await transport.send(method, [collection, id], { ...request, body }));
  const patch =
    (collection: Collection) => (id: string, operations: readonly ScimOperation[], request?: RequestOptions) =>
      update('PATCH', collection)(id, patchBody(operations), request);
  const remove =
    (collection: Collection) =>
    async (id: string, request: RequestOptions = {}) =>
      asDeleted(await transport.send('DELETE', [collection, id], request));
  return {
    baseUrl: transport.baseUrl,
    ...shared,
    serviceProviderConfig: async (request = {}) =>
      asResource(await transport.send('GET', ['ServiceProviderConfig'], request)),
    resourceTypes: async (request = {}) => asList(await transport.send('GET', ['ResourceTypes'], request)),
    schemas: async (request = {}) => asList(await transport.send('GET', ['Schemas'], request)),
    list,
    listUsers: (query, request) => list('Users', query, request),
    listGroups: (query, request) => list('Groups', query, request),
    getUser: get('Users'),
    getGroup: get('Groups'),
    createUser: create('Users'),
    createGroup: create('Groups'),
    patchUser: patch('Users'),
    patchGroup: patch('Groups'),
    replaceUser: update('PUT', 'Users'),
    replaceGroup: update('PUT', 'Groups'),
    deleteUser: remove('Users'),
    deleteGroup: remove('Groups'),
    together: (works) =>
      together(
        { transport, ...shared },
        works.map((work) => (own: Transport) => work(clientOn(own, shared))),
      ),
  };
}

async function listPage(
  transport: Transport,
  collection: Collection,
  query: ListQuery,
  request: RequestOptions,
): Promise<ScimResult<ListPage>> {
  const { startIndex = 1, count, filter } = query;
  const answer = await transport.send('GET', [collection], { ...request, query: { filter, startIndex, count } });
  if (!answer.ok) {
    // Some servers answer a search without a hit by 404; only a SCIM error says so, a wrong base URL does not.
    const noHit = filter !== undefined && answer.failure.status === 404 && answer.scimError;
    if (!noHit) return answer;
    const page = { resources: [], totalResults: 0, claimsTotal: true, startIndex, itemsPerPage: 0 };
    return { ok: true, value: page, exchange: answer.exchange };
  }
  const page = readListPage(parseJson(answer.response.body), startIndex);
  return page ? succeed(answer, page) : notScim(answer, 'no list of resources');
}

function asList(answer: Answer): ScimResult<ScimResource[]> {
  if (!answer.ok) return answer;
  const page = readListPage(parseJson(answer.response.body), 1);
  return page ? succeed(answer, page.resources) : notScim(answer, 'no list of resources');
}

function asResource(answer: Answer, id?: string): ScimResult<ScimResource> {
  if (!answer.ok) return answer;
  const resource = readResource(answer.response);
  if (!resource) return notScim(answer, 'no SCIM resource');
  return succeed(answer, id === undefined ? resource : { ...resource, id });
}

function asCreated(answer: Answer): ScimResult<CreatedResource> {
  if (!answer.ok) return answer;
  if (looksLikeHtml(answer.response.body)) return notScim(answer, 'a web page');
  const resource = readResource(answer.response) ?? {};
  const id = typeof resource.id === 'string' && resource.id !== '' ? resource.id : idOfLocation(answer.response);
  if (id !== undefined) return succeed(answer, { ...resource, id });
  const detail = `The server answered ${answer.response.status}, but without the id of what it created`;
  const failure: ScimFailure = { kind: 'unknown_outcome', status: answer.response.status, detail };
  return { ok: false, failure, exchange: answer.exchange };
}

/** PATCH and PUT may answer 200 with the resource, 204, or 200 with nothing to speak of. */
function asUpdated(answer: Answer): UpdateResult {
  if (!answer.ok) return answer;
  if (looksLikeHtml(answer.response.body)) return notScim(answer, 'a web page');
  const resource = readResource(answer.response);
  // A partial answer (an echo of the operations) must not be taken for the state of the account. The id is that of the answer: some
  // servers give another one with each change.
  return succeed(answer, resource && typeof resource.id === 'string' && resource.id !== '' ? resource : null);
}

function asDeleted(answer: Answer): ScimResult<null> {
  if (!answer.ok) return answer;
  return looksLikeHtml(answer.response.body) ? notScim(answer, 'a web page') : succeed(answer, null);
}

function readResource({ body, headers }: HttpResponse): ScimResource | undefined {
  const json = parseJson(body);
  return isRecord(json) ? withVersionOf(headers.etag, withTextId(json)) : undefined;
}

/** A server may tell the version in the header alone (RFC 7644 §3.14). */
function withVersionOf(etag: string | undefined, resource: ScimResource): ScimResource {
  const meta = isRecord(resource.meta) ? resource.meta : {};
  return etag === undefined || meta.version !== undefined
    ? resource
    : { ...resource, meta: { ...meta, version: etag } };
}

function idOfLocation(response: HttpResponse): string | undefined {
  const segment = response.headers.location?.split(/[?#]/)[0]?.split('/').filter(Boolean).at(-1);
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

type Success = Extract<Answer, { ok: true }>;

function succeed<T>(answer: Success, value: T): { ok: true; value: T; exchange: ScimExchange } {
  return { ok: true, value, exchange: answer.exchange };
}

function notScim(answer: Success, what: string): { ok: false; failure: ScimFailure; exchange: ScimExchange } {
  const { status } = answer.response;
  const instead = looksLikeHtml(answer.response.body) ? 'a web page' : what;
  const failure: ScimFailure = {
    kind: 'not_scim',
    status,
    detail: `${answer.place} answered ${status} with ${instead}`,
  };
  return { ok: false, failure, exchange: answer.exchange };
}
