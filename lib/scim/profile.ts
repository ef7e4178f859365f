import {
  choiceSetting,
  linesSetting,
  numberSetting,
  type Settings,
  switchSetting,
  type ValuesOf,
} from '@/lib/core/setting';
import { isRecord } from '@/lib/scim/json';

/** What a request's body is said to be (RFC 7644 §3.1 wants the first). */
export const contentTypes = ['application/scim+json', 'application/json'] as const;

/** What becomes of an account that is deleted. */
export const deletions = ['unknown', 'gone', 'inactive'] as const;
const deletionWords = {
  unknown: 'Not known yet',
  gone: 'The account is gone',
  inactive: 'The account stays, inactive',
} satisfies Record<(typeof deletions)[number], string>;

/** How an account becomes inactive. */
export const deactivations = ['unknown', 'works', 'put'] as const;
const deactivationWords = {
  unknown: 'Not known yet',
  works: 'Works as it is answered',
  put: 'By PUT alone',
} satisfies Record<(typeof deactivations)[number], string>;

/** Whether several changes leave by one request (RFC 7644 §3.7). */
export const bulkUses = ['off', 'try', 'on'] as const;
const bulkUseWords = {
  off: 'Not used',
  try: 'Not measured yet',
  on: 'Used',
} satisfies Record<(typeof bulkUses)[number], string>;

/** Of a request of several, by operations and by bytes. */
const bulkBounds = { operations: { min: 2, max: 1_000 }, bytes: { min: 1_000, max: 10_000_000 } };

/** Where a server tells who is in a group. */
export const memberReads = ['unknown', 'lists', 'byId', 'nowhere'] as const;
const memberReadWords = {
  unknown: 'Not known yet',
  lists: 'In lists too',
  byId: 'Only where one group is read',
  nowhere: 'Nowhere',
} satisfies Record<(typeof memberReads)[number], string>;

/** Whether it can be asked for what has changed since a moment. */
export const changeSearches = ['unknown', 'works', 'fails'] as const;
const changeSearchWords = {
  unknown: 'Not tried yet',
  works: 'Works',
  fails: 'Does not work',
} satisfies Record<(typeof changeSearches)[number], string>;

/**
 * What a SCIM server can do, and its habits. Each is said here, and used in one place; the template, what was learned of the
 * server and the administrator say what it is (`lib/provisioning/server-profile.ts`).
 */
