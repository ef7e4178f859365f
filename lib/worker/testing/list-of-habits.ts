import type { Habit } from './habits';

const changes: Habit[] = [
  {
    habit: 'PATCH of users is refused (405) though announced',
    faults: { refusePatch: 'users' },
    deed: 'change a person',
    answer: 'PUT, in the same attempt',
    learned: { patch: false, patchGroups: true },
  },
  {
    habit: 'PATCH of groups is refused (501) though announced',
    faults: { refusePatch: 'groups', refusePatchStatus: 501 },
    deed: 'exchange a member',
    answer: 'PUT of the group with the members that are there, in the same attempt',
    learned: { patchGroups: false, patch: true },
  },
  {
    habit: 'No value filter in a path (400)',
    faults: { noPathFilters: true },
    deed: 'change a person',
    answer: 'the whole attribute',
    learned: { pathFilters: false },
  },
  {
    habit: 'No value filter in a path, for members (500)',
    faults: { noPathFilters: true, formStatus: 500 },
    deed: 'exchange a member',
    answer: 'members are removed by value',
    learned: { pathFilters: false },
  },
  {
    habit: 'What is not there cannot be replaced (500)',
    faults: { noReplaceOfAbsent: true, formStatus: 500 },
    deed: 'change a person',
    answer: 'it is added',
    learned: { addAbsent: true },
  },
  {
    habit: 'One operation per PATCH (400)',
    faults: { oneOperation: true },
    deed: 'change a person',
    answer: 'a request for each',
    learned: { oneOperation: true },
  },
  {
    habit: 'If-Match required (428)',
    faults: { requireVersion: true },
    fromStart: true,
    deed: 'change a person',
    answer: 'the version is read, and sent; later the known one',
    learned: { ifMatch: true },
  },
  {
    habit: 'A deactivation by PATCH succeeds and does nothing',
    faults: { ignoreDeactivation: 'patch' },
    deed: 'suspend a person',
    answer: 'PUT, in the same attempt',
    learned: { deactivation: 'put' },
  },
  {
    habit: 'A deactivation succeeds and does nothing, by PUT neither',
    faults: { ignoreDeactivation: 'all' },
    deed: 'suspend a person',
    answer: 'an error: StillActive. Never said to be deactivated',
    learned: { deactivation: 'unknown' },
    error: 'StillActive',
  },
  {
    habit: 'Changes are answered 204',
    faults: { emptyAnswers: true },
    deed: 'suspend a person',
    answer: 'the first deactivation is read back',
    learned: { deactivation: 'works' },
  },
  {
    habit: 'One account may not be written to (403)',
    faults: { protectedUser: 'ana.10' },
    deed: 'suspend a person',
    answer: 'an error of that account; the others go on',
    learned: {},
    error: 'Forbidden',
  },
];

const notAll = { sameNames: true } as const;
const asked = 'whoever is linked and not shown is asked for by the id; nobody is taken for gone';

/** Somebody has 60 accounts, and the four of ours are the last in the list. */
const lists: Habit[] = [
  {
    habit: 'Lists are the same page again',
    faults: { ...notAll, lists: 'same page', maxPageSize: 20 },
    accounts: 60,
    deed: 'run a cycle',
    answer: asked,
    learned: { lists: false },
  },
  {
    habit: 'Lists end after their first page',
    faults: { ...notAll, lists: 'first page', maxPageSize: 20 },
    accounts: 60,
    deed: 'run a cycle',
    answer: asked,
    learned: { lists: false },
  },
  {
    habit: 'Lists show fifty, whatever is asked for',
    faults: { ...notAll, lists: 'first fifty' },
    accounts: 60,
    deed: 'run a cycle',
    answer: asked,
    learned: { lists: false },
  },
  {
    habit: 'Lists show fifty, and say that these are all',
    faults: { ...notAll, lists: 'first fifty as all' },
    accounts: 60,
    deed: 'run a cycle',
    answer: asked,
    learned: { lists: false },
  },
  {
    habit: 'Lists leave some out',
    faults: { ...notAll, unlisted: 2 },
    accounts: 60,
    deed: 'run a cycle',
    answer: asked,
    learned: { lists: false },
  },
  {
    habit: 'A list is empty once',
    faults: { ...notAll, lists: 'empty once' },
    accounts: 60,
    deed: 'run a cycle',
    answer: 'an empty list is asked for twice',
    learned: { lists: true },
  },
  {
    habit: 'Lists have no end',
    faults: { ...notAll, lists: 'endless' },
    accounts: 60,
    deed: 'run a cycle',
    answer: 'the reading ends with what was seen, and says so',
    learned: { lists: false },
  },
  {
    habit: 'Lists claim more than they show',
    faults: { ...notAll, lists: 'wrong total' },
    accounts: 60,
    deed: 'run a cycle',
    answer: asked,
    learned: { lists: false },
  },
  {
    habit: 'Lists do not say how many there are',
    faults: { ...notAll, lists: 'no total' },
    accounts: 60,
    deed: 'run a cycle',
    answer: 'they are read until a page shows nothing new',
    learned: { lists: true },
  },
];

