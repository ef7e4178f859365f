import { AppError } from '@/lib/core/errors';
import { storedName } from '@/lib/core/fold-name';
import { transaction } from '@/lib/db/client';
import type { Application } from '@/lib/db/generated/client';
import { userTarget } from '@/lib/directory/user-target';
import { declareCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAtOnce, recordEvents } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { enqueue } from '@/lib/queue/enqueue';
import { findAuthority } from '@/lib/tokens/authority';
import { lockUsernames } from './assert-username-free';
import { type JudgedUsername, judgeUsernames } from './judge-usernames';
import { lockApplication } from './lock-application';
import { type ReviewedUsername, reviewedUsernamesSchema } from './schema';
import { settleUsernames } from './type-username';

/** People in one task that looks at them again. */
const atOnce = 1_000;
/** Problems that are told one by one. */
const shownAtMost = 50;

/**
 * Types the application usernames of many people, as they were reviewed: all of them, or none. An event for each person whose name
 * changes. Answers the application, and how many were changed: what is so already is no change.
 * @throws AppError `not_found`; `invalid_input` with a problem for each row where something is in the way of one (judgeUsernames), or
 * where it is not any more as it was reviewed
 */
export const setApplicationUsernames = declareCommand(
  {
    id: 'setApplicationUsernames',
    permission: 'applications.write',
    input: reviewedUsernamesSchema,
    event: 'application_update',
  },
  (actor, { applicationId, usernames }): Promise<Application & { changed: number }> => {
    const draft: EventDraft = { name: 'application_update', actor };
    return attemptAtOnce(draft, async () => {
      await settleUsernames(applicationId);
      return transaction(async (tx) => {
        const application = await lockApplication(tx, applicationId);
        draft.application = { id: application.id, displayLabel: application.displayLabel };
        draft.target = { type: 'application', id: application.id, name: application.displayLabel };
        const ids = usernames.map(({ userId }) => userId);
        // People before what is set for them, as who renames somebody goes; and before names, as who types one does.
        await tx.$queryRaw`SELECT 1 FROM users WHERE id = ANY (${ids}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
        await lockUsernames(
          tx,
          applicationId,
          usernames.flatMap(({ applicationUsername }) => applicationUsername ?? []),
        );
        const judged = await judgeUsernames(tx, application, usernames, [await findAuthority(tx, actor)]);
        const problems = usernames.flatMap((row, index) => {
          const message = problemOf(row, judged.get(row.userId));
          return message ? [{ message, field: `usernames.${index}.applicationUsername` }] : [];
        });
        if (problems.length > 0) throw notAsReviewed(problems, usernames.length);
        const changing = usernames.filter((row) => row.applicationUsername !== row.was);
        await tx.$executeRaw`
          INSERT INTO application_users (application_id, user_id, application_username, application_username_folded)
          SELECT ${applicationId}::uuid, r.user_id, r.name, r.folded
          FROM jsonb_to_recordset(${JSON.stringify(changing.map(toRow))}::jsonb) AS r(user_id uuid, name text, folded text)
          ORDER BY r.user_id
          ON CONFLICT (application_id, user_id) DO UPDATE SET application_username = EXCLUDED.application_username,
            application_username_folded = EXCLUDED.application_username_folded`;
        const changed = changing.map(({ userId }) => userId);
        for (let at = 0; at < changed.length; at += atOnce) {
          await enqueue(tx, 'application-changed', { applicationId, userIds: changed.slice(at, at + atOnce) });
        }
        await recordEvents(
          tx,
          changing.flatMap(({ userId, was, applicationUsername }) => {
            const user = judged.get(userId)?.standing.user;
            const changes = changesBetween({ applicationUsername: was }, { applicationUsername });
            return user ? [{ ...draft, target: userTarget(user), changes }] : [];
          }),
        );
        return { ...application, changed: changing.length };
      });
    });
  },
);

/** Why a row cannot be saved as it was reviewed; undefined: it can. */
function problemOf({ was }: ReviewedUsername, judged: JudgedUsername | undefined): string | undefined {
  if (!judged) return 'This person was deleted meanwhile.';
  const { displayName } = judged.standing.user;
  if (judged.standing.typedUsername !== was)
    return `${displayName}: somebody else has changed it since it was reviewed.`;
  return judged.problem && `${displayName}: ${judged.problem.message}`;
}

function notAsReviewed(problems: readonly { message: string; field: string }[], rows: number): AppError {
  const [first] = problems;
  const others =
    problems.length > 1
      ? ` ${problems.length.toLocaleString('en')} of ${rows.toLocaleString('en')} rows are like that.`
      : '';
  return new AppError('invalid_input', `${first?.message ?? ''}${others}`, {
    hint: 'Nothing was saved. Review it again.',
    details: { problems: problems.slice(0, shownAtMost) },
  });
}

function toRow({ userId, applicationUsername: name }: ReviewedUsername) {
  return { user_id: userId, name, folded: name === null ? null : storedName(name) };
}
