import { foldName } from '@/lib/core/fold-name';
import { getIgnoringCase, isRecord, readCount } from '@/lib/scim/json';
import type { ScimResource } from '@/lib/scim/path';

// Several requests in one (RFC 7644 §3.7): what is sent, and which part of the answer is whose.

const messages = 'urn:ietf:params:scim:api:messages:2.0';

/** A request among those that leave together. */
export interface BulkOperation {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Transient, of its own in the request. Said of whatever is sent, so that each part of the answer can be told. */
  bulkId: string;
  /** As it would be addressed alone, below the base URL. */
  path: string;
  /** Version that the resource must have. */
  version?: string;
  data?: ScimResource;
}

/** What became of one of them. */
export interface BulkPart {
  status: number;
  location?: string;
  version?: string;
  /** The resource or the error; undefined where the server leaves it out. */
  response: unknown;
  /** As the server wrote it. */
  told: Record<string, unknown>;
}

/** Without `failOnErrors`: what is wrong with one is no reason to leave out the others. */
export function bulkRequest(operations: readonly BulkOperation[]): ScimResource {
  return { schemas: [`${messages}:BulkRequest`], Operations: operations };
}

/** What stands in an answer about one operation, as an answer of its own. */
export function bulkResponse({ told }: BulkPart): ScimResource {
  return { schemas: [`${messages}:BulkResponse`], Operations: [told] };
}

/**
 * The parts of an answer, each for its operation, in the order of the operations, whatever order the server told them in; undefined for
 * one of which the answer does not tell for certain what became of it.
 * @returns undefined where it is no answer to a bulk request at all
 */
export function readBulkResponse(
  json: unknown,
  operations: readonly BulkOperation[],
): (BulkPart | undefined)[] | undefined {
  const list = isRecord(json) ? getIgnoringCase(json, 'Operations') : undefined;
  if (!Array.isArray(list)) return undefined;
  const told = list.filter(isRecord);
  return operations.map((operation) => {
    const named = told.filter((one) => bulkIdOf(one) === operation.bulkId);
    const found = named.length > 0 ? named : told.filter((one) => bulkIdOf(one) === '' && isAbout(one, operation));
    const [only] = found;
    return only && found.length === 1 ? partOf(only) : undefined;
  });
}

function bulkIdOf(told: Record<string, unknown>): string {
  const id = getIgnoringCase(told, 'bulkId');
  return typeof id === 'string' || typeof id === 'number' ? String(id) : '';
}

/**
 * Whether a part that names no operation is about this one. Of what is there, its location says it; of what was created, only the name in it does:
 * by the order alone, somebody might be given the account of somebody else.
 */
function isAbout(told: Record<string, unknown>, { method, path, data }: BulkOperation): boolean {
  if (method !== 'POST') return pathOf(getIgnoringCase(told, 'location')).endsWith(decoded(path));
  const response = getIgnoringCase(told, 'response');
  const name = isRecord(response) ? getIgnoringCase(response, 'userName') : undefined;
  const sent = data?.userName;
  return typeof name === 'string' && typeof sent === 'string' && foldName(name) === foldName(sent);
}

const pathOf = (location: unknown) => (typeof location === 'string' ? decoded(location.split(/[?#]/)[0] ?? '') : '');

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function partOf(told: Record<string, unknown>): BulkPart | undefined {
  const status = readStatus(getIgnoringCase(told, 'status'));
  if (status === undefined) return undefined;
  const location = getIgnoringCase(told, 'location');
  const version = getIgnoringCase(told, 'version');
  return {
    status,
    ...(typeof location === 'string' && location !== '' ? { location } : {}),
    ...(typeof version === 'string' && version !== '' ? { version } : {}),
    response: getIgnoringCase(told, 'response'),
    told,
  };
}

/** A string (§3.7.3), a number, or an object with a code, as drafts had it. */
function readStatus(value: unknown): number | undefined {
  const status = readCount(isRecord(value) ? getIgnoringCase(value, 'code') : value);
  return status !== undefined && status >= 200 && status < 600 ? status : undefined;
}