const inList = 'the account is found in the list, in whatever letters, and taken over';

const searches: Habit[] = [
  {
    habit: 'Searches find nothing',
    faults: { search: 'finds nothing' },
    deed: 'let somebody in who has an account',
    answer: inList,
    learned: { filter: false },
  },
  {
    habit: 'Searches mind the case of letters',
    faults: { search: 'minds the case' },
    deed: 'let somebody in who has an account',
    answer: inList,
    learned: { filter: false },
  },
  {
    habit: 'Searches fail (500)',
    faults: { search: 'fails' },
    deed: 'let somebody in who has an account',
    answer: inList,
    learned: { filter: false },
  },
  {
    habit: 'Filters are ignored',
    faults: { search: 'ignores the filter' },
    deed: 'let somebody in who has an account',
    answer: inList,
    learned: { filter: false },
  },
  {
    habit: 'Searches find too much',
    faults: { search: 'finds too much' },
    deed: 'let somebody in who has an account',
    answer: inList,
    learned: { filter: false },
  },
];

const ids: Habit[] = [
  {
    habit: 'Ids are numbers',
    faults: { ids: 'numbers' },
    deed: 'change a person',
    answer: 'they are taken as text',
    learned: {},
  },
  {
    habit: 'Ids change with each update, in groups too',
    faults: { ids: 'change on update' },
    deed: 'change a person',
    answer: 'the id of the answer is the account’s from then on',
    learned: {},
  },
];

const groups: Habit[] = [
  {
    habit: 'Groups never show their members',
    faults: { membersNever: true },
    fromStart: true,
    deed: 'run a cycle',
    answer: 'what was sent counts, and the screen says so',
    learned: { memberReads: 'nowhere' },
  },
  {
    habit: 'Groups show their members by their id alone, not in lists',
    faults: { membersNotListed: true },
    fromStart: true,
    deed: 'run a cycle',
    answer: 'each linked group is read',
    learned: { memberReads: 'byId' },
  },
  {
    habit: 'Groups show their first member alone',
    faults: { membersShown: 1 },
    fromStart: true,
    deed: 'run a cycle',
    answer: 'of larger groups, what was sent counts',
    learned: { memberReads: 'lists', membersShown: 1 },
  },
  {
    habit: 'One member a request (413, which says so)',
    faults: { maxMembersPerRequest: 1 },
    deed: 'move two members',
    answer: 'halved until it is taken',
    learned: { maxMembers: 1 },
  },
  {
    habit: 'One member a request (400, which says nothing)',
    faults: { maxMembersPerRequest: 1, maxMembersStatus: 400 },
    deed: 'move two members',
    answer: 'halved; learned once all have arrived',
    learned: { maxMembers: 1 },
  },
];

/** No habits of a server: what somebody does over there. */
const others: Habit[] = [
  {
    habit: 'An account was deleted over there',
    faults: {},
    deed: 'delete the account over there, and change the person',
    answer: 'it is looked for, and created again',
    learned: {},
  },
  {
    habit: 'A linked group was deleted over there',
    faults: {},
    deed: 'delete the group over there, and run a cycle',
    answer: 'it is created again, members and all',
    learned: {},
  },
  {
    habit: 'A member was taken out of a group over there',
    faults: {},
    deed: 'take a member out over there, and run a cycle',
    answer: 'they are put back',
    learned: {},
  },
];

export const habits: readonly Habit[] = [...changes, ...lists, ...searches, ...ids, ...groups, ...others];
