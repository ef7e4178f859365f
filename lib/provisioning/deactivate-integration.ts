import { defineCommand } from '@/lib/events/command';
import { forgetAuthorizations } from './authorization/forget-authorizations';
import { changeCycle } from './cycles/stages';
import { lockLinks } from './forget-accounts';
import { asResource, lockIntegration } from './internal/integrations';
import { applicationRefSchema } from './schema';

/**
 * Deactivates Identity Management: nothing more is sent, users and groups in the application stay as they are, the token
 * is forgotten. @returns the connection @throws AppError `not_active`
 */
export const deactivateIntegration = defineCommand(
  {
    id: 'deactivateIntegration',
    permission: 'integration.write',
    input: applicationRefSchema,
    event: 'idm_integration_delete',
  },
  async (tx, draft, { applicationId }) => {
    const { application } = await lockIntegration(tx, applicationId);
    draft.application = application;
    draft.target = { type: 'application', id: application.id, name: application.displayLabel };
    const saved = await tx.integration.update({
      where: { applicationId },
      data: {
        status: 'inactive',
        tokenSealed: '',
        quarantineReason: null,
        quarantinedAt: null,
        notBefore: null,
        version: { increment: 1 },
      },
    });
    await forgetAuthorizations(tx, applicationId, []);
    await changeCycle(tx, { applicationId }, 'stop');
    await lockLinks(tx, applicationId);
    await tx.userLink.updateMany({ where: { applicationId }, data: { dueAt: null } });
    await tx.groupLink.updateMany({ where: { applicationId }, data: { dueAt: null } });
    return asResource(saved);
  },
);
