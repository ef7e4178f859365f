import { associationImpact, countInScope } from '@/lib/applications/association-impact';
import { listGroupsOfApplication } from '@/lib/applications/association-queries';
import { findMappings } from '@/lib/applications/mapping-queries';
import { listApplicationChoices, listApplications } from '@/lib/applications/queries';
import { listContestedNames } from '@/lib/directory/contested-names';
import { getGroup } from '@/lib/directory/get-group';
import { listGroups, searchGroups } from '@/lib/directory/list-groups';
import { listUsers, readUserFacets, searchPeople } from '@/lib/directory/list-users';
import { listMemberships } from '@/lib/directory/membership';
import { listNestedGroups, listParentGroups } from '@/lib/directory/nested-groups';
import { getUser, listGroupMembers } from '@/lib/directory/queries';
import { groupFilterSchema, groupSorts, userFilterSchema, userSorts, userStatuses } from '@/lib/directory/schema';
import { countEvents, listEvents, listNewerEvents } from '@/lib/events/queries';
import { eventFilterSchema } from '@/lib/events/schema';
import { listAttention } from '@/lib/home/attention';
import { searchEverything } from '@/lib/home/search';
import { getImportScope } from '@/lib/imports/add-to-group';
import {
  getImport,
  getImportDetail,
  getProgress,
  listImportRows,
  listImports,
  summarizeMatching,
} from '@/lib/imports/queries';
import { importFilterSchema } from '@/lib/imports/schema';
import { listWaitingApplications, listWaitingImports } from '@/lib/imports/waiting';
import { listMails } from '@/lib/mail/read-outbox';
import { findConnection } from '@/lib/provisioning/connection';
import { previewMapping } from '@/lib/provisioning/plan/preview-mapping';
import { previewPerson } from '@/lib/provisioning/plan/preview-person';
import { listCycleRows } from '@/lib/provisioning/queries/cycle-rows';
import { getCycle, listCycles } from '@/lib/provisioning/queries/cycles';
import {
  previewDisassociation,
  previewGroupDeletion,
  previewMembersRemoval,
} from '@/lib/provisioning/queries/deprovision-preview';
import { findFirstPerson } from '@/lib/provisioning/queries/first-person';
import { listGroupLinks } from '@/lib/provisioning/queries/group-links';
import { findIntegration } from '@/lib/provisioning/queries/integration-state';
import { countAssignments, countLinkStates } from '@/lib/provisioning/queries/link-counts';
import { getAssignment } from '@/lib/provisioning/queries/link-detail';
import { listAssignments, listSharing } from '@/lib/provisioning/queries/links';
import { findNotAssigned } from '@/lib/provisioning/queries/not-assigned';
import { listPersonAccounts } from '@/lib/provisioning/queries/person-accounts';
import { listRecentCycles } from '@/lib/provisioning/queries/recent-cycles';
import { listTokens } from '@/lib/tokens/queries';
import { listDeliveries, listWebhooks } from '@/lib/webhooks/queries';
import { everybody, idOf, nesting, others, type Size, some, webhook } from './lists-data';

/** One read as a page of the console or an operation of the API calls it. */
export interface ListRead {
  /** As the table of the benchmark names what it belongs to: `lists.users`. */
  key: string;
  name: string;
  read: () => Promise<unknown>;
}

type Reads = Record<string, Readonly<Record<string, () => Promise<unknown>>>>;

/** Every list, search, sort, count and preview. Cursors of a page in the middle are looked up once. */
export async function listReads(size: Size, applicationId: string): Promise<ListRead[]> {
  const reads: Reads = {
    'lists.users': { ...(await users(size)) },
    'lists.search': searches(applicationId),
    'lists.groups': await groups(size),
    'lists.members': await members(size),
    'lists.events': await events(size, applicationId),
    'lists.imports': await imports(size, applicationId),
    'lists.assignments': await assignments(size, applicationId),
    'lists.appGroups': appGroups(applicationId),
    'lists.mappings': mappings(applicationId),
    'lists.identity': identity(applicationId),
    'lists.preview': await previews(applicationId),
    'lists.outgoing': await outgoing(size),
  };
  return Object.entries(reads).flatMap(([key, named]) =>
    Object.entries(named).map(([name, read]) => ({ key, name, read })),
  );
}

