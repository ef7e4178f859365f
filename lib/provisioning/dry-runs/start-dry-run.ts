import { randomUUID } from 'node:crypto';
import { lockApplication } from '@/lib/applications/lock-application';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { db, type Tx } from '@/lib/db/client';
import type { DryRun, Prisma } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { declareCommand, defineCommand, type Resource } from '@/lib/events/command';
import { attemptAfter } from '@/lib/events/record';
import { assertSupported } from '../assert-supported';
import { toColumns } from '../authentication';
import { lockIntegration } from '../internal/integrations';
import { assertConnects } from '../probe-connection';
import { applicationRefSchema, connectionSchema } from '../schema';
import { enqueueDryRun, leaveNothing } from './keep';
import { dryRunRefSchema } from './schema';

/**
 * Starts a dry run: a background task reads the application and keeps what a full cycle would do. Nothing is written there.
 * @returns the run @throws AppError `not_found`, `not_active`, `already_active` while another one is under way
 */
export const startDryRun = defineCommand(
  { id: 'startDryRun', permission: 'provisioning.run', input: applicationRefSchema, event: 'provisioning_dry_run' },
  async (tx, draft, { applicationId }, actor) => {
    const { application, integration } = await lockIntegration(tx, applicationId);
    draft.application = application;
    draft.target = { type: 'application', id: application.id, name: application.displayLabel };
    draft.message = 'Dry run started.';
    const { baseUrl, manageGroups } = integration;
    return asResource(await beginDryRun(tx, actor, { applicationId, baseUrl, manageGroups }));
  },
);

/**
 * Starts a dry run of a connection that is not active: tested, and kept with the run until it is activated from there, or another run has
 * finished. @returns the run @throws AppError as activateIntegration, and {@link startDryRun}
 */
export const startActivationDryRun = declareCommand(
  {
    id: 'startActivationDryRun',
    permission: 'integration.write',
    input: connectionSchema,
    event: 'provisioning_dry_run',
  },
  async (actor, { applicationId, baseUrl, authentication, manageGroups, taught }) => {
    const application = await db.application.findUnique({ where: { id: applicationId } });
    if (!application) throw new AppError('not_found', 'This application does not exist any more.');
    const target = { type: 'application' as const, id: application.id, name: application.displayLabel };
    const draft = { name: 'provisioning_dry_run' as const, actor, application, target, message: 'Dry run started.' };
    const test = () => {
      assertSupported(application);
      return assertConnects({ applicationId, baseUrl, authentication, manageGroups });
    };
    return attemptAfter(draft, test, async (tx, _draft, { credentials, capabilities }) => {
      const locked = await lockApplication(tx, applicationId);
      const before = await tx.integration.findUnique({ where: { applicationId }, select: { status: true } });
      if (before && before.status !== 'inactive') {
        throw new AppError('already_active', `Identity Management is active already for ${locked.displayLabel}.`);
      }
      const id = randomUUID();
      const kept = toColumns(id, credentials);
      const run = await beginDryRun(tx, actor, {
        id,
        applicationId,
        baseUrl,
        manageGroups,
        isOfActivation: true,
        capabilities: JSON.parse(JSON.stringify({ ...capabilities, ...taught })),
        authentication: kept.authentication,
        tokenSealed: kept.tokenSealed,
      });
      return asResource(run);
    });
  },
);

/** The start of a run; its application is locked. @throws AppError `already_active` */
export async function beginDryRun(
  tx: Tx,
  actor: Actor,
  connection: Omit<Prisma.DryRunUncheckedCreateInput, 'startedByName' | 'startedAt'>,
): Promise<DryRun> {
  const { applicationId } = connection;
  const open = await tx.dryRun.findFirst({ where: { applicationId, finishedAt: null }, select: { id: true } });
  if (open) {
    throw new AppError('already_active', 'A dry run of this application is under way.', {
      hint: 'Wait until it has finished, or cancel it first.',
    });
  }
  const previous = await tx.dryRun.findFirst({
    where: { applicationId, stage: 'finished' },
    orderBy: { startedAt: 'desc' },
    select: { id: true },
  });
  const run = await tx.dryRun.create({
    data: {
      ...connection,
      previousId: previous?.id ?? null,
      startedById: actor.id,
      startedByName: actor.name,
      startedAt: now(),
    },
  });
  await enqueueDryRun(tx, run.id);
  return run;
}

/** Gives up a dry run that is under way: nothing of it is kept. @returns the run @throws AppError `not_found`, `conflict` when it has ended */
export const cancelDryRun = defineCommand(
  { id: 'cancelDryRun', permission: 'provisioning.run', input: dryRunRefSchema, event: 'provisioning_dry_run' },
  async (tx, draft, { runId }, actor) => {
    draft.message = 'Dry run cancelled.';
    const run = await lockRun(tx, runId);
    draft.application = run.application;
    if (run.finishedAt) throw new AppError('conflict', 'This dry run has ended already.');
    return asResource(await cancelRun(tx, run, actor));
  },
);

/** The same, in a transaction. */
export async function cancelRun(tx: Tx, { id }: Pick<DryRun, 'id'>, actor: Actor): Promise<DryRun> {
  const error = { code: 'Cancelled', message: `Cancelled by ${actor.name}.` };
  const cancelled = await tx.dryRun.update({
    where: { id },
    data: { stage: 'cancelled', finishedAt: now(), reading: {}, tokenSealed: '', error },
  });
  await leaveNothing(tx, cancelled);
  return cancelled;
}

/** A run as commands answer it. It only goes forward: which of its versions it is, nobody has to store. */
export function asResource({ id, finishedAt }: Pick<DryRun, 'id' | 'finishedAt'>): Resource {
  return { id, version: finishedAt ? 2 : 1 };
}

/** A run with its application, both locked until the transaction ends. @throws AppError `not_found` */
export async function lockRun(tx: Tx, runId: string) {
  const found = await tx.dryRun.findUnique({ where: { id: runId }, select: { applicationId: true } });
  if (!found) throw dryRunNotFound();
  const application = await lockApplication(tx, found.applicationId);
  await tx.$queryRaw`SELECT 1 FROM dry_runs WHERE id = ${runId}::uuid FOR NO KEY UPDATE`;
  const run = await tx.dryRun.findUnique({ where: { id: runId } });
  if (!run) throw dryRunNotFound();
  return { ...run, application };
}

export const dryRunNotFound = () => new AppError('not_found', 'This dry run does not exist any more.');
