import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { Application, Integration } from '@/lib/db/generated/client';

/** The application with its integration, locked against a second administrator until the transaction ends. */
export async function lockApplication(
  tx: Tx,
  applicationId: string,
): Promise<Application & { integration: Integration | null }> {
  await tx.$queryRaw`SELECT id FROM applications WHERE id = ${applicationId}::uuid FOR UPDATE`;
  const application = await tx.application.findUnique({ where: { id: applicationId }, include: { integration: true } });
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  return application;
}

/** The same, refused unless Identity Management is configured. @throws AppError `not_active` */
export async function lockIntegration(
  tx: Tx,
  applicationId: string,
): Promise<{ application: Application; integration: Integration }> {
  const { integration, ...application } = await lockApplication(tx, applicationId);
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