const roles = ['administrator', 'helpdesk', 'user'] as const;
const somebody = idOf('user', 501);
const half = ({ people }: Size) => Math.floor(people / 2);

async function users(size: Size) {
  const by = (query: object, limit?: number) => listUsers(userFilterSchema.parse(query), limit);
  const named: Record<string, () => Promise<unknown>> = { facets: readUserFacets };
  for (const sort of userSorts) {
    const { nextCursor: cursor } = await by({ sort }, half(size));
    named[`by ${sort}`] = () => by({ sort });
    named[`by ${sort}, in the middle`] = () => by({ sort, cursor });
  }
  for (const sort of ['name', '-username', 'email', '-department', 'created']) {
    for (const status of userStatuses) named[`status ${status}, by ${sort}`] = () => by({ status, sort });
    for (const role of roles) named[`role ${role}, by ${sort}`] = () => by({ role, sort });
    named[`department, by ${sort}`] = () => by({ department: 'Finance', sort });
  }
  named['suspended in a department'] = () => by({ status: 'suspended', department: 'Finance' });
  named['pending helpdesk, by e-mail'] = () => by({ status: 'pending', role: 'helpdesk', sort: 'email' });
  named['active helpdesk in a department'] = () => by({ status: 'active', role: 'helpdesk', department: 'Finance' });
  named['suspended in everybody’s group'] = () => by({ status: 'suspended', groupId: everybody });
  named['a department in nested groups'] = () => by({ department: 'Finance', groupId: nesting });
  named['in everybody’s group'] = () => by({ groupId: everybody });
  named['in nested groups'] = () => by({ groupId: nesting });
  named['contested names'] = () => by({ names: 'contested' });
  named.person = () => getUser(somebody);
  return named;
}

function searches(applicationId: string) {
  const named: Record<string, () => Promise<unknown>> = {};
  for (const q of [
    'm',
    'ma',
    'maria',
    'maria kelle',
    'eller',
    'maria.keller',
    'maria.keller.1',
    'maria.keller.1@acme.example',
    'zzyzx',
    'e example',
  ]) {
    named[`palette "${q}"`] = () => searchEverything(q);
    named[`people "${q}"`] = () => searchPeople(q);
    named[`users "${q}"`] = () => listUsers(userFilterSchema.parse({ q }));
    named[`users "${q}", by created`] = () => listUsers(userFilterSchema.parse({ q, sort: '-created' }));
    named[`import "${q}"`] = () => listImportRows(idOf('import', 1), importFilterSchema.parse({ q }));
    named[`events "${q}"`] = () => listEvents(eventFilterSchema.parse({ q }));
    named[`assignments "${q}"`] = () => listAssignments(applicationId, { q });
    named[`not assigned "${q}"`] = () => findNotAssigned(applicationId, q);
  }
  for (const q of ['s', 'sales', 'team 7', 'zzyzx']) {
    named[`groups "${q}"`] = () => listGroups(groupFilterSchema.parse({ q }));
    named[`choose a group "${q}"`] = () => searchGroups(q, { nestableUnder: nesting });
  }
  named['people not in everybody’s group'] = () => searchPeople('maria', { notInGroup: idOf('group', 3) });
  return named;
}

async function groups(size: Size) {
  const by = (query: object, limit?: number) => listGroups(groupFilterSchema.parse(query), limit);
  const named: Record<string, () => Promise<unknown>> = {};
  for (const sort of groupSorts) {
    const { nextCursor: cursor } = await by({ sort }, size.groups / 2);
    named[`by ${sort}`] = () => by({ sort });
    named[`by ${sort}, in the middle`] = () => by({ sort, cursor });
  }
  for (const origin of ['own', 'imported']) named[origin] = () => by({ origin });
  for (const [name, id] of [
    ['everybody', everybody],
    ['nesting', nesting],
    ['one', others],
  ] as const) {
    named[`group ${name}`] = () => getGroup(id);
    named[`nested in ${name}`] = () => listNestedGroups(id);
    named[`around ${name}`] = () => listParentGroups(id);
  }
  named['applications to choose'] = () => listApplicationChoices(others);
  return named;
}

