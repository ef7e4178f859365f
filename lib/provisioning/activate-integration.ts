import type { z } from 'zod';
import { lockApplication } from '@/lib/applications/lock-application';
import { assertMaySend, findOpenMove, isHeldByMove } from '@/lib/applications/open-move';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { declareCommand } from '@/lib/events/command';
import { attemptAfter } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { credentialsSchema, publicPart } from '@/lib/scim/authentication';
import { assertSupported } from './assert-supported';
import { openAuthentication, toColumns } from './authentication';
import { authorizationIdOf, forgetAuthorizations } from './authorization/forget-authorizations';
import { startCycle } from './cycles/start-cycle';
import { credentialsOfRun } from './dry-runs/dry-run-connection';
import { forgetDryRunConnections } from './dry-runs/forget-connections';
import { dryRunRefSchema } from './dry-runs/schema';
import { dryRunNotFound } from './dry-runs/start-dry-run';
import { forgetAccounts, sameBaseUrl } from './forget-accounts';
import { asResource } from './internal/integrations';
import { assertConnects } from './probe-connection';
import { connectionSchema, taughtSchema } from './schema';
import { afterTest } from './taught-habits';

/**
 * Tests a SCIM connection, saves it and starts the first cycle. Activating again after a deactivation goes on with the
 * links that there are. The new instance of a migration begins paused: it can be read, and sends nothing before accounts are handed over to it.
 * @returns the connection
 * @throws AppError `sso_required`, `already_active`, `target_not_allowed` at baseUrl, `connection_failed` at the field
 */
export const activateIntegration = declareCommand(
  {
    id: 'activateIntegration',
    permission: 'integration.write',
    input: connectionSchema,
    event: 'idm_integration_activate',
  },
  (actor, connection) => activate(actor, connection),
);

/**
 * The same for the connection that a finished dry run was made with: the first cycle carries out what was reviewed. What has changed
 * since waits under Held operations. @returns the connection, and what the run was about
 * @throws AppError as {@link activateIntegration}, `not_found`, `conflict` when it is no run of an activation, or its credentials are not kept any more
 */
export const activateDryRun = declareCommand(
  { id: 'activateDryRun', permission: 'integration.write', input: dryRunRefSchema, event: 'idm_integration_activate' },
  async (actor, { runId }) => {
    const run = await db.dryRun.findUnique({ where: { id: runId } });
    if (!run) throw dryRunNotFound();
    const kept = openAuthentication(credentialsOfRun(run));
    if (!kept || run.stage !== 'finished') {
      throw new AppError('conflict', 'The connection of this dry run is not kept any more.', {
        hint: 'Enter it on the Identity Management tab, and make another dry run.',
      });
    }
    const { applicationId, baseUrl, manageGroups } = run;
    // The secret of what somebody has allowed is kept with that.
    const secret = kept.authentication.kind === 'authorizationCode' ? undefined : kept.secret;
    const authentication = credentialsSchema.parse({ ...kept.authentication, secret });
    const taught = taughtSchema.safeParse(run.capabilities).data;
    return activate(actor, { applicationId, baseUrl, authentication, manageGroups, taught }, runId);
  },
);

async function activate(
  actor: Actor,
  { applicationId, baseUrl, authentication, manageGroups, taught }: z.output<typeof connectionSchema>,
  dryRunId?: string,
) {
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
    const move = await findOpenMove(applicationId, tx);
    const isHeld = move !== undefined && isHeldByMove(move);
    // The old instance of a migration, deactivated by hand: it is not to begin again. What was reviewed cannot wait.
    if (isHeld && (move.role === 'old' || dryRunId)) await assertMaySend(tx, applicationId);
    const isSameServer = before !== null && sameBaseUrl(before.baseUrl, baseUrl);
    const values = {
      status: isHeld ? ('paused' as const) : ('active' as const),
      baseUrl,
      ...toColumns(applicationId, tested.credentials),
      tokenUpdatedAt: now(),
      manageGroups,
      ...afterTest(isSameServer ? before : null, { ...tested, capabilities: { ...tested.capabilities, ...taught } }),
      quarantineReason: null,
      quarantinedAt: null,
      notBefore: null,
      heldAt: null,
      failures: 0,
      activatedAt: now(),
    };
    if (before && !isSameServer) await forgetAccounts(tx, applicationId);
    const saved = await tx.integration.upsert({
      where: { applicationId },
      create: { applicationId, ...values },
      update: { ...values, version: { increment: 1 } },
    });
    await forgetAuthorizations(tx, applicationId, [authorizationIdOf(tested.credentials.authentication)]);
    await forgetDryRunConnections(tx, applicationId, actor);
    if (!isHeld) await startCycle(tx, application, dryRunId ? { dryRunId } : 'activation', actor);
    return asResource(saved);
  });
}
