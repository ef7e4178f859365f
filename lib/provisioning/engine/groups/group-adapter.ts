import type { GroupLink } from '@/lib/db/generated/client';
import type { ScimExchange } from '@/lib/scim/exchange';
import type { ScimFailure } from '@/lib/scim/failure';
import { lessonOf } from '@/lib/scim/lesson';
import type { MemberChanges } from '@/lib/scim/patch';
import { deleteResource } from '@/lib/scim/with-version';
import type { Connection } from '../../connection';
import { groupWaits } from '../../hold';
import { blameOf } from '../../internal/blame';
import { judge } from '../../internal/verdict';
import { redactedOf } from '../../internal/without-secrets';
import { accountsPut } from '../../plan/group-members';
import { groupBody } from '../../plan/group-request';
import { takenGroup } from '../../plan/match-groups';
import { noGroup, planFound, planGroupLinks } from '../../plan/plan-group-links';
import type { PlannedLink } from '../../plan/planned-link';
import { shownGroupPlan } from '../../plan/preview-group';
import { learnWhatIsTold, tellsAll, toldBy } from '../../told-members';
import type { Adapter, Outcome } from '../adapter';
import { listOpenOperations } from '../intents';
import type { Link } from '../link';
import { isOtherThanReviewed } from '../reviewed';
import { changeAttributes, type KnownMembers } from './change-group';
import { firstPart, type GroupAct, groupChanges } from './group-events';
import { groupKind } from './group-kind';
import {
  type Carried,
  failedGroup,
  type GroupAttempt,
  heldGroup,
  settledByPlan,
  succeededGroup,
} from './group-outcomes';
import type { GroupWork, ResolvedGroup, SettledGroup } from './group-work';
import { lookUpGroup } from './look-up-group';
import { listMarks, noMarks } from './marks';
import { type PushResult, pushMembers } from './push-members';

/** User groups and theirs over there. */
export const groups: Adapter<GroupWork, ResolvedGroup, GroupAct, SettledGroup> = {
  kind: groupKind,
  async planLinks(connection, links) {
    const linkIds = links.map(({ id }) => id);
    const [marksOf, openOf] = await Promise.all([listMarks(linkIds), listOpenOperations(groupKind, linkIds)]);
    const marks = (link: GroupLink) => marksOf.get(link.id) ?? noMarks;
    const { planned, toLookUp } = await planGroupLinks(connection, links, {
      isRead: () => false,
      isDoubtful: (link) => openOf.has(link.id) || link.onDemandId !== null,
      changedIn: (link) => marks(link).userIds,
    });
    const work = <E extends { link: GroupLink }>(entry: E) => ({
      ...entry,
      open: openOf.get(entry.link.id) ?? [],
      marks: marks(entry.link),
    });
    return { planned: planned.map(work), toLookUp: toLookUp.map(work) };
  },
  lookUp: lookUpGroup,
  secrets: ({ groupMappings }, { link, membership }) => redactedOf(groupMappings, link, membership.desired).secrets,
  shown: shownGroupPlan,
  takes: ({ link, found }) => (link.remoteId ? undefined : (found.remoteId ?? undefined)),
  withRival(connection, work, rival) {
    const reason = takenGroup(`the match of ${rival.membership.group.name} too`);
    return planFound(connection, work, { ...noGroup, linked: { kind: 'ambiguous', reason } });
  },
  act(connection, work) {
    const { plan } = work;
    if (plan.action === 'none' || plan.action === 'skip') return { settled: settledByPlan(connection, work, plan) };
    const act = firstPart(connection, plan, work.membership.isPart);
    const memberIds = act.action === 'delete' ? [] : act.add;
    return { act, action: act.action, changes: groupChanges(act, work.membership), memberIds };
  },
  clear: async () => new Set(),
  waits(connection, work, { action }) {
    const waits = groupWaits(connection, action);
    return waits ?? (isOtherThanReviewed(work.link, () => wholePlan(connection, work)) ? 'review' : null);
  },
  held: heldGroup,
  async send(attempt) {
    const known = knownMembers(attempt);
    const begun = await begin(attempt, known);
    if ('failure' in begun)
      return failed(attempt, begun.failure, { remoteId: null, push: nobody, exchange: begun.exchange });
    const { act, connection, work } = attempt;
    if (act.action === 'delete') return succeeded(attempt, { ...begun, remoteId: null, push: nobody });
    const { remoteId, notChanged } = begun;
    const options = redactedOf(connection.groupMappings, work.link, work.membership.desired);
    const push = await pushMembers(connection.client, remoteId, membersOf(act), options, known);
    const carried = { remoteId: push.remoteId ?? remoteId, push, exchange: push.exchange ?? begun.exchange };
    await learnWhatIsTold(connection, carried.remoteId, { added: push.added, wereLost: work.link.membersLost });
    if (push.failure) return failed(attempt, push.failure, carried);
    if (!notChanged) return succeeded(attempt, carried);
    const isCarriedOut = push.added.length + push.removed.length > 0;
    if (!isNotOffered(notChanged) || !isCarriedOut) return failed(attempt, notChanged, carried);
    // Its members may be changed, and what it is called may not.
    await connection.client.learn({ renameGroups: false }, lessonOf(notChanged));
    return succeeded({ ...attempt, act: { ...act, changes: {} } }, carried);
  },
};

