import type { Group } from '@/lib/db/generated/client';
import { readAttributeTypes } from '@/lib/directory/attribute-definitions';
import { isRecord } from '@/lib/scim/json';
import { applyPatch } from '@/lib/scim/server/apply-patch';
import { project, readProjection, wants } from '@/lib/scim/server/projection';
import { readPatch } from '@/lib/scim/server/read-patch';
import { resourceTypes, schemaDocuments, serviceProviderConfig } from '@/lib/scim/server/schema-documents';
import { badRequest, ScimError } from '@/lib/scim/server/scim-error';
import type { SourceSession } from './authenticate-source';
import { toGroupResource } from './group-resource';
import { notFound } from './internal/refuse';
import {
  type ListQuery,
  listSourceGroups,
  listSourceUsers,
  readGroupMembers,
  readUserResource,
} from './list-resources';
import { toUserResource } from './user-resource';
import {
  createSourceGroup,
  deleteSourceGroup,
  findOwnGroup,
  patchSourceGroup,
  replaceSourceGroup,
} from './write-group';
import { changeSourceUser, createSourceUser, deleteSourceUser, findOwn } from './write-user';

type Resource = Record<string, unknown>;

/** A request, as far as the protocol has to do with it. */
export interface ScimRequest {
  method: string;
  /** Below the endpoint: `/Users/…`. */
  path: string;
  query: URLSearchParams;
  body: unknown;
  ifMatch: string | null;
  /** Of the endpoint, without a slash at its end. */
  base: string;
  /** Bytes of a body at most. */
  maxBytes: number;
}

export interface Answer {
  status: number;
  body?: Resource;
  location?: string;
  etag?: string;
}

/**
 * What a request is answered. @throws ScimError, AppError
 */
export async function answerOf(source: SourceSession, request: ScimRequest): Promise<Answer> {
  const [, kind = '', id, ...rest] = request.path.split('/');
  if (rest.length > 0) throw new ScimError(404, 'There is nothing at this path.');
  switch (kind.toLowerCase()) {
    case 'users':
      return id === undefined || id === '.search'
        ? ofUsers(source, request, id)
        : ofUser(source, request, decodeURIComponent(id));
    case 'groups':
      return id === undefined || id === '.search'
        ? ofGroups(source, request, id)
        : ofGroup(source, request, decodeURIComponent(id));
    case 'serviceproviderconfig':
      return document(request, id === undefined, serviceProviderConfig(request.base, request.maxBytes));
    case 'resourcetypes':
      return documents(request, id, resourceTypes(request.base));
    case 'schemas': {
      const custom = [...(await readAttributeTypes())].map(([name, type]) => ({ name, type }));
      return documents(request, id, schemaDocuments(request.base, custom));
    }
    case 'bulk':
    case 'me':
      throw new ScimError(501, `/${kind} is not offered; ServiceProviderConfig says what is.`);
    default:
      throw new ScimError(404, 'There is nothing at this path.');
  }
}

async function ofUsers(source: SourceSession, request: ScimRequest, search: string | undefined): Promise<Answer> {
  const { base } = request;
  if (search === undefined && request.method === 'POST') {
    const { id } = await createSourceUser(source, resourceOf(request));
    return userAnswer(source, id, request, 201);
  }
  const { query, projection } = listQuery(request, search);
  const { rows, total, startIndex } = await listSourceUsers(source, query);
  return listAnswer(
    rows.map((row) => project(toUserResource(row, base), projection)),
    total,
    startIndex,
  );
}

async function ofUser(source: SourceSession, request: ScimRequest, id: string): Promise<Answer> {
  const { ifMatch } = request;
  switch (request.method) {
    case 'GET':
      return userAnswer(source, (await findOwn(source, id)).id, request, 200);
    case 'PUT': {
      const sent = resourceOf(request);
      await changeSourceUser(source, id, () => sent, { ifMatch, isPatched: false });
      return userAnswer(source, id, request, 200);
    }
    case 'PATCH': {
      const operations = readPatch(request.body);
      await changeSourceUser(source, id, (before) => applyPatch(before, operations), { ifMatch, isPatched: true });
      return userAnswer(source, id, request, 200);
    }
    case 'DELETE':
      await deleteSourceUser(source, id, ifMatch);
      return { status: 204 };
    default:
      throw notAllowed(request);
  }
}