async function members(size: Size) {
  const named: Record<string, () => Promise<unknown>> = {};
  for (const [name, groupId] of [
    ['everybody', everybody],
    ['nesting', nesting],
  ] as const) {
    const { nextCursor: cursor } = await listGroupMembers({ groupId }, half(size) / 20);
    named[name] = () => listGroupMembers({ groupId });
    named[`${name}, further on`] = () => listGroupMembers({ groupId, cursor });
    named[`${name}, direct`] = () => listGroupMembers({ groupId, direct: true });
    named[`${name}, through others`] = () => listGroupMembers({ groupId, direct: false });
    for (const q of ['ma', 'maria', 'eller', 'zzyzx'])
      named[`${name}, "${q}"`] = () => listGroupMembers({ groupId, q });
  }
  return named;
}

async function events(size: Size, applicationId: string) {
  const named: Record<string, () => Promise<unknown>> = {};
  const { nextCursor } = await listEvents({}, undefined, size.events / 20);
  const filters = {
    all: {},
    'one name': { name: 'sso_auth' },
    'a name that there is not': { name: 'demo_reset' },
    errors: { outcome: 'error' },
    'an application': { application: applicationId },
    'an application’s errors': { application: applicationId, outcome: 'error' },
    'a target': { target: somebody },
    'a cycle': { cycle: idOf('cycle', 20) },
    // Of a day, the small installation has less than a page.
    'a week': { range: '7d' },
    'a month': { range: '30d', name: 'user_update' },
    'long ago': { until: '2026-01-01T00:00:00Z' },
  };
  for (const [name, query] of Object.entries(filters)) {
    const filter = eventFilterSchema.parse(query);
    named[name] = () => listEvents(filter);
    named[`count ${name}`] = () => countEvents(filter);
  }
  named['further on'] = () => listEvents({}, nextCursor);
  named.tail = () => listNewerEvents({}, String(size.events - 3));
  return named;
}

async function imports(size: Size, applicationId: string) {
  const id = idOf('import', 1);
  const by = (query: object, limit?: number) => listImportRows(id, importFilterSchema.parse(query), limit);
  const named: Record<string, () => Promise<unknown>> = {
    all: () => listImports(applicationId),
    waiting: () => listWaitingImports(),
    'waiting, to retry': () => listWaitingImports({ state: 'to_retry' }),
    'waiting "waiting 4"': () => listWaitingImports({ q: 'waiting 4' }),
    'applications where one waits': () => listWaitingApplications(),
    import: () => getImport(id),
    detail: () => getImportDetail(id),
    progress: () => getProgress(id),
    'who is in scope': () => getImportScope(idOf('import', 2)),
    summary: () => summarizeMatching(id, importFilterSchema.parse({}), somebody),
    'summary of some': () => summarizeMatching(id, importFilterSchema.parse({ match: 'exact,none' }), somebody),
    'summary of a search': () => summarizeMatching(id, importFilterSchema.parse({ q: 'maria' }), somebody),
    'summary of a search that all match': () =>
      summarizeMatching(id, importFilterSchema.parse({ q: 'example' }), somebody),
  };
  for (const sort of ['name', '-name', 'username', '-username', 'email', '-email', 'match', '-match']) {
    const { nextCursor: cursor } = await by({ sort }, half(size));
    named[`by ${sort}`] = () => by({ sort });
    named[`by ${sort}, in the middle`] = () => by({ sort, cursor });
  }
  const filters = {
    new: { status: 'new' },
    imported: { status: 'imported' },
    partial: { match: 'partial' },
    'two matches': { match: 'exact,none', sort: 'email' },
    'a match, by username': { match: 'partial', sort: '-username' },
    'new, by match': { status: 'new', sort: 'match' },
    undecided: { decision: 'undecided' },
    'to create': { decision: 'create' },
    failed: { state: 'failed' },
    confirmed: { confirmed: true },
  };
  for (const [name, query] of Object.entries(filters)) named[name] = () => by(query);
  return named;
}

