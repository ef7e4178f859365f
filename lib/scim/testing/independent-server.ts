import { patchBodyValidation, type ScimPatchOperation, type ScimResource, scimPatch } from 'scim-patch';
import type { HttpClient, HttpRequest, HttpResponse } from '@/lib/http/client';

type Resource = Record<string, unknown> & { id: string };

/** What such a server does otherwise, though it does not say so. */
export interface Habits {
  /** Keeps what is sent of names and addresses in small letters. */
  lowers?: boolean;
  /** Answers a change with 204. */
  tellsNothing?: boolean;
}

/** What such a server does not take, though it does not say so. */
export interface Refusals {
  /** PATCH at all: 405. */
  patch?: boolean;
  /** Several operations in one PATCH: 400. */
  several?: boolean;
  /** `emails[type eq "work"]` in a path: 400. */
  pathFilters?: boolean;
  /** To replace what is not there: 500. */
  replacingAbsent?: boolean;
  /** A change without the version of what is changed: 428. */
  withoutVersion?: boolean;
}

export interface IndependentServer {
  users: Map<string, Resource>;
  groups: Map<string, Resource>;
  http: HttpClient;
  /** Methods of what came, oldest first. */
  asked: string[];
}

const mediaType = 'application/scim+json';

/**
 * A SCIM server in memory whose PATCH is somebody else's: the library scim-patch, in its strict form (replacing by a filter that
 * matches nothing is an error). What it stores is what it was sent.
 */
export function independentServer({ lowers, tellsNothing, ...refuses }: Refusals & Habits = {}): IndependentServer {
  const stores = { Users: new Map<string, Resource>(), Groups: new Map<string, Resource>() };
  const asked: string[] = [];
  let made = 0;
  let version = 0;
  const stored = (store: Map<string, Resource>, id: string, { meta: _meta, ...body }: Record<string, unknown>) => {
    version += 1;
    const kept = lowers ? lowered(body) : body;
    store.set(id, { ...kept, id, meta: { version: `W/"${version}"` } });
    return tellsNothing ? answer(204) : answer(200, store.get(id));
  };
  const request = async ({ method, url, headers = {}, body: text = '' }: HttpRequest): Promise<HttpResponse> => {
    asked.push(method);
    const [collection = '', encoded] = new URL(url).pathname.split('/').slice(1);
    const store = stores[collection as keyof typeof stores];
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    if (encoded === undefined) {
      made += 1;
      stored(store, `id-${made}`, body);
      return answer(201, store.get(`id-${made}`));
    }
    const id = decodeURIComponent(encoded);
    const there = store.get(id);
    if (!there) return refusal(404, 'There is none');
    if (method === 'GET') return answer(200, there);
    if (refuses.withoutVersion && !headers['if-match']) return refusal(428, 'If-Match is required');
    if (method === 'DELETE') return store.delete(id) ? answer(204) : refusal(404, 'There is none');
    if (method === 'PUT') return stored(store, id, body);
    try {
      const operations = operationsOf(body);
      const refused = refuse(refuses, operations, there);
      if (refused) return refused;
      return stored(store, id, patched(there, operations));
    } catch (error) {
      return refusal(400, error instanceof Error ? error.message : String(error));
    }
  };
  const http: HttpClient = {
    request,
    probe: async () => ({ address: '192.0.2.1', connectMs: 0 }),
    close: async () => {},
  };
  return { users: stores.Users, groups: stores.Groups, http, asked };
}

/**
 * Whether the library reads a value in the filter of a path. RFC 7644 §3.5.2 has any JSON string there; scim-patch looks for brackets,
 * colons, dots and ends of lines in it as well, and does not undo what is escaped.
 */
export const isReadInFilter = (value: string) => !/[[\]:.\\"\p{Cc}\p{Zl}\p{Zp}]/u.test(value);

/** As the library leaves a resource after some operations. @throws its errors */
export function patched(resource: object, operations: readonly ScimPatchOperation[]): Record<string, unknown> {
  const options = { mutateDocument: false, treatMissingAsAdd: false };
  return { ...scimPatch(resource as ScimResource, [...operations], options) };
}

function operationsOf(body: Record<string, unknown>): ScimPatchOperation[] {
  patchBodyValidation(body as never);
  return body.Operations as ScimPatchOperation[];
}

function refuse(refuses: Refusals, operations: readonly ScimPatchOperation[], there: object): HttpResponse | undefined {
  if (refuses.patch) return refusal(405, 'PATCH is not supported');
  if (refuses.several && operations.length > 1) return refusal(400, 'One operation at a time');
  if (refuses.pathFilters && operations.some(({ path }) => path?.includes('['))) return refusal(400, 'Bad path');
  const replaced = operations.filter(({ op }) => op === 'replace').map(({ path }) => path ?? '');
  return refuses.replacingAbsent && replaced.some((path) => isAbsent(there, path)) ? refusal(500, 'Oops') : undefined;
}

/** Of plain attributes, and those of an extension or a complex attribute. */
function isAbsent(resource: object, path: string): boolean {
  if (path.includes('[')) return false;
  const colon = path.lastIndexOf(':');
  const names = [...(colon === -1 ? [] : [path.slice(0, colon)]), ...path.slice(colon + 1).split('.')];
  return (
    names.reduce<unknown>((holder, name) => (holder as Record<string, unknown> | undefined)?.[name], resource) ===
    undefined
  );
}

function lowered(body: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(body, (key, value) =>
    /^(userName|value|givenName|familyName)$/.test(key) && typeof value === 'string' ? value.toLowerCase() : value,
  );
  return JSON.parse(text) as Record<string, unknown>;
}

function answer(status: number, body?: object): HttpResponse {
  const headers = { 'content-type': mediaType };
  return { status, headers, body: body === undefined ? '' : JSON.stringify(body), durationMs: 0 };
}

function refusal(status: number, detail: string): HttpResponse {
  return answer(status, { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status), detail });
}
