import { getTemplate } from '@/lib/applications/catalogue/templates';
import { lockApplication } from '@/lib/applications/lock-application';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import type { Application } from '@/lib/db/generated/client';
import { declareCommand } from '@/lib/events/command';
import { attemptAfter } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { publicPart } from '@/lib/scim/authentication';
import { toColumns } from './authentication';
import { startCycle } from './cycles/start-cycle';
import { forgetAccounts, sameBaseUrl } from './forget-accounts';
import { asResource } from './internal/integrations';
import { assertConnects } from './probe-connection';
import { connectionSchema } from './schema';

/**
 * Tests a SCIM connection, saves it and starts the first cycle. Activating again after a deactivation goes on with the
 * links that there are. @returns the connection
 * @throws AppError `sso_required`, `already_active`, `target_not_allowed` at baseUrl, `connection_failed` at the field
 */
export const activateIntegration = declareCommand(
  {
    id: 'activateIntegration',
    permission: 'integration.write',
    input: connectionSchema,
    event: 'idm_integration_activate',
  },
  async (actor, { applicationId, baseUrl, authentication, manageGroups, taught }) => {
    const application = await db.application.findUnique({ where: { id: applicationId } });
    if (!application) throw new AppError('not_found', 'This application does not exist any more.');
    const draft = {
      name: 'idm_integration_activate' as const,
      actor,
      application,
      target: { type: 'application' as const, id: application.id, name: application.displayLabel },
      changes: changesBetween({}, { baseUrl, manageGroups, ...publicPart(authentication) }),
    };
    const test = async () => {
      assertSupported(application);
      return assertConnects({ applicationId, baseUrl, authentication, manageGroups });
    };
    return attemptAfter(draft, test, async (tx, _draft, tested) => {
      const locked = await lockApplication(tx, applicationId);
      assertSupported(locked);
      const before = await tx.integration.findUnique({ where: { applicationId } });
      if (before && before.status !== 'inactive') {
        throw new AppError('already_active', `Identity Management is active already for ${locked.displayLabel}.`);
      }
      const values = {
        status: 'active' as const,
        baseUrl,
        ...toColumns(applicationId, tested.credentials),
        tokenUpdatedAt: now(),
        manageGroups,
        capabilities: JSON.parse(JSON.stringify({ ...tested.capabilities, ...taught })),
        quarantineReason: null,
        quarantinedAt: null,
        notBefore: null,
        heldAt: null,
        failures: 0,
        activatedAt: now(),
      };
      if (before && !sameBaseUrl(before.baseUrl, baseUrl)) await forgetAccounts(tx, applicationId);
      const saved = await tx.integration.upsert({
        where: { applicationId },
        create: { applicationId, ...values },
        update: { ...values, version: { increment: 1 } },
      });
      await startCycle(tx, application, 'activation', actor);
      return asResource(saved);
    });
  },
);

function assertSupported(application: Application): void {
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
