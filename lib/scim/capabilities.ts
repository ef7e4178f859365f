import { getIgnoringCase, isRecord, readBoolean, readCount } from '@/lib/scim/json';
import { contentTypes, type ServerProfile } from '@/lib/scim/profile';

/** What a server can do: read from its ServiceProviderConfig (RFC 7643 §5), corrected by what the test learns. */
export interface ScimCapabilities {
  /** Of users. */
  patch: boolean;
  patchGroups: boolean;
  filter: boolean;
  /** Most resources that an answer to a filter holds; 0 when the server does not say. */
  filterMaxResults: number;
  bulk: { supported: boolean; maxOperations: number; maxPayload: number };
  etag: boolean;
  sort: boolean;
  changePassword: boolean;
  /** `default`: the server did not say, these are our assumptions. */
  source: 'server' | 'default';
  /** Whether PATCH understands `emails[type eq "work"].value`; assumed until a server refuses it. */
  pathFilters: boolean;
  /** Page size that the server was seen to keep to. */
  pageSize?: number;
  /** Most members per request, learned from an error. */
  maxMembers?: number;
  /** Requests at once, after it was told that it was too much. */
  concurrency?: number;
  /** What the server takes a body for, learned from a refusal. */
  contentType?: ServerProfile['contentType'];
  /** What becomes of a deleted account, learned from the first one. */
  afterDelete?: ServerProfile['afterDelete'];
  /** Whether it takes one operation a PATCH, learned from a refusal. */
  oneOperation?: boolean;
  /** Whether it refuses to replace what is not there. */
  addAbsent?: boolean;
  /** Whether it wants the version of what is changed. */
  ifMatch?: boolean;
  /** Whether a success of a deactivation is to be believed. */
  deactivation?: ServerProfile['deactivation'];
  /** Attributes, one a line, whose values it keeps in another form than it is sent. */
  normalised?: ServerProfile['normalised'];
  /** Whether several changes leave by one request. */
  bulkUse?: ServerProfile['bulkUse'];
  /** Of such a request: most operations, and most bytes. */
  bulkOperations?: number;
  bulkBytes?: number;
}

/**
 * What is assumed of a server that does not say. PATCH and filters are, because nearly every server has them and a
 * partial ServiceProviderConfig must not silently turn them off; the rest is not needed.
 */
export const defaultCapabilities: ScimCapabilities = {
  patch: true,
  patchGroups: true,
  filter: true,
  filterMaxResults: 0,
  bulk: { supported: false, maxOperations: 0, maxPayload: 0 },
  etag: false,
  sort: false,
  changePassword: false,
  source: 'default',
  pathFilters: true,
};

/** Reads a ServiceProviderConfig, complete or not; what is missing or malformed gets the default. */
export function readCapabilities(json: unknown): ScimCapabilities {
  const config = isRecord(json) ? json : {};
  const section = (name: string): Record<string, unknown> => {
    const value = getIgnoringCase(config, name);
    if (isRecord(value)) return value;
    // Some servers write `"patch": true`.
    return readBoolean(value) === undefined ? {} : { supported: value };
  };
  const supported = (name: string) => readBoolean(getIgnoringCase(section(name), 'supported'));
  const bulk = section('bulk');
  const said = ['patch', 'filter', 'bulk', 'etag', 'sort', 'changePassword'].some(
    (name) => supported(name) !== undefined,
  );
  return {
    patch: supported('patch') ?? defaultCapabilities.patch,
    patchGroups: supported('patch') ?? defaultCapabilities.patchGroups,
    filter: supported('filter') ?? defaultCapabilities.filter,
    filterMaxResults: readCount(getIgnoringCase(section('filter'), 'maxResults')) ?? 0,
    bulk: {
      supported: supported('bulk') ?? false,
      maxOperations: readCount(getIgnoringCase(bulk, 'maxOperations')) ?? 0,
      maxPayload: readCount(getIgnoringCase(bulk, 'maxPayloadSize')) ?? 0,
    },
    etag: supported('etag') ?? false,
    sort: supported('sort') ?? false,
    changePassword: supported('changePassword') ?? false,
    source: said ? 'server' : 'default',
    pathFilters: true,
  };
}

/** Reads capabilities that were stored with a connection; anything missing (an older version, `{}`) gets the default. */
export function parseCapabilities(stored: unknown): ScimCapabilities {
  const value: Partial<Record<keyof ScimCapabilities, unknown>> = isRecord(stored) ? stored : {};
  const bulk = isRecord(value.bulk) ? value.bulk : {};
  const pageSize = readCount(value.pageSize);
  const maxMembers = readCount(value.maxMembers);
  const concurrency = readCount(value.concurrency);
  const contentType = contentTypes.find((one) => one === value.contentType);
  return {
    patch: readBoolean(value.patch) ?? defaultCapabilities.patch,
    patchGroups: readBoolean(value.patchGroups ?? value.patch) ?? defaultCapabilities.patchGroups,
    filter: readBoolean(value.filter) ?? defaultCapabilities.filter,
    filterMaxResults: readCount(value.filterMaxResults) ?? 0,
    bulk: {
      supported: readBoolean(bulk.supported) ?? false,
      maxOperations: readCount(bulk.maxOperations) ?? 0,
      maxPayload: readCount(bulk.maxPayload) ?? 0,
    },
    etag: readBoolean(value.etag) ?? false,
    sort: readBoolean(value.sort) ?? false,
    changePassword: readBoolean(value.changePassword) ?? false,
    source: value.source === 'server' ? 'server' : 'default',
    pathFilters: readBoolean(value.pathFilters) ?? true,
    ...(pageSize ? { pageSize } : {}),
    ...(maxMembers ? { maxMembers } : {}),
    ...(concurrency ? { concurrency } : {}),
    ...(contentType ? { contentType } : {}),
    ...(readBoolean(value.oneOperation) ? { oneOperation: true } : {}),
    ...(readBoolean(value.addAbsent) ? { addAbsent: true } : {}),
    ...(readBoolean(value.ifMatch) ? { ifMatch: true } : {}),
  };
}
