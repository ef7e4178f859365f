import { createHash } from 'node:crypto';
import { firstNames, lastNames } from './names';
import { type Team, teams } from './teams';

export interface SeedPerson {
  id: string;
  username: string;
  email: string;
  firstname: string;
  lastname: string;
  displayName: string;
  employeeIdentifier: string | null;
  jobTitle: string;
  department: string;
  company: string;
  costCenter: string;
  location: string;
  phone: string | null;
  managerId: string | null;
  customAttributes: Record<string, string>;
  role: 'administrator' | 'helpdesk' | 'user';
  status: 'active' | 'suspended';
  groups: readonly string[];
}

/** The same id for the same thing at every seeding, so that links to it survive a reset. */
export function seedId(kind: 'user' | 'group' | 'source', name: string): string {
  const hex = createHash('sha256').update(`latchkey-demo:${kind}:${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** People whom the guides and the tests name, with the team (index in `teams`) that they take a place of. */
const named: readonly {
  first: string;
  last: string;
  display?: string;
  team: number;
  title: string;
  groups?: string[];
}[] = [
  { first: 'Ana', last: 'Martinez', display: 'Ana Martínez', team: 0, title: 'Senior Software Engineer' },
  { first: 'Ben', last: 'Okafor', team: 4, title: 'Account Executive' },
  { first: 'Chloe', last: 'Dubois', display: 'Chloé Dubois', team: 0, title: 'Software Engineer' },
  { first: 'Daniel', last: 'Kim', team: 0, title: 'Staff Engineer', groups: ['Engineering', 'Sales'] },
  { first: 'Emma', last: 'Larsen', team: 4, title: 'Solution Engineer', groups: ['Sales', 'Engineering'] },
  { first: 'Alex', last: 'Kovacs', display: 'Alex Kovács', team: 10, title: 'Systems Administrator' },
  { first: 'Helga', last: 'Brandt', team: 10, title: 'IT Support Engineer' },
];

/** Sign-in names that are not first.last. */
const accounts: Record<string, { username: string; role: 'administrator' | 'helpdesk' }> = {
  'Alex Kovacs': { username: 'admin', role: 'administrator' },
  'Helga Brandt': { username: 'helga', role: 'helpdesk' },
};

const suspended = new Set([61, 133, 207]);

/** About 250 people, the same ones every time. */
export function makePeople(): SeedPerson[] {
  const people: SeedPerson[] = [];
  const taken = new Set<string>();
  const chief = makePerson(
    { first: 'Margaret', last: 'Hollis', title: 'Chief Executive Officer', index: 0 },
    executive,
  );
  people.push(chief);
  let index = 1;
  for (const [teamIndex, team] of teams.entries()) {
    const own = named.filter((one) => one.team === teamIndex);
    const head = people.length;
    for (let place = 0; place < team.people; place += 1) {
      const special = place > 0 ? own[place - 1] : undefined;
      const name = special ?? nextName(index, taken);
      const title = special?.title ?? (place === 0 ? team.head : pick(team.titles, place + teamIndex));
      const person = makePerson({ ...name, title, index }, team);
      // Six or seven people report to one, the leads to the head of the team, heads to the chief.
      const lead = people[head + 1 + Math.floor((place - 4) / 7)];
      const manager = place === 0 ? chief : place < 4 || team.people < 12 ? people[head] : lead;
      person.managerId = team.contractor ? (people[1]?.id ?? null) : (manager?.id ?? null);
      if (special?.groups) person.groups = special.groups;
      people.push(person);
      index += 1;
    }
  }
  return people;
}

const executive: Team = {
  department: 'Executive',
  costCenter: 'CC-1000',
  people: 1,
  head: '',
  titles: [],
  locations: ['Denver'],
  groups: ['All Staff'],
};

function pick<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('An empty list was given to choose from.');
  return item;
}

/** Walks through both lists in steps that have no common divisor with their lengths, so that pairs do not repeat soon. */
function nextName(index: number, taken: Set<string>): { first: string; last: string; display?: string } {
  for (let shift = 0; ; shift += 1) {
    const first = pick(firstNames, index * 37 + shift);
    const last = pick(lastNames, index * 51 + shift * 5);
    if (taken.has(`${first} ${last}`)) continue;
    taken.add(`${first} ${last}`);
    return { first, last };
  }
}

function makePerson(
  who: { first: string; last: string; display?: string; title: string; index: number },
  team: Team,
): SeedPerson {
  const account = accounts[`${who.first} ${who.last}`];
  const username = account?.username ?? `${who.first}.${who.last}`.toLowerCase();
  const [firstname, ...rest] = (who.display ?? `${who.first} ${who.last}`).split(' ');
  const number = who.index + 1001;
  return {
    id: seedId('user', username),
    username,
    email: `${username}@acme.example`,
    firstname: firstname ?? who.first,
    lastname: rest.join(' '),
    displayName: who.display ?? `${who.first} ${who.last}`,
    // Contractors have no employee ID: mappings that need one show what they do then.
    employeeIdentifier: team.contractor ? null : `E${number}`,
    jobTitle: who.title,
    department: team.department,
    company: team.contractor ? 'Northwind Contracting' : 'Acme',
    costCenter: team.costCenter,
    location: pick(team.locations, who.index),
    // 555-01xx numbers belong to nobody.
    phone: who.index % 9 === 5 ? null : `+1 303 555 01${String(who.index % 100).padStart(2, '0')}`,
    managerId: null,
    customAttributes: team.contractor ? { contractEnds: '2026-12-31' } : {},
    role: account?.role ?? 'user',
    status: suspended.has(who.index) ? 'suspended' : 'active',
    groups: team.groups,
  };
}
