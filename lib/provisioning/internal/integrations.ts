import { lockApplication } from '@/lib/applications/lock-application';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { Application, Integration } from '@/lib/db/generated/client';

/**
 * An application with its active integration, locked against another writer until the transaction ends.
 * @throws AppError `not_found`, `not_active`
 */
export async function lockIntegration(
  tx: Tx,
  applicationId: string,
): Promise<{ application: Application; integration: Integration }> {
  const application = await lockApplication(tx, applicationId);
  const integration = await tx.integration.findUnique({ where: { applicationId } });
  if (!integration || integration.status === 'inactive') {
    throw new AppError('not_active', `Identity Management is not active for ${application.displayLabel}.`, {
      hint: 'Activate it first.',
    });
  }
  return { application, integration };
}

/** @throws AppError `stale_version` with the values as they are now, when somebody saved in the meantime */
export function assertVersion(integration: Integration, version: number): void {
  if (integration.version === version) return;
  throw new AppError('stale_version', 'The connection was changed by somebody else in the meantime.', {
    hint: 'Nothing was saved. What you typed is still here; compare and save again.',
    details: {
      version: integration.version,
      values: {
        baseUrl: integration.baseUrl,
        manageGroups: integration.manageGroups,
        intervalMinutes: integration.intervalMinutes,
      },
    },
  });
}
