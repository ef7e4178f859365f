import { getTemplate } from '@/lib/applications/catalogue/templates';
import { AppError } from '@/lib/core/errors';
import type { Application } from '@/lib/db/generated/client';

/** Whether an application can be connected as it stands. @throws AppError `conflict` where it has no Identity Management, `sso_required` */
export function assertSupported(application: Application): void {
  const { scim } = getTemplate(application.templateId);
  if (!scim) throw new AppError('conflict', `${application.displayLabel} has no Identity Management.`);
  if (scim.requiresSso && application.ssoStatus !== 'active') {
    throw new AppError(
      'sso_required',
      `SSO must be configured for ${application.displayLabel} before Identity Management.`,
      {
        hint: 'Complete the SSO tab first.',
      },
    );
  }
}