export const serverProfile = {
  patch: switchSetting({
    label: 'PATCH of users',
    help: 'Only what changes is sent. Without it, whole accounts are sent by PUT.',
    initial: true,
  }),
  patchGroups: switchSetting({
    label: 'PATCH of groups',
    help: 'Only what changes is sent, one member of many too. Without it, whole groups are sent by PUT.',
    initial: true,
  }),
  oneOperation: switchSetting({
    label: 'One change a PATCH',
    help: 'The server takes one operation a request. Otherwise all that changes is sent at once.',
    initial: false,
  }),
  addAbsent: switchSetting({
    label: 'Add what is not there',
    help: 'The server refuses to replace an attribute that has no value yet. Then it is added.',
    initial: false,
  }),
  ifMatch: switchSetting({
    label: 'If-Match',
    help: 'The server wants the version of what is changed (its ETag). Where it is not known, it is read first.',
    initial: false,
  }),
  deactivation: choiceSetting({
    label: 'Deactivating',
    help: 'Whether a success means that the account is inactive; looked up where an answer does not tell.',
    options: deactivations.map((value) => ({ value, label: deactivationWords[value] })),
    initial: 'unknown',
  }),
  pathFilters: switchSetting({
    label: 'Path filters in PATCH',
    help: 'The server understands emails[type eq "work"].value. Without it, whole values are sent.',
    initial: true,
  }),
  filter: switchSetting({
    label: 'Search',
    help: 'Existing accounts are looked up by a filter. Without it, they are found by reading all of them.',
    initial: true,
  }),
  changeSearch: choiceSetting({
    label: 'Search by the last change',
    help: 'By meta.lastModified: scheduled imports read what has changed alone. Tried before the first one: nobody may have changed in a day’s time, and somebody has since 1970.',
    options: changeSearches.map((value) => ({ value, label: changeSearchWords[value] })),
    initial: 'unknown',
  }),
  lists: switchSetting({
    label: 'Whole lists',
    help: 'Lists show every account and group. Otherwise who is not in them is asked for one by one, and nobody gets an account of whom nobody can tell whether they have one.',
    initial: true,
  }),
  pageSize: numberSetting({
    label: 'Resources a page',
    help: 'As many are asked for at once while all of them are read.',
    unit: ['resource', 'resources'],
    min: 1,
    max: 1_000,
    initial: 200,
  }),
  maxMembers: numberSetting({
    label: 'Members a request',
    help: 'As many are added to a group, or removed from it, by one request.',
    unit: ['member', 'members'],
    min: 1,
    max: 1_000,
    initial: 500,
  }),
  memberReads: choiceSetting({
    label: 'Members of groups are told',
    help: 'Learned by what is read after members were added. Where they are not told, what was sent counts, and what others change is not seen.',
    options: memberReads.map((value) => ({ value, label: memberReadWords[value] })),
    initial: 'unknown',
  }),
  membersShown: numberSetting({
    label: 'Members told of a group',
    help: 'No more are told, however many there are: of such a group, what was sent counts.',
    unit: ['member', 'members'],
    min: 0,
    max: 100_000,
    zero: 'All',
    initial: 0,
  }),
  createGroups: switchSetting({
    label: 'Groups can be created',
    help: 'Without it, groups are taken over by their name or linked by hand, and those that are not there are skipped.',
    initial: true,
  }),
  renameGroups: switchSetting({
    label: 'Groups can be changed',
    help: 'Their name and other attributes. Without it, only members are added and removed.',
    initial: true,
  }),
  concurrency: numberSetting({
    label: 'Requests at once',
    help: 'It begins with so many: fewer where the server pushes back, more, up to 32, while it does not. Set by hand, it is the most.',
    unit: ['request', 'requests'],
    min: 1,
    max: 32,
    initial: 16,
  }),
  rate: numberSetting({
    label: 'Requests a minute',
    help: 'No more leave, evenly over the minute; 0: as many as it takes. Each worker counts its own.',
    unit: ['request', 'requests'],
    min: 0,
    max: 60_000,
    zero: 'As many as it takes',
    initial: 0,
  }),
  bulkUse: choiceSetting({
    label: 'Several people a request (/Bulk)',
    help: 'Full cycles create and change accounts by it, once it was measured to be no slower than a request for each person. Who loses something, and who is tried again, goes alone.',
    options: bulkUses.map((value) => ({ value, label: bulkUseWords[value] })),
    initial: 'off',
  }),
  bulkOperations: numberSetting({
    label: 'People a request, at most',
    help: 'Operations of a /Bulk: as many as the server says, or fewer where it has refused so many.',
    unit: ['operation', 'operations'],
    ...bulkBounds.operations,
    initial: 100,
  }),
  bulkBytes: numberSetting({
    label: 'Bytes of such a request, at most',
    help: 'As the server says.',
    unit: ['byte', 'bytes'],
    ...bulkBounds.bytes,
    initial: 1_000_000,
  }),
  contentType: choiceSetting({
    label: 'Content type',
    help: 'Of what is sent. Some servers know JSON alone.',
    options: contentTypes.map((value) => ({ value, label: value })),
    initial: 'application/scim+json',
  }),
  afterDelete: choiceSetting({
    label: 'After a deletion',
    help: 'What the server makes of a deleted account; looked up after the first one. Where it stays, so does what it holds of the person.',
    options: deletions.map((value) => ({ value, label: deletionWords[value] })),
    initial: 'unknown',
  }),
  normalised: linesSetting({
    label: 'Values kept in another form',
    help: 'Attributes, one a line, of which the server keeps other letters, blanks or signs than it is sent. Such a difference is not corrected.',
    max: 4_000,
  }),
} satisfies Settings;

export type ServerProfile = ValuesOf<typeof serverProfile>;
export type ProfileName = keyof ServerProfile;
export const profileNames = Object.keys(serverProfile) as ProfileName[];

/** What a server says of itself where it says anything (RFC 7643 §5): then it is learned, even where it is as assumed. */
const saidByServers: readonly ProfileName[] = [
  'patch',
  'patchGroups',
  'filter',
  'bulkUse',
  'bulkOperations',
  'bulkBytes',
];

/** What was learned of a server, among what is stored of it: what differs from what is assumed, and what it said itself. */
export function learnedProfile(stored: unknown): Partial<ServerProfile> {
  if (!isRecord(stored)) return {};
  return { ...saidOfBulk(stored.bulk), ...foundOf(stored) };
}

/** What it says of /Bulk (RFC 7643 §5), within our own bounds; what was found out since goes before it. */
function saidOfBulk(said: unknown): Partial<ServerProfile> {
  // Who takes one at a time takes as many alone.
  if (!isRecord(said) || said.supported !== true || said.maxOperations === 1) return {};
  const within = (value: unknown, { min, max }: { min: number; max: number }) =>
    typeof value === 'number' && value >= min ? Math.min(value, max) : undefined;
  const bulkOperations = within(said.maxOperations, bulkBounds.operations);
  const bulkBytes = within(said.maxPayload, bulkBounds.bytes);
  return { bulkUse: 'try', ...(bulkOperations ? { bulkOperations } : {}), ...(bulkBytes ? { bulkBytes } : {}) };
}

function foundOf(stored: Readonly<Record<string, unknown>>): Partial<ServerProfile> {
  const learned = profileNames.filter((name) => {
    if (!Object.hasOwn(stored, name)) return false;
    const isSaid = stored.source === 'server' && saidByServers.includes(name);
    return isSaid || stored[name] !== serverProfile[name].initial;
  });
  return Object.fromEntries(learned.map((name) => [name, stored[name]])) as Partial<ServerProfile>;
}
