import { lockApplication } from '@/lib/applications/lock-application';
import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { listDraftProblems } from './list-draft-problems';
import { findProvider } from './provider';
import { ssoRefSchema } from './schema';
import { assertNoProblems } from './update-sso';

/**
 * Activates SSO, or the bookmark. @returns the application
 * @throws AppError `not_found`, `already_active`, and `unresolved_placeholder` or
 * `invalid_input` naming the field while the settings are incomplete
 */
export const activateSso = defineCommand(
  { id: 'activateSso', permission: 'sso.write', input: ssoRefSchema, event: 'sso_activate' },
  async (tx, draft, { applicationId }) => {
    const application = await lockApplication(tx, applicationId);
    draft.application = { id: application.id, displayLabel: application.displayLabel };
    draft.target = { type: 'application', id: application.id, name: application.displayLabel };
    if (application.ssoStatus === 'active')
      throw new AppError('already_active', `${noun(application.kind)} is active already.`);
    if (application.kind === 'bookmark' && !application.bookmarkUrl) {
      throw new AppError('invalid_input', 'Enter the Bookmark URL.', { field: 'bookmarkUrl' });
    }
    const provider = application.kind === 'saml' ? await findProvider(tx, { id: applicationId }) : undefined;
    if (provider) {
      assertNoProblems(provider.resolved.ok ? [] : provider.resolved.problems);
      assertNoProblems(await listDraftProblems(tx, application, provider.draft));
    }
    return tx.application.update({ where: { id: applicationId }, data: { ssoStatus: 'active' } });
  },
);

/**
 * Deactivates SSO, or the bookmark: its tile goes, and nobody is signed in any more. Settings and certificate stay.
 * @returns the application
 * @throws AppError `not_found`, `not_active`
 */
export const deactivateSso = defineCommand(
  { id: 'deactivateSso', permission: 'sso.write', input: ssoRefSchema, event: 'sso_deactivate' },
  async (tx, draft, { applicationId }) => {
    const application = await lockApplication(tx, applicationId);
    draft.application = { id: application.id, displayLabel: application.displayLabel };
    draft.target = { type: 'application', id: application.id, name: application.displayLabel };
    if (application.ssoStatus !== 'active')
      throw new AppError('not_active', `${noun(application.kind)} is not active.`);
    return tx.application.update({ where: { id: applicationId }, data: { ssoStatus: 'inactive' } });
  },
);

function noun(kind: 'saml' | 'bookmark'): string {
  return kind === 'bookmark' ? 'The bookmark' : 'SSO';
}
