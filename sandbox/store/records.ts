/** Settings of a tenant's single sign-on page, by field id. */
export type SsoSettings = Record<string, string | boolean>;

/** A SCIM user as the clients see it, without id, schemas and meta. */
export type UserData = Record<string, unknown>;

export interface Account {
  id: string;
  /** Where the account came from: there from the start, over SCIM, or made in bulk for a demo. */
  origin: 'existing' | 'scim' | 'generated';
  created: string;
  modified: string;
  data: UserData;
}

export interface GroupRecord {
  id: string;
  created: string;
  modified: string;
  displayName: string;
  externalId?: string;
  /** Ids of accounts. */
  members: Set<string>;
}

/** A token is shown once; only its hash stays. */
export interface TokenRecord {
  id: string;
  name: string;
  clientId: string;
  hash: string;
  lastFour: string;
  created: string;
  /** The endpoint that it opens; absent in older files: the first one. */
  endpoint?: string;
  /** The resources that it may use; absent: all. */
  resources?: string[];
  /** How it is sent; absent: as a bearer token. */
  way?: TokenWay;
}

/** How a secret is sent: as the password of HTTP Basic, in a header, or to the token endpoint, for itself or for whoever allowed it. */
export type TokenWay =
  | { kind: 'basic'; username: string }
  | { kind: 'header'; name: string }
  /** Its access tokens end after so many seconds. */
  | { kind: 'client'; seconds: number }
  /** The same for an authorisation code; `isPublic`: it has no secret. */
  | { kind: 'app'; seconds: number; redirectUri: string; isPublic: boolean };

/** Faults a tenant's SCIM server is told to have. Zero and false mean none. */
/** What is wrong with lists: see `sandbox/scim/lists.ts`. */
export const listFaults = [
  'none',
  'same page',
  'first page',
  'first fifty',
  'first fifty as all',
  'empty once',
  'endless',
  'wrong total',
  'no total',
] as const;
export const searchFaults = [
  'none',
  'finds nothing',
  'minds the case',
  'fails',
  'ignores the filter',
  'finds too much',
] as const;
export const idFaults = ['none', 'numbers', 'change on update'] as const;

/** What becomes of a LogoutRequest of the identity provider. */
export const logoutFaults = ['as asked', 'refused', 'no answer'] as const;

export const bulkFaults = ['as the application', 'taken', 'announced only', 'not announced'] as const;
export const bulkAnswerFaults = [
  'as they should be',
  'reversed, statuses as numbers',
  'without bulkId',
  'every third missing',
  'no BulkResponse',
] as const;

