import fc from 'fast-check';
import type { AttributeMapping } from '@/lib/mappings/schema';
import type { Habits, Refusals } from '@/lib/scim/testing/independent-server';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** One person as the directory has them at one time. */
export interface PersonState {
  firstname: string;
  lastname: string;
  jobTitle: string | null;
  department: string | null;
  phone: string | null;
  badge: string | null;
  /** Of those before, by their place; null: nobody. */
  manager: number | null;
  /** In the group that lets in. */
  isIn: boolean;
  isSuspended: boolean;
  isDeleted: boolean;
  /** In the groups that are pushed. */
  crews: boolean[];
}

/** A directory at one time. */
export interface DirectoryState {
  people: PersonState[];
  /** Names of the groups that are pushed. */
  crews: string[];
}

export const crewCount = 2;
export const personCount = 12;

const word = fc.oneof(
  fc.constantFrom('Ana', 'ana', 'O"Hara', 'True', '5', 'Zoë', 'a\\b', 'Sales, East', ' x', 'Left'),
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 8 }),
);
const perhaps = fc.option(word, { freq: 3 });

const personState: fc.Arbitrary<PersonState> = fc.record({
  firstname: word,
  lastname: word,
  jobTitle: perhaps,
  department: perhaps,
  phone: perhaps,
  badge: perhaps,
  manager: fc.option(fc.nat(personCount - 1)),
  isIn: fc.integer({ min: 0, max: 3 }).map((one) => one > 0),
  isSuspended: fc.integer({ min: 0, max: 4 }).map((one) => one === 4),
  isDeleted: fc.integer({ min: 0, max: 6 }).map((one) => one === 6),
  crews: fc.array(fc.boolean(), { minLength: crewCount, maxLength: crewCount }),
});

const directoryState: fc.Arbitrary<DirectoryState> = fc.record({
  people: fc.array(personState, { minLength: personCount, maxLength: personCount }),
  crews: fc.uniqueArray(fc.constantFrom('Crew', 'crew at night', 'Staff', 'Zoë’s'), {
    minLength: crewCount,
    maxLength: crewCount,
  }),
});

type Row = Pick<AttributeMapping, 'kind' | 'source' | 'target'> &
  Partial<Pick<AttributeMapping, 'apply' | 'defaultValue' | 'matchingPrecedence'>>;

/** What everybody maps. */
const base: Row[] = [
  { kind: 'direct', source: 'applicationUsername', target: 'userName', matchingPrecedence: 1 },
  { kind: 'direct', source: 'firstname', target: 'name.givenName' },
  { kind: 'direct', source: 'lastname', target: 'name.familyName' },
];

/** What some map besides: each at its own place. */
const others: Row[][] = [
  [
    { kind: 'direct', source: 'email', target: 'emails[type eq "work"].value' },
    { kind: 'direct', source: 'email', target: 'emails.value' },
  ],
  [
    { kind: 'direct', source: 'jobTitle', target: 'title' },
    { kind: 'expression', source: 'IIF([department] = "Left", "", [jobTitle])', target: 'title' },
    { kind: 'direct', source: 'jobTitle', target: 'title', defaultValue: 'None' },
    { kind: 'expression', source: 'IgnoreFlowIfNullOrEmpty([jobTitle])', target: 'title' },
  ],
  [
    { kind: 'direct', source: 'phone', target: 'phoneNumbers[type eq "mobile"].value' },
    { kind: 'direct', source: 'phone', target: 'phoneNumbers.value' },
  ],
  [{ kind: 'direct', source: 'department', target: `${enterprise}:department` }],
  [{ kind: 'direct', source: 'manager', target: `${enterprise}:manager` }],
  [{ kind: 'direct', source: 'badge', target: 'urn:scim:schemas:extension:custom:egnyte:1.0:User:badge' }],
  [
    { kind: 'expression', source: 'Split([department], ",")', target: 'entitlements' },
    { kind: 'expression', source: 'Split([department], ",")', target: 'entitlements', apply: 'multiple' },
  ],
  [{ kind: 'expression', source: 'Split(Append([badge], ",b"), ",")', target: 'roles' }],
  [
    { kind: 'constant', source: 'standard', target: 'userType', apply: 'creation' },
    { kind: 'expression', source: 'RandomString(8, 1, 1, 0, 1)', target: 'nickName', apply: 'creation' },
  ],
  [
    { kind: 'direct', source: 'active', target: 'active' },
    { kind: 'expression', source: 'IIF([department] = "Left", "False", "True")', target: 'active' },
  ],
];

const rows: fc.Arbitrary<Row[]> = fc
  .tuple(...others.map((choices) => fc.option(fc.constantFrom(...choices), { freq: 2 })))
  .map((chosen) => [...base, ...chosen.flatMap((row) => row ?? [])]);

/** How an application is provisioned. */
export interface Setup {
  mappings: Row[];
  server: Refusals & Habits;
  deprovisionAction: 'deactivate' | 'delete' | 'nothing';
  exactMembership: boolean;
  manageGroups: boolean;
}

const flag = fc.integer({ min: 0, max: 3 }).map((one) => one === 3);

export const setups: fc.Arbitrary<Setup> = fc.record({
  mappings: rows,
  server: fc.record({
    patch: flag,
    several: flag,
    pathFilters: flag,
    replacingAbsent: flag,
    withoutVersion: flag,
    lowers: flag,
    tellsNothing: flag,
  }),
  deprovisionAction: fc.constantFrom('deactivate', 'deactivate', 'delete', 'nothing'),
  exactMembership: fc.boolean(),
  manageGroups: fc.integer({ min: 0, max: 5 }).map((one) => one > 0),
});

/** Two times of one directory, and whether what is there is read in between. */
export const directoryStates = fc.record({ before: directoryState, after: directoryState, isRead: fc.boolean() });
