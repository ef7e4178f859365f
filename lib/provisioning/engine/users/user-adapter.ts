import { now } from '@/lib/core/clock';
import type { ScimResult } from '@/lib/scim/client';
import type { ScimResource } from '@/lib/scim/path';
import { blameOf } from '../../internal/blame';
import { judge } from '../../internal/verdict';
import { redactedOf, withoutSecrets } from '../../internal/without-secrets';
import { desiredUsers, planPerson } from '../../plan/desired-users';
import { takenAccount } from '../../plan/match-accounts';
import { type UserAct, userRequest } from '../../plan/user-request';
import type { Adapter, Attempt } from '../adapter';
import { lookUpAccount, sortAccounts } from './resolve-accounts';
import { userKind } from './user-kind';
import { failedUser, plannedUser, succeededUser } from './user-outcomes';
import type { ResolvedUser, SettledUser, UserWork } from './user-work';

/** People and their accounts. */
export const users: Adapter<UserWork, ResolvedUser, UserAct, SettledUser> = {
  kind: userKind,
  async desired(connection, links) {
    const userIds = links.map((link) => link.userId);
    const people = await desiredUsers(connection, userIds, now());
    return links.flatMap((link) => {
      const person = people.get(link.userId);
      return person ? [{ link, person }] : [];
    });
  },
  resolve: sortAccounts,
  lookUp: lookUpAccount,
  takes: ({ found }) => found?.remoteId,
  withRival({ link, person }, rival) {
    const reason = takenAccount('the match of another person too', rival.link.userId);
    return { link, person, linked: { kind: 'ambiguous', reason }, read: null };
  },
  plan(connection, work) {
    const plan = planPerson(connection, work.person.desired, work.linked);
    if (plan.action === 'none' || plan.action === 'skip') return { settled: plannedUser(connection, work, plan) };
    return { act: plan, action: plan.action, changes: withoutSecrets(plan.changes) };
  },
  async send(attempt) {
    const { connection, work, act } = attempt;
    const blame = blameOf(connection.application.id);
    const result = await request(attempt);
    if (result.ok) {
      blame.succeeded();
      return { settled: succeededUser(attempt, result) };
    }
    const verdict = blame.consider(judge(result.failure, act.action), work.link.id);
    return { settled: failedUser(attempt, result, verdict), verdict };
  },
};

/** Without PATCH the account is read first, so that what is not ours is carried over as it is now. */
async function request({
  connection,
  work,
  act,
}: Attempt<ResolvedUser, UserAct>): Promise<ScimResult<ScimResource | null>> {
  const { client, capabilities } = connection;
  const id = work.found?.remoteId ?? work.link.remoteId ?? '';
  let current = work.read ?? (work.link.lastRead as ScimResource | null);
  if (!capabilities.patch && act.action !== 'create' && act.action !== 'delete') {
    const read = await client.getUser(id);
    if (!read.ok) return read;
    current = read.value;
  }
  const wanted = userRequest(act, { id, current }, capabilities);
  const options = redactedOf(connection.userMappings, work.link, work.person.desired);
  switch (wanted.method) {
    case 'POST':
      return client.createUser(wanted.body, options);
    case 'PATCH':
      return client.patchUser(wanted.id, wanted.operations, options);
    case 'PUT':
      return client.replaceUser(wanted.id, wanted.body, options);
    case 'DELETE':
      return client.deleteUser(wanted.id, options);
  }
}
