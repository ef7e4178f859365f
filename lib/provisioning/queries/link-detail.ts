import { applicationUsername } from '@/lib/applications/application-username';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { listSharedNames, type SharedName } from '@/lib/applications/shared-names';
import { type Grants, readStandings } from '@/lib/applications/standings';
import { readAccountNames } from '@/lib/applications/username-accounts';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { isOneOf, type LinkStateName, operationStatesThat } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import type { OperationAction, OperationState } from '@/lib/db/generated/client';
import type { Changes } from '@/lib/events/schema';
import { filteredOutBy } from '@/lib/filters/schema';
import { type NextStep, nextStep } from '../plan/next-step';
import { findPlanContext } from '../plan/plan-context';
import { previewPerson } from '../plan/preview-person';
import { type Drift, driftOf } from '../schema';
import { type AccountReason, accountReason } from './account-reason';
import type { LinkError } from './links';

/** One attempt with what was sent and what came back; secrets were left out when it was written. */
export interface OperationEntry {
  id: string;
  action: OperationAction;
  state: OperationState;
  changes: Changes;
  /** It corrects what somebody else did over there. */
  drift: boolean;
  error: { code: string; message: string } | null;
  durationMs: number | null;
  createdAt: Date;
  cycleId: string | null;
  /** Its answer was lost, and it was found to have been carried out. */
  confirmed: boolean;
  /** Null once its time of keeping is over, or while the answer is awaited. */
  exchange: {
    method: string;
    url: string;
    requestBody: string | null;
    status: number | null;
    responseBody: string | null;
    /** It was part of a request of so many operations. */
    together: number | null;
  } | null;
}

const latest = 50;

/** Attempts on one person's account, or one group, the latest first; 50 at most. */
export async function listOperations(
  link: { userLinkId: string } | { groupLinkId: string },
): Promise<OperationEntry[]> {
  const rows = await db.operation.findMany({
    where: link,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: latest,
    include: { exchange: { omit: { operationId: true, createdAt: true } } },
  });
  return rows.map(({ applicationId: _a, userLinkId: _u, groupLinkId: _g, finishedAt: _f, ...row }) => ({
    ...row,
    changes: row.changes as unknown as Changes,
    error: row.error as OperationEntry['error'],
  }));
}

/** The same by the id of either kind of link. @throws AppError `not_found` */
export async function listLinkOperations(linkId: string): Promise<OperationEntry[]> {
  const [users, groups] = await Promise.all([
    db.userLink.count({ where: { id: linkId } }),
    db.groupLink.count({ where: { id: linkId } }),
  ]);
  if (users + groups === 0) throw new AppError('not_found', 'This account or group is not managed any more.');
  return listOperations(users > 0 ? { userLinkId: linkId } : { groupLinkId: linkId });
}

/** One person in one application, with everything that the page shows. */
export interface AssignmentDetail {
  person: {
    id: string;
    displayName: string;
    username: string;
    email: string;
    status: 'active' | 'suspended' | 'deleted';
  };
  grants: Grants;
  /** Why there is an account, or why there is none, and what to do about it. */
  standing: AccountReason;
  typedUsername: string | null;
  /** What the format makes of them, whatever is typed; empty where it makes nothing. */
  computedUsername: string;
  /** userName of their account over there, as it was last read; null: there is none. */
  accountUsername: string | null;
  /** The application username and who else has it there; null: nobody. */
  shared: SharedName | null;
  link: {
    id: string;
    state: LinkStateName;
    remoteId: string | null;
    takenOver: boolean;
    lastError: LinkError | null;
    /** What differs over there and is left so. */
    drift: Drift | null;
    lastChangeAt: Date | null;
    dueAt: Date | null;
    attempts: number;
    /** The operation, among those below, that somebody has to allow, or has rejected; null: none. */
    holdId: string | null;
  } | null;
  /** What the next cycle would do; null where Identity Management is not active. */
  next: NextStep | null;
  operations: OperationEntry[];
}

/**
 * Anybody of the directory, in scope or not: who has no account is told why.
 * @throws AppError `not_found`: no such person, or no such application
 */
export async function getAssignment(applicationId: string, userId: string): Promise<AssignmentDetail> {
  const application = await db.application.findUnique({
    where: { id: applicationId },
    select: {
      ...{ id: true, usernameFormat: true, templateId: true, displayLabel: true },
      integration: { select: { status: true } },
    },
  });
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  const asked = { applications: [application], userIds: [userId], parts: ['grants', 'filter'] as const };
  const [[place], link, context, [shared], accounts] = await Promise.all([
    readStandings(db, asked, now()),
    db.userLink.findUnique({ where: { applicationId_userId: { applicationId, userId } } }),
    findPlanContext(applicationId),
    listSharedNames(userId, applicationId),
    readAccountNames(db, applicationId, [userId], 'read'),
  ]);
  if (!place) throw new AppError('not_found', 'This person is not in the directory.');
  const { user, grants, filter, filteredOut, typedUsername } = place;
  const [operations, plan] = await Promise.all([
    link ? listOperations({ userLinkId: link.id }) : [],
    context ? previewPerson(context, userId) : undefined,
  ]);
  const { id, displayName, username, email } = user;
  const person = { id, displayName, username, email, status: user.deletedAt ? ('deleted' as const) : user.status };
  const lastError = (link?.lastError ?? null) as unknown as LinkError | null;
  const next = plan ? nextStep(plan) : null;
  const standing = accountReason({
    appName: application.displayLabel,
    person,
    grants,
    filteredOutBy: filteredOut ? filteredOutBy(filter) : null,
    provisions: Boolean(getTemplate(application.templateId).scim),
    integration: application.integration?.status ?? null,
    shared: shared !== undefined,
    link: link && { state: link.state, remoteId: link.remoteId, lastError },
    next,
  });
  return {
    person,
    grants,
    standing,
    typedUsername,
    computedUsername: applicationUsername(application.usernameFormat, user, null, now()),
    accountUsername: accounts.get(userId) ?? null,
    shared: shared ?? null,
    link: link && {
      id: link.id,
      state: link.state,
      remoteId: link.remoteId,
      takenOver: link.takenOver,
      lastError,
      drift: driftOf(link.drift),
      lastChangeAt: link.lastChangeAt,
      dueAt: link.dueAt,
      attempts: link.attempts,
      holdId:
        operations.find(({ id, state }) => id === link.holdId && isOneOf(operationStatesThat.mayBeAllowed, state))
          ?.id ?? null,
    },
    next,
    operations,
  };
}
