import { now } from '@/lib/core/clock';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { lockIntegration } from './internal/integrations';

/**
 * Deactivates Identity Management: nothing more is sent, users and groups in the application stay as they are, the token
 * is forgotten. @throws AppError `not_active`
 */
export async function deactivateIntegration(actor: Actor, input: { applicationId: string }): Promise<void> {
  const { applicationId } = input;
  await attempt({ name: 'idm_integration_delete', actor }, async (tx, draft) => {
    const { application } = await lockIntegration(tx, applicationId);
    draft.application = application;
    draft.target = { type: 'application', id: application.id, name: application.displayLabel };
    await tx.integration.update({
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
    await tx.userLink.updateMany({ where: { applicationId }, data: { dueAt: null } });
    await tx.groupLink.updateMany({ where: { applicationId }, data: { dueAt: null } });
    await tx.cycle.updateMany({
      where: { applicationId, finishedAt: null },
      data: { stage: 'stopped', finishedAt: now() },
    });
  });
}
