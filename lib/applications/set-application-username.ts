import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import type { Application } from '@/lib/db/generated/client';
import { userTarget } from '@/lib/directory/user-target';
import { declareCommand } from '@/lib/events/command';
import { attemptAfter } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { enqueue } from '@/lib/queue/enqueue';
import { assertUsernameFree } from './assert-username-free';
import { getPerson } from './assign-user';
import { getTemplate } from './catalogue/templates';
import { lockApplication } from './lock-application';
import { usernameNaming } from './naming';
import { assertMayName } from './naming-rule';
import { applicationUsernameSchema } from './schema';
import { settleNames } from './settle-names';

/**
 * Types the application username of one person, or goes back to the format (null); nobody does so for themselves. Answers the
 * application.
 * @throws AppError `not_found`; `forbidden` (assertMayName); at applicationUsername `invalid_input` when the application's
 * own rules refuse the name, `already_exists` when it is somebody else's there
 */
export const setApplicationUsername = declareCommand(
  {
    id: 'setApplicationUsername',
    permission: 'applications.write',
    input: applicationUsernameSchema,
    event: 'application_update',
  },
  (actor, { applicationId, userId, applicationUsername }): Promise<Application> => {
    const settle = async () => {
      const application = await db.application.findUnique({ where: { id: applicationId } });
      if (application) await settleNames([usernameNaming(application.usernameFormat)]);
    };
    return attemptAfter({ name: 'application_update', actor }, settle, async (tx, draft) => {
      const application = await lockApplication(tx, applicationId);
      // The person before what is set for them, as who renames somebody goes.
      await tx.$queryRaw`SELECT 1 FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`;
      const user = await getPerson(tx, userId);
      draft.application = { id: application.id, displayLabel: application.displayLabel };
      draft.target = userTarget(user);
      if (applicationUsername !== null) {
        checkUsername(application.templateId, applicationUsername);
        await assertUsernameFree(tx, application, { userId, applicationUsername });
      }
      const key = { applicationId, userId };
      const before = await tx.applicationUser.findUnique({ where: { applicationId_userId: key } });
      const from = before?.applicationUsername ?? null;
      draft.changes = changesBetween({ applicationUsername: from }, { applicationUsername });
      await assertMayName(tx, [actor], { user, application, otherName: { from, to: applicationUsername } });
      await tx.applicationUser.upsert({
        where: { applicationId_userId: key },
        create: { ...key, applicationUsername },
        update: { applicationUsername },
      });
      await enqueue(tx, 'application-changed', { applicationId, userIds: [userId] });
      return application;
    });
  },
);

/** The rules of the template that judge a username by itself. */
function checkUsername(templateId: string, username: string): void {
  for (const rule of getTemplate(templateId).scim?.rules ?? []) {
    if (!('target' in rule) || rule.target !== 'userName' || rule.severity === 'warning') continue;
    const broken =
      (rule.kind === 'pattern' && !new RegExp(`^(?:${rule.pattern})$`).test(username)) ||
      (rule.kind === 'not_email' && username.includes('@'));
    if (broken) throw new AppError('invalid_input', rule.message, { hint: rule.fix, field: 'applicationUsername' });
  }
}