async function ofGroups(source: SourceSession, request: ScimRequest, search: string | undefined): Promise<Answer> {
  if (search === undefined && request.method === 'POST') {
    return groupAnswer(await createSourceGroup(source, resourceOf(request)), request, 201);
  }
  const { query, projection } = listQuery(request, search);
  const { rows, total, startIndex } = await listSourceGroups(source, query);
  const members = wants(projection, 'members') ? await readGroupMembers(rows.map((row) => row.id)) : undefined;
  return listAnswer(
    rows.map((row) => project(toGroupResource(row, members?.get(row.id), request.base), projection)),
    total,
    startIndex,
  );
}

async function ofGroup(source: SourceSession, request: ScimRequest, id: string): Promise<Answer> {
  const { ifMatch, query } = request;
  switch (request.method) {
    case 'GET':
      return groupAnswer(await findOwnGroup(source, id), request, 200);
    case 'PUT':
      return groupAnswer(await replaceSourceGroup(source, id, resourceOf(request), ifMatch), request, 200);
    case 'PATCH': {
      const group = await patchSourceGroup(source, id, readPatch(request.body), ifMatch);
      // Without the members, who may be many: who asks for attributes is answered them (RFC 7644 §3.5.2).
      if (query.has('attributes') || query.has('excludedAttributes')) return groupAnswer(group, request, 200);
      return { status: 204 };
    }
    case 'DELETE':
      await deleteSourceGroup(source, id, ifMatch);
      return { status: 204 };
    default:
      throw notAllowed(request);
  }
}

async function userAnswer(source: SourceSession, id: string, request: ScimRequest, status: number): Promise<Answer> {
  const user = await readUserResource(source, id);
  if (!user) throw notFound('User');
  return one(toUserResource(user, request.base), request, status);
}

async function groupAnswer(group: Group, request: ScimRequest, status: number): Promise<Answer> {
  const members = wants(projectionOf(request), 'members')
    ? (await readGroupMembers([group.id])).get(group.id)
    : undefined;
  return one(toGroupResource(group, members, request.base), request, status);
}

function one(resource: Resource, request: ScimRequest, status: number): Answer {
  const { location, version } = resource.meta as { location: string; version: string };
  return { status, body: project(resource, projectionOf(request)), location, etag: version };
}

const projectionOf = ({ query }: ScimRequest) =>
  readProjection(query.get('attributes'), query.get('excludedAttributes'));

/** Of the address, or of the body of a search (RFC 7644 §3.4.3). */
function listQuery(request: ScimRequest, search: string | undefined) {
  if (search === undefined) {
    if (request.method !== 'GET') throw notAllowed(request);
    const query: ListQuery = {
      filter: request.query.get('filter'),
      startIndex: request.query.get('startIndex'),
      count: request.query.get('count'),
    };
    return { query, projection: projectionOf(request) };
  }
  if (request.method !== 'POST') throw notAllowed(request);
  const body = resourceOf(request);
  const text = (name: string) => {
    const value = body[name];
    return value === undefined || value === null ? null : Array.isArray(value) ? value.join(',') : String(value);
  };
  const query: ListQuery = { filter: text('filter'), startIndex: text('startIndex'), count: text('count') };
  return { query, projection: readProjection(text('attributes'), text('excludedAttributes')) };
}

function listAnswer(resources: readonly Resource[], totalResults: number, startIndex: number): Answer {
  return {
    status: 200,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults,
      startIndex,
      itemsPerPage: resources.length,
      Resources: resources,
    },
  };
}

function document(request: ScimRequest, isThere: boolean, body: Resource): Answer {
  if (!isThere) throw new ScimError(404, 'There is nothing at this path.');
  if (request.method !== 'GET') throw notAllowed(request);
  // RFC 7644 §4: what describes the server is not filtered.
  if (request.query.has('filter')) throw new ScimError(403, 'Filters are not possible here.');
  return { status: 200, body };
}

function documents(request: ScimRequest, id: string | undefined, all: readonly (Resource & { id: string })[]): Answer {
  if (id === undefined) return document(request, true, listAnswer(all, all.length, 1).body ?? {});
  const wanted = decodeURIComponent(id).toLowerCase();
  const found = all.find((one) => one.id.toLowerCase() === wanted);
  return document(request, found !== undefined, found ?? {});
}

function resourceOf({ body }: ScimRequest): Resource {
  if (isRecord(body)) return body;
  throw badRequest('invalidSyntax', 'The body is an object.');
}

function notAllowed({ method }: ScimRequest): ScimError {
  return new ScimError(405, `${method} is not possible here.`);
}
