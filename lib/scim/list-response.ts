import { getIgnoringCase, isRecord, readCount } from '@/lib/scim/json';
import type { ScimResource } from '@/lib/scim/path';

/** One page of a list (RFC 7644 §3.4.2). */
export interface ListPage {
  resources: ScimResource[];
  /** What the server claims; the number of resources on the page when it claims nothing. */
  totalResults: number;
  /** Whether the server said `totalResults` at all. */
  claimsTotal: boolean;
  startIndex: number;
  itemsPerPage: number;
}

/** Reads a ListResponse, or a bare array. undefined when it is neither. @param startIndex the one asked for */
export function readListPage(json: unknown, startIndex: number): ListPage | undefined {
  const list = Array.isArray(json) ? { Resources: json } : json;
  if (!isRecord(list)) return undefined;
  const found = getIgnoringCase(list, 'Resources');
  const total = readCount(getIgnoringCase(list, 'totalResults'));
  // RFC 7644 lets Resources be absent when there is nothing; without either key this is some other object.
  if (!Array.isArray(found) && total === undefined) return undefined;
  const resources = (Array.isArray(found) ? found : []).filter(isRecord).map(withTextId);
  return {
    resources,
    totalResults: total ?? resources.length,
    claimsTotal: total !== undefined,
    startIndex: readCount(getIgnoringCase(list, 'startIndex')) ?? startIndex,
    itemsPerPage: readCount(getIgnoringCase(list, 'itemsPerPage')) ?? resources.length,
  };
}

/** Ids are text (RFC 7643 §3.1); some servers send numbers. */
export function withTextId(resource: ScimResource): ScimResource {
  const id = getIgnoringCase(resource, 'id');
  return typeof id === 'number' || (typeof id === 'string' && resource.id !== id)
    ? { ...resource, id: String(id) }
    : resource;
}
