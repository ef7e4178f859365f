import { applicationUsername as computeUsername } from '@/lib/applications/application-username';
import { listUsernameConflicts } from '@/lib/applications/list-username-conflicts';
import { usernameNaming } from '@/lib/applications/naming';
import { readStandingsIn, type Standing, type StandingParts } from '@/lib/applications/standings';
import { readAccountNames } from '@/lib/applications/username-accounts';
import { findNameHolders, type NameHolder } from '@/lib/applications/username-conflicts';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { storedName } from '@/lib/core/fold-name';
import type { LinkStateName } from '@/lib/core/states';
import { type FoundPage, search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import type { Keyed } from '@/lib/db/keyset';
import { wordsOf } from '@/lib/db/search';
import type { SearchedList } from '@/lib/db/searched-list';
import type { Drift, LinkFilter } from '../schema';
import { assignmentRows, countAssignmentRows } from './assignment-rows';

export interface LinkError {
  code: string;
  message: string;
  hint?: string;
}

/** One person in one application: everyone who is let in, and everyone who has an account there. */
export interface AssignmentRow {
  userId: string;
  displayName: string;
  username: string;
  email: string;
  userStatus: 'active' | 'suspended' | 'deleted';
  /** Names of the associated groups that let the person in, nested membership included. */
  groups: string[];
  /** Assigned without a group. */
  direct: boolean;
  /** The scoping filter leaves them out: whoever lets them in, they have no account. */
  filteredOut: boolean;
  /** By the application's format, or typed for this one person. */
  applicationUsername: string;
  typedUsername: boolean;
  /** What the format makes of them, whatever is typed; empty where it makes nothing. */
  computedUsername: string;
  /** userName of their account over there, as it was last read, where it is another one; null: it is the same, or there is none. */
  accountUsername: string | null;
  /** Others who have it in this application as well: none of them can sign in, and no account is changed. */
  sharedWith: NameHolder[];
  linkId: string | null;
  /** Null: nothing was ever provisioned for this person. */
  state: LinkStateName | null;
  lastError: LinkError | null;
  /** What differs over there and is left so; null: nothing that is known. */
  drift: Drift | null;
  lastChangeAt: Date | null;
  /** When it is tried again by itself. */
  dueAt: Date | null;
}

/** A person's place in the list, and their link: how they stand is read for all of a page. */
type RawRow = Pick<AssignmentRow, 'userId' | 'linkId' | 'state' | 'lastError' | 'drift' | 'lastChangeAt' | 'dueAt'> &
  Keyed & { accountName: string | null };

/**
 * The people of an application, by name.
 * @param limit rows at most, 50 unless told @throws AppError `not_found`
 */
export async function listAssignments(
  applicationId: string,
  filter: LinkFilter & { cursor?: string | undefined },
  limit = 50,
): Promise<FoundPage<AssignmentRow>> {
  const application = await db.application.findUnique({
    where: { id: applicationId },
    select: { id: true, usernameFormat: true, kind: true },
  });
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  const only = filter.shared ? await listSharing(applicationId) : undefined;
  const [{ items, ...more }, counted] = await Promise.all([
    readRows(applicationId, assignmentRows(applicationId, filter, only), { cursor: filter.cursor, limit }),
    wordsOf(filter.q).length > 0 ? undefined : countAssignmentRows(applicationId, filter, only),
  ]);
  const userIds = items.map((row) => row.userId);
  const at = now();
  const people = await readStandingsIn(db, application, { userIds, parts: ['grants'] }, at);
  // Of most people it is the same, and nothing more is read.
  const others = items.flatMap(({ userId, accountName }) =>
    accountName !== null && accountName !== storedName(people.get(userId)?.applicationUsername ?? '') ? [userId] : [],
  );
  const accounts = await readAccountNames(db, applicationId, others, 'read');
  const naming = usernameNaming(application.usernameFormat);
  const shared = await findNameHolders(
    application,
    [...people].flatMap(([userId, { granted, applicationUsername }]) =>
      granted && application.kind === 'saml' ? [{ userId, naming, name: storedName(applicationUsername) }] : [],
    ),
  );
  return {
    items: items.flatMap(({ accountName: _, ...row }) => {
      const standing = people.get(row.userId);
      if (!standing) return [];
      const { user, typedUsername } = standing;
      const computedUsername =
        typedUsername === null
          ? standing.applicationUsername
          : computeUsername(application.usernameFormat, user, null, at);
      const names = { computedUsername, accountUsername: accounts.get(row.userId) ?? null };
      return [{ ...row, ...shownOf(standing), ...names, sharedWith: shared.get(row.userId) ?? [] }];
    }),
    ...more,
    ...counted,
  };
}

/** Who has an application username that somebody else in scope has too. */
export async function listSharing(applicationId: string): Promise<string[]> {
  const conflicts = await listUsernameConflicts(applicationId);
  return conflicts.flatMap((conflict) => conflict.people.map((person) => person.id));
}

function readRows(applicationId: string, found: SearchedList, page: { cursor: string | undefined; limit: number }) {
  return search(
    db,
    found,
    page,
    ({ key, from, order }) => db.$queryRaw<RawRow[]>`
      SELECT u.id AS "userId", l.id AS "linkId", l.state::text AS state, l.last_error AS "lastError", l.drift,
        l.last_change_at AS "lastChangeAt", l.due_at AS "dueAt", l.account_name AS "accountName", ${key}
      FROM ${from}
      LEFT JOIN LATERAL (SELECT * FROM user_links WHERE application_id = ${applicationId}::uuid AND user_id = u.id OFFSET 0) l ON true
      ORDER BY ${order}`,
  );
}

function shownOf(standing: Standing & Pick<StandingParts, 'grants'>) {
  const { user, grants, filteredOut, applicationUsername, typedUsername } = standing;
  const { displayName, username, email } = user;
  return {
    ...{ displayName, username, email, applicationUsername, typedUsername: typedUsername !== null },
    userStatus: user.deletedAt ? ('deleted' as const) : user.status,
    groups: grants.groups.map((group) => group.name),
    direct: grants.direct,
    filteredOut,
  };
}
