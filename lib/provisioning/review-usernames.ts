import { type JudgedUsername, judgeUsernames, type UsernameProblem } from '@/lib/applications/judge-usernames';
import { usernameNaming } from '@/lib/applications/naming';
import { usernameTextProblem, type WantedUsernameRow } from '@/lib/applications/schema';
import { settleNames } from '@/lib/applications/settle-names';
import { AppError } from '@/lib/core/errors';
import { storedName } from '@/lib/core/fold-name';
import { db } from '@/lib/db/client';
import { findUsersByNames } from '@/lib/directory/find-user-by-name';
import type { Actor } from '@/lib/events/actor';
import { targetKey } from '@/lib/mappings/target';
import { findAuthority } from '@/lib/tokens/authority';
import { findPlanContext, type PlanContext } from './plan/plan-context';

/** What a row of usernames that are to be typed would do, with what stands in its way. */
export interface ReviewedRow {
  /** As it was sent. */
  person: string;
  applicationUsername: string | null;
  /** Null: nobody is called so. */
  user: { id: string; displayName: string; email: string } | null;
  /** The one that is typed now; null: none is. */
  was: string | null;
  /** The application username now, and then. */
  before: string;
  after: string;
  /** Nothing would be changed. */
  unchanged: boolean;
  /** What becomes of the account over there, in a sentence; null: nothing. */
  overThere: string | null;
  problem: ReviewProblem | null;
}

export const reviewProblemCodes = [
  'forbidden',
  'invalid_input',
  'already_exists',
  'not_found',
  'not_in_application',
  'repeated',
] as const;

export interface ReviewProblem extends Omit<UsernameProblem, 'code'> {
  code: (typeof reviewProblemCodes)[number];
}

/**
 * Looks at application usernames that are to be typed for many people, row by row, and changes nothing. What it finds no problem with
 * is what `setApplicationUsernames` takes.
 * @param usernames by e-mail address or username @param actor who would save them @returns a row for each, in the same order @throws AppError `not_found`
 */
export async function reviewUsernames(
  { applicationId, usernames: rows }: { applicationId: string; usernames: readonly WantedUsernameRow[] },
  actor: Actor,
): Promise<ReviewedRow[]> {
  const application = await db.application.findUnique({ where: { id: applicationId } });
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  await settleNames([usernameNaming(application.usernameFormat)]);
  const people = await findUsersByNames(rows.map(({ person }) => person));
  const asked = rows.map((row) => {
    const text = row.applicationUsername?.trim() ?? '';
    const userId = people.get(storedName(row.person.trim()));
    return { ...row, person: row.person.trim(), applicationUsername: text === '' ? null : text, userId };
  });
  const first = new Map<string, number>();
  for (const [index, { userId }] of asked.entries()) if (userId && !first.has(userId)) first.set(userId, index);
  const wanted = asked.flatMap(({ userId, applicationUsername }, index) =>
    userId && first.get(userId) === index ? [{ userId, applicationUsername }] : [],
  );
  const [judged, context] = await Promise.all([
    judgeUsernames(db, application, wanted, [await findAuthority(db, actor)]),
    findPlanContext(applicationId),
  ]);
  return asked.map(({ userId, person, applicationUsername }, index): ReviewedRow => {
    const one = userId === undefined ? undefined : judged.get(userId);
    const row = { person, applicationUsername };
    if (!one) return { ...row, ...nobody(applicationUsername), problem: unknownPerson(person) };
    const { user, typedUsername, granted, applicationUsername: before } = one.standing;
    const { id, displayName, email } = user;
    const known = { user: { id, displayName, email }, was: typedUsername, before, after: one.next };
    const unchanged = typedUsername === applicationUsername;
    const text = applicationUsername === null ? undefined : usernameTextProblem(applicationUsername);
    const problem: ReviewProblem | null =
      first.get(id) !== index
        ? { code: 'repeated', message: `${displayName} stands in an earlier row.`, hint: 'Keep one of the rows.' }
        : text
          ? { code: 'invalid_input', message: text, hint: 'Correct it.' }
          : applicationUsername !== null && !granted && one.account === null
            ? notInside(displayName, application.displayLabel)
            : unchanged
              ? null
              : (one.problem ?? null);
    const overThere = problem || unchanged ? null : effectOf(context, application.displayLabel, one);
    return { ...row, ...known, unchanged, overThere, problem };
  });
}

/** What becomes of somebody's account when their application username changes, in a sentence; null: nothing. */
export function effectOf(context: PlanContext | undefined, appName: string, judged: JudgedUsername): string | null {
  const { account, sent, found, standing } = judged;
  if (!context) return null;
  const isManaged = standing.absence === null && !standing.filteredOut;
  if (account === null) {
    if (!isManaged || found === null) return null;
    return context.matchTargets.some((target) => targetKey(target) === 'username')
      ? `Takes over the account “${found}” that ${appName} has already.`
      : `${appName} has an account “${found}” already, and accounts are not matched by their username.`;
  }
  const stays = `Their account in ${appName} stays “${account}”`;
  if (!isManaged || sent === null || sent === account) return `${stays}.`;
  if (!context.actions.updateUsers) return `${stays}: updating user attributes is switched off.`;
  return `Their account “${account}” in ${appName} is renamed to “${sent}”.`;
}

const nobody = (name: string | null) => ({
  ...{ user: null, was: null, before: '', after: name ?? '', unchanged: false, overThere: null },
});

const unknownPerson = (person: string): ReviewProblem => ({
  code: 'not_found',
  message: person === '' ? 'No person is named.' : `Nobody has the username or e-mail address ${person}.`,
  hint: 'Name the person by the e-mail address or the username of the directory.',
});

const notInside = (displayName: string, appName: string): ReviewProblem => ({
  code: 'not_in_application',
  message: `${displayName} is not in ${appName}.`,
  hint: 'Assign the person, or associate one of their user groups, first.',
});