export interface Faults {
  /** Milliseconds added before each answer. */
  latencyMs: number;
  /** Requests per second before 429; 0 is unlimited. */
  requestsPerSecond: number;
  /** Seconds in Retry-After of 429 and 503. */
  retryAfterSeconds: number;
  /** Share of requests that fail, 0 to 1. */
  failRate: number;
  failStatus: 500 | 503;
  /** The next n requests fail with `failStatus`. */
  failNext: number;
  /** The next n writes are carried out, and their connection is cut before the answer. */
  dropNext: number;
  /** Share of writes whose answer is lost, 0 to 1. */
  dropRate: number;
  /** Every token is refused with 401, as if revoked. */
  unauthorized: boolean;
  /** The token endpoint answers 503. */
  tokenEndpointDown: boolean;
  /** Refresh tokens are refused (invalid_grant), as after the person who allowed it has left. */
  refreshRefused: boolean;
  /** Reads work, writes are refused with 403, as with the token of a deactivated administrator. */
  readOnly: boolean;
  /** Writes to this account (by userName) are refused with 403; empty: to none. */
  protectedUser: string;
  /** Every answer is an HTML page with status 200, as from a captive portal. */
  html: boolean;
  /** PATCH is refused with 501 and not announced. */
  noPatch: boolean;
  /** ServiceProviderConfig, ResourceTypes and Schemas answer 404. */
  noDiscovery: boolean;
  /** Members allowed in one request; 0 is unlimited. */
  maxMembersPerRequest: number;
  /** What more are refused with: 413 says how many it takes, 400 says nothing. */
  maxMembersStatus: 413 | 400;
  /** Page size below the profile's own; 0 keeps it. */
  maxPageSize: number;
  /** So many accounts, the newest, are left out of every list and search; by their id they answer. */
  unlisted: number;
  lists: (typeof listFaults)[number];
  search: (typeof searchFaults)[number];
  ids: (typeof idFaults)[number];
  /** Two accounts, or groups, may have one name. */
  sameNames: boolean;
  /** Milliseconds until something new is in lists and searches; by its id it answers at once. */
  consistencyMs: number;
  /** The next n requests are cut off, and nothing is done. */
  resetNext: number;
  /** Share of requests that meet with something: 5xx, 429 with Retry-After, HTML, garbage, a cut, a slow answer. */
  misfortunes: number;
  /** The same chance again. */
  misfortuneSeed: number;
  /** Groups are neither created nor renamed (403); their members can be changed. */
  fixedGroups: boolean;
  /** Members of groups are told to nobody. */
  membersNever: boolean;
  /** Members of groups are told of one group alone, not in lists. */
  membersNotListed: boolean;
  /** So many members of a group are told, the first ones; 0: all. */
  membersShown: number;
  /** Of which resources PATCH is refused although it is announced. */
  refusePatch: 'none' | 'users' | 'groups' | 'all';
  refusePatchStatus: 405 | 501;
  /** A PATCH of several operations is refused. */
  oneOperation: boolean;
  /** A PATCH with a value filter in a path is refused. */
  noPathFilters: boolean;
  /** A PATCH that replaces what is not there is refused. */
  noReplaceOfAbsent: boolean;
  /** What the three are refused with. */
  formStatus: 400 | 500;
  /** What changes a resource needs its version: 428 without, 412 with another one. */
  requireVersion: boolean;
  /** Accounts that are deactivated stay active, by PATCH or whatever asks for it; the answer is a success. */
  ignoreDeactivation: 'none' | 'patch' | 'all';
  /** PATCH and PUT are answered 204, without the resource. */
  emptyAnswers: boolean;
  /** Whether requests of several are taken, and said to be. */
  bulk: (typeof bulkFaults)[number];
  /** Operations that such a request may have, whatever is announced; 0: as announced. */
  bulkOperations: number;
  logout: (typeof logoutFaults)[number];
  /** What its answer looks like. */
  bulkAnswers: (typeof bulkAnswerFaults)[number];
  /** Milliseconds that each of its operations takes. */
  bulkMs: number;
}

export const noFaults: Readonly<Faults> = {
  latencyMs: 0,
  requestsPerSecond: 0,
  retryAfterSeconds: 1,
  failRate: 0,
  failStatus: 503,
  failNext: 0,
  dropNext: 0,
  dropRate: 0,
  unauthorized: false,
  tokenEndpointDown: false,
  refreshRefused: false,
  readOnly: false,
  protectedUser: '',
  html: false,
  noPatch: false,
  logout: 'as asked',
  noDiscovery: false,
  maxMembersPerRequest: 0,
  maxMembersStatus: 413,
  maxPageSize: 0,
  unlisted: 0,
  lists: 'none',
  search: 'none',
  ids: 'none',
  sameNames: false,
  consistencyMs: 0,
  resetNext: 0,
  misfortunes: 0,
  misfortuneSeed: 1,
  fixedGroups: false,
  membersNever: false,
  membersNotListed: false,
  membersShown: 0,
  refusePatch: 'none',
  refusePatchStatus: 405,
  oneOperation: false,
  noPathFilters: false,
  noReplaceOfAbsent: false,
  formStatus: 400,
  requireVersion: false,
  ignoreDeactivation: 'none',
  emptyAnswers: false,
  bulk: 'as the application',
  bulkOperations: 0,
  bulkAnswers: 'as they should be',
  bulkMs: 0,
};

/** One SCIM request as the log keeps it. The Authorization header is never kept. */
export interface RequestEntry {
  n: number;
  at: string;
  method: string;
  path: string;
  status: number;
  durationMs: number;
  requestBody: string;
  responseBody: string;
  /** Which fault answered instead of the server. */
  fault?: string;
}

export interface KeyPair {
  privateKey: string;
  certificate: string;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** All e-mail addresses of an account, the primary one first. */
export function emailsOf(data: UserData): string[] {
  const list = Array.isArray(data.emails) ? data.emails.filter(isObject) : [];
  const sorted = [...list].sort((a, b) => Number(b.primary === true) - Number(a.primary === true));
  return sorted.map((email) => text(email.value)).filter((value) => value !== '');
}

/** The name to greet a person by. */
export function displayNameOf(data: UserData): string {
  const name = isObject(data.name) ? data.name : {};
  const full = `${text(name.givenName)} ${text(name.familyName)}`.trim();
  return text(data.displayName) || text(name.formatted) || full || text(data.userName);
}