/** Of a large group, not all who differ are told of at once: then how many they are is no difference to what was reviewed. */
function wholePlan(connection: Connection, work: ResolvedGroup): PlannedLink {
  const plan = shownGroupPlan(connection, work);
  const link: Link = work.link;
  return work.membership.isPart ? { ...plan, members: link.reviewed?.plan?.members ?? null } : plan;
}

const nobody: PushResult = { added: [], removed: [], refused: [] };

function succeeded(attempt: GroupAttempt, carried: Carried): Outcome<SettledGroup> {
  blameOf(attempt.connection.application.id).succeeded();
  return { settled: succeededGroup(attempt, carried) };
}

function failed(attempt: GroupAttempt, failure: ScimFailure, carried: Carried): Outcome<SettledGroup> {
  const { connection, work, act } = attempt;
  const verdict = blameOf(connection.application.id).consider(judge(failure, act.action), work.link.id);
  return { settled: failedGroup(connection, work, { failure, verdict, attempt, carried }), verdict };
}

/** Of a group that is made anew, nobody is there yet. */
function knownMembers({ connection: { capabilities }, work: { link, found }, act }: GroupAttempt): KnownMembers {
  const isNew = act.action === 'create';
  const sent: MemberChanges[] = [];
  let before: Promise<Iterable<string>> | undefined;
  return {
    put: async () => {
      before ??= isNew ? Promise.resolve([]) : accountsPut(link.id).then((accounts) => [...accounts.keys()]);
      const put = new Set(await before);
      for (const { add, remove } of sent) {
        for (const member of add) put.add(member);
        for (const member of remove) put.delete(member);
      }
      return put;
    },
    changed: (changes) => sent.push(changes),
    areAll: (shown, there) => tellsAll(toldBy(capabilities), shown, there),
    mayHoldOthers: found.takenOver || link.takenOver || link.foreignMembers > 0,
  };
}

type Begun =
  /** `notChanged`: it is not called otherwise, and its members are tried all the same. */
  | { remoteId: string; exchange?: ScimExchange | undefined; notChanged?: ScimFailure }
  | { failure: ScimFailure; exchange?: ScimExchange | undefined };

/** Creates, changes or deletes the group itself; its members follow. */
async function begin({ connection, work, act }: GroupAttempt, known: KnownMembers): Promise<Begun> {
  const { client, groupMappings } = connection;
  const options = redactedOf(groupMappings, work.link, work.membership.desired);
  if (act.action === 'create') {
    const made = await client.createGroup(groupBody(act.changes), options);
    // Who is let do nothing at all is not let create groups either: that says nothing of groups.
    const isAllowedMore = blameOf(connection.application.id).successes > 0;
    if (!made.ok && isNotOffered(made.failure) && isAllowedMore) {
      await client.learn({ createGroups: false }, lessonOf(made.failure));
    }
    return made.ok ? { remoteId: String(made.value.id), exchange: made.exchange } : made;
  }
  const id = work.found.remoteId ?? '';
  if (act.action === 'delete') {
    const gone = await deleteResource(client, { collection: 'Groups', id, current: null });
    return gone.ok || gone.failure.kind === 'not_found' ? { remoteId: id, exchange: gone.exchange } : gone;
  }
  if (Object.keys(act.changes).length === 0) return { remoteId: id };
  const renamed = await changeAttributes(client, id, act.changes, options, known);
  if (renamed.ok) {
    return { remoteId: typeof renamed.value?.id === 'string' ? renamed.value.id : id, exchange: renamed.exchange };
  }
  const { add, remove } = membersOf(act);
  const isOfNameAlone = isNotOffered(renamed.failure) || renamed.failure.kind === 'conflict';
  const goesOn = isOfNameAlone && add.length + remove.length > 0;
  return goesOn ? { remoteId: id, exchange: renamed.exchange, notChanged: renamed.failure } : renamed;
}

/** The server does not do it, or not for us, whatever is in it. */
function isNotOffered({ status = 0 }: ScimFailure): boolean {
  return [403, 405, 501].includes(status);
}

function membersOf(act: Exclude<GroupAct, { action: 'delete' }>): MemberChanges {
  return { add: act.add, remove: act.action === 'update' ? act.remove : [] };
}
