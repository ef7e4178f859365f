import { AppError } from '@/lib/core/errors';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { enqueue } from '@/lib/queue/enqueue';
import { getPerson } from './assign-user';
import { getTemplate } from './catalogue/templates';
import { lockApplication } from './lock-application';
import { assertMayName } from './naming-rule';
import { applicationUsernameSchema } from './schema';

/**
 * Types the application username of one person, or goes back to the format (null); nobody does so for themselves.
 * @throws AppError `not_found`; `forbidden` (assertMayName); `invalid_input` (applicationUsername) when the application's own rules refuse the name
 */
export async function setApplicationUsername(
  actor: Actor,
  input: { applicationId: string; userId: string; applicationUsername: string | null },
): Promise<void> {
  const { applicationId, userId, applicationUsername } = applicationUsernameSchema.parse(input);
  await attempt({ name: 'application_update', actor }, async (tx, draft) => {
    const application = await lockApplication(tx, applicationId);
    const user = await getPerson(tx, userId);
    draft.application = { id: application.id, displayLabel: application.displayLabel };
    draft.target = { type: 'user', id: user.id, name: user.username };
    if (applicationUsername !== null) checkUsername(application.templateId, applicationUsername);
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
  });
}

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
