import { applicationUsername } from '@/lib/applications/application-username';
import { listUsernameConflicts } from '@/lib/applications/list-username-conflicts';
import { usernameNaming } from '@/lib/applications/naming';
import { isGranted } from '@/lib/applications/scope';
import { userRecord } from '@/lib/applications/source-record';
import { findNameHolders, type NameHolder } from '@/lib/applications/username-conflicts';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { storedName } from '@/lib/core/fold-name';
import type { LinkStateName } from '@/lib/core/states';
import { type FoundPage, type SearchedList, search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import { wordsOf } from '@/lib/db/search';
import { listEffectivePairs } from '@/lib/directory/membership';
import type { LinkFilter } from '../schema';
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
  /** By the application's format, or typed for this one person. */
  applicationUsername: string;
  typedUsername: boolean;
  /** Others who have it in this application as well: none of them can sign in, and no account is changed. */
  sharedWith: NameHolder[];
  linkId: string | null;
  /** Null: nothing was ever provisioned for this person. */
  state: LinkStateName | null;
  lastError: LinkError | null;
  lastChangeAt: Date | null;
  /** When it is tried again by itself. */
  dueAt: Date | null;
}

interface RawRow
  extends Omit<AssignmentRow, 'groups' | 'direct' | 'applicationUsername' | 'typedUsername' | 'sharedWith'> {
  typed: string | null;
  assigned: boolean;
  granted: boolean;
  pageKey: string[];
}

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
    select: { usernameFormat: true, kind: true },
  });
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  const only = filter.shared ? await listSharing(applicationId) : undefined;
  const [{ items, ...more }, counted] = await Promise.all([
    readRows(applicationId, assignmentRows(applicationId, filter, only), { cursor: filter.cursor, limit }),
    wordsOf(filter.q).length > 0 ? undefined : countAssignmentRows(applicationId, filter, only),
  ]);
  const userIds = items.map((row) => row.userId);
  const [groups, people] = await Promise.all([
    groupsByPerson(applicationId, userIds),
    db.user.findMany({ where: { id: { in: userIds } } }),
  ]);
  const { usernameFormat, kind } = application;
  const records = new Map(people.map((user) => [user.id, userRecord(user, user.username, true)]));
  const named = items.map((row) => ({
    ...row,
    applicationUsername: applicationUsername(usernameFormat, records.get(row.userId) ?? {}, row.typed, now()),
  }));
  const naming = usernameNaming(usernameFormat);
  const shared = await findNameHolders(
    { id: applicationId, usernameFormat },
    named
      .filter((row) => row.granted && kind === 'saml')
      .map((row) => ({ userId: row.userId, naming, name: storedName(row.applicationUsername) })),
  );
  return {
    items: named.map(({ typed, assigned: direct, granted: _granted, ...row }) => ({
      ...row,
      direct,
      groups: groups.get(row.userId) ?? [],
      typedUsername: typed !== null,
      sharedWith: shared.get(row.userId) ?? [],
    })),
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
      SELECT u.id AS "userId", p.display_name AS "displayName", p.username, p.email,
        CASE WHEN p.deleted_at IS NOT NULL THEN 'deleted' ELSE p.status::text END AS "userStatus",
        l.id AS "linkId", l.state::text AS state, l.last_error AS "lastError", l.last_change_at AS "lastChangeAt",
        l.due_at AS "dueAt", au.application_username AS typed, coalesce(au.assigned, false) AS assigned,
        (p.deleted_at IS NULL AND ${isGranted(applicationId)}) AS granted, ${key}
      FROM ${from} JOIN users p ON p.id = u.id
      LEFT JOIN LATERAL (SELECT * FROM user_links WHERE application_id = ${applicationId}::uuid AND user_id = u.id OFFSET 0) l ON true
      LEFT JOIN LATERAL (SELECT * FROM application_users WHERE application_id = ${applicationId}::uuid AND user_id = u.id OFFSET 0) au ON true
      ORDER BY ${order}`,
  );
}

async function groupsByPerson(applicationId: string, userIds: readonly string[]): Promise<Map<string, string[]>> {
  const associated = await db.applicationGroup.findMany({
    where: { applicationId, group: { deletedAt: null } },
    select: { groupId: true, group: { select: { name: true } } },
    orderBy: { group: { name: 'asc' } },
  });
  const pairs = await listEffectivePairs(
    associated.map((row) => row.groupId),
    userIds,
  );
  const found = new Map<string, string[]>();
  for (const { groupId, group } of associated) {
    for (const pair of pairs) {
      if (pair.groupId === groupId) found.set(pair.userId, [...(found.get(pair.userId) ?? []), group.name]);
    }
  }
  return found;
}