async function assignments(size: Size, applicationId: string) {
  const { nextCursor: cursor } = await listAssignments(applicationId, {}, half(size));
  return {
    all: () => listAssignments(applicationId, {}),
    'in the middle': () => listAssignments(applicationId, { cursor }),
    failing: () => listAssignments(applicationId, { state: ['error', 'conflict'] }),
    provisioned: () => listAssignments(applicationId, { state: ['provisioned'] }),
    search: () => listAssignments(applicationId, { q: 'maria' }),
    counts: () => countLinkStates(applicationId),
    'counts, as the API has them': () => countAssignments(applicationId),
    'failing, in words': () => listAssignments(applicationId, { state: ['error', 'conflict'], q: 'maria' }),
    'of a cycle': () => listAssignments(applicationId, { cycleId: idOf('cycle', 50) }),
    'whose username is shared': () => listAssignments(applicationId, { shared: true }),
    sharing: () => listSharing(applicationId),
    one: () => getAssignment(applicationId, somebody),
  };
}

function appGroups(applicationId: string) {
  const by = (query: object) => listGroupsOfApplication(applicationId, { limit: 50, ...query });
  return {
    all: () => by({}),
    associated: () => by({ associated: true }),
    'not associated': () => by({ associated: false }),
    search: () => by({ q: 'sales' }),
    links: () => listGroupLinks(applicationId),
  };
}

function mappings(applicationId: string) {
  return { all: () => findMappings(applicationId), 'first person': () => findFirstPerson(applicationId) };
}

function identity(applicationId: string) {
  const cycleId = idOf('cycle', 50);
  return {
    integration: () => findIntegration(applicationId),
    cycles: () => listCycles({ applicationId }, 25),
    cycle: () => getCycle(cycleId),
    'cycle’s rows': () => listCycleRows({ cycleId }),
    'cycle’s failures': () => listCycleRows({ cycleId, outcome: 'error' }),
    ...Object.fromEntries(
      ['ma', 'eller', 'maria.keller', 'e example'].map((q) => [
        `cycle’s rows "${q}"`,
        () => listCycleRows({ cycleId, q }),
      ]),
    ),
    'recent cycles': () => listRecentCycles([applicationId]),
    accounts: () => listPersonAccounts(somebody),
    memberships: () => listMemberships(somebody),
    'contested names': () => listContestedNames(),
    applications: () => listApplications(),
    attention: () => listAttention(),
  };
}

async function previews(applicationId: string) {
  const connection = await findConnection(applicationId);
  const found = await findMappings(applicationId);
  const rows = found?.tables.find(({ objectType }) => objectType === 'user')?.mappings ?? [];
  if (!connection) throw new Error('The application of the benchmark has no connection.');
  return {
    mapping: () => previewMapping({ applicationId, objectType: 'user', subjectId: somebody, mappings: rows }),
    person: () => previewPerson(connection, somebody),
    'leaving a group of some': () => previewMembersRemoval(some, [somebody]),
    'disassociating a group of some': () => previewDisassociation(applicationId, [some]),
    'people in scope': () => countInScope(applicationId),
    'change of associations': () => associationImpact(applicationId, { add: [others], remove: [some] }),
    'change of everybody’s association': () => associationImpact(applicationId, { add: [others], remove: [everybody] }),
    'disassociating everybody’s group': () => previewDisassociation(applicationId, [everybody]),
    'deleting everybody’s group': () => previewGroupDeletion(everybody),
    'deleting a group of some': () => previewGroupDeletion(some),
  };
}

/** Mails, deliveries and tokens. */
async function outgoing(size: Size) {
  const { nextCursor: mail } = await listMails({}, size.people / 20);
  const { nextCursor: delivery } = await listDeliveries(webhook, {}, size.people / 20);
  const named: Record<string, () => Promise<unknown>> = {
    mails: () => listMails({}),
    'mails, further on': () => listMails({ cursor: mail }),
    webhooks: () => listWebhooks(),
    deliveries: () => listDeliveries(webhook, {}),
    'deliveries, further on': () => listDeliveries(webhook, { cursor: delivery }),
    'deliveries that failed': () => listDeliveries(webhook, { state: 'failed' }),
    tokens: () => listTokens(),
    'tokens "script 7"': () => listTokens({ q: 'script 7' }),
  };
  for (const state of ['sent', 'waiting', 'failed'] as const) named[`mails ${state}`] = () => listMails({ state });
  for (const q of ['m', 'maria', 'eller', 'activate', 'zzyzx', 'e example'])
    named[`mails "${q}"`] = () => listMails({ q });
  return named;
}
