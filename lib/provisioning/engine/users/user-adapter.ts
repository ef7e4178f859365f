import type { UserLink } from '@/lib/db/generated/client';
import type { ScimResult } from '@/lib/scim/client';
import { deactivate } from '@/lib/scim/deactivate';
import type { ScimResource } from '@/lib/scim/path';
import { updateResource } from '@/lib/scim/update-resource';
import { deleteResource } from '@/lib/scim/with-version';
import { findReading } from '../../cycles/reading';
import { findClear } from '../../guard';
import { accountWaits, isDeprovisioning } from '../../hold';
import { blameOf } from '../../internal/blame';
import { failingSubject } from '../../internal/failed-as-one';
import { priorities } from '../../internal/priorities';
import { judge } from '../../internal/verdict';
import { redactedOf, withoutSecrets } from '../../internal/without-secrets';
import { departureOf } from '../../plan/departure';
import { correctsDrift } from '../../plan/drift';
import { isUnlinked } from '../../plan/linked-account';
import { takenAccount } from '../../plan/match-accounts';
import { lastKnown, planLinks, planMatched, remoteIdOf } from '../../plan/plan-links';
import { shownPlan } from '../../plan/preview-person';
import { deactivates, newUser, type UserAct, userUpdate } from '../../plan/user-request';
import type { Adapter, Attempt } from '../adapter';
import { listOpenOperations } from '../intents';
import { isOtherThanReviewed } from '../reviewed';
import { learnAfterDelete } from './after-delete';
import { learnForms } from './learn-forms';
import { lookUpAccount } from './look-up-account';
import { userKind } from './user-kind';
import { failedUser, heldUser, settledByPlan, succeededUser } from './user-outcomes';
import type { PlannedUser, SettledUser, UserWork } from './user-work';

/** People and their accounts. */
export const users: Adapter<UserWork, PlannedUser, UserAct, SettledUser> = {
  kind: userKind,
  async planLinks(connection, links) {
    const linkIds = links.map((link) => link.id);
    const [open, reading] = await Promise.all([listOpenOperations(userKind, linkIds), findReading(connection)]);
    const { planned, toLookUp } = await planLinks(connection, links, {
      // Of a list that does not show everybody, only what it shows counts.
      isRead: (link) =>
        reading !== null &&
        link.cycleId === reading.cycleId &&
        (reading.isWhole || !isUnlinked(link)) &&
        !contradictsReading(link),
      // Who provisions somebody on demand is told how it is over there by now.
      isDoubtful: (link) => open.has(link.id) || link.onDemandId !== null,
    });
    return { planned, toLookUp: toLookUp.map((entry) => ({ ...entry, open: open.get(entry.link.id) ?? [] })) };
  },
  lookUp: lookUpAccount,
  secrets: ({ userMappings }, { link, person }) => redactedOf(userMappings, link, person.desired).secrets,
  shown: shownPlan,
  takes: ({ found }) => found?.remoteId,
  withRival(connection, work, rival) {
    return planMatched(connection, work, {
      kind: 'ambiguous',
      reason: takenAccount('the match of another person too', rival.link.userId),
    });
  },
  act(connection, work) {
    const { plan } = work;
    if (plan.action === 'none' || plan.action === 'skip') return { settled: settledByPlan(connection, work, plan) };
    const deprovisions = isDeprovisioning(plan.action, work.linked);
    return {
      act: plan,
      action: plan.action,
      changes: withoutSecrets(plan.changes),
      deprovisions,
      drift: correctsDrift(plan),
      departure: departureOf(work.person.desired, plan),
    };
  },
  clear: (connection, work) => findClear(connection, work),
  waits(connection, work, { action }, isClear) {
    const waits = accountWaits(connection, { desired: work.person.desired, action, isClear });
    if (waits === 'never' || waits === 'setting') return waits;
    return isOtherThanReviewed(work.link, () => shownPlan(connection, work)) ? 'review' : waits;
  },
  held: heldUser,
  // Where it is read before it is changed, there is little left to share.
  mayShare({ connection, work: { link }, act }) {
    const isFirst = Number(link.priority) === priorities.cycle && link.attempts === 0 && link.onDemandId === null;
    const isOneRequest = act.action === 'create' || (act.action !== 'delete' && connection.capabilities.patch);
    return isFirst && isOneRequest && !deactivates(act);
  },
  async send(attempt) {
    const { connection, work, act } = attempt;
    const blame = blameOf(connection.application.id);
    const result = await request(attempt);
    if (result.ok) {
      blame.succeeded();
      if (act.action === 'delete') await learnAfterDelete(connection, remoteIdOf(work) ?? '');
      else await learnForms(connection, act.changes, result.value);
      return { settled: succeededUser(attempt, result) };
    }
    const { failure } = result;
    const verdict = blame.consider(judge(failure, act.action), failingSubject(failure, work.link.id));
    return { settled: failedUser(attempt, result, verdict), verdict };
  },
};

/** An account that exists although it was not read, or was read and is gone: the application itself is asked again. */
function contradictsReading({ lastError }: UserLink): boolean {
  const code = (lastError as { code?: string } | null)?.code;
  return code === 'Conflict' || code === 'AccountGone';
}

function request({ connection, work, act }: Attempt<PlannedUser, UserAct>): Promise<ScimResult<ScimResource | null>> {
  const { client } = connection;
  const known = { id: remoteIdOf(work) ?? '', current: lastKnown(work) };
  const options = redactedOf(connection.userMappings, work.link, work.person.desired);
  if (act.action === 'create') return client.createUser(newUser(act), options);
  if (act.action === 'delete') return deleteResource(client, { collection: 'Users', ...known }, options);
  const update = userUpdate(act, known, client.capabilities);
  return deactivates(act) ? deactivate(client, update, options) : updateResource(client, update, options);
}
