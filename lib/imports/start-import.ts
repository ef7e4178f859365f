import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { db, type Tx } from '@/lib/db/client';
import type { Import } from '@/lib/db/generated/client';
import { type Actor, systemActor } from '@/lib/events/actor';
import { defineCommand } from '@/lib/events/command';
import { enqueue } from '@/lib/queue/enqueue';
import { findEarlierReading } from './changed-since';
import { forgetGroupChoices } from './groups/choices';
import { carryRows } from './internal/changed-accounts';
import { forgetChoices } from './internal/choices';
import { asResource, lockImport } from './internal/lock-import';
import { importIdSchema, startImportSchema } from './schema';
import { readImportSettings } from './settings';
import type { ImportTakes } from './takes';

/**
 * Starts an import: a background task reads the application's accounts, its groups, or both, then it waits for review.
 * @param input `takes`: which of them; as the settings have it, unless told. `replace` gives up an import that waits for review; one that runs is never given up
 * @returns the import
 * @throws AppError `not_found`, `not_active` without Identity Management, `already_active` while another one is open
 */
export const startImport = defineCommand(
  { id: 'startImport', permission: 'imports.run', input: startImportSchema, event: 'import_start' },
  async (tx, draft, { applicationId, replace = false, takes }, actor) => {
    // One start at a time: the application's row is held until the end.
    await tx.$queryRaw`SELECT id FROM applications WHERE id = ${applicationId}::uuid FOR NO KEY UPDATE`;
    const application = await tx.application.findUnique({
      where: { id: applicationId },
      select: { id: true, displayLabel: true, integration: { select: { status: true } } },
    });
    if (!application) throw new AppError('not_found', 'This application does not exist any more.');
    draft.application = application;
    if (!application.integration || application.integration.status === 'inactive') {
      throw new AppError('not_active', 'Identity Management is not active for this application.', {
        hint: 'Activate it on the Identity Management tab; accounts are read through that connection.',
      });
    }
    await closeOpen(tx, application.id, replace);
    return asResource(await beginImport(tx, application.id, actor, { takes }));
  },
);

interface Begun {
  scheduled?: boolean;
  takes?: ImportTakes | undefined;
  changedSince?: Date;
  newestChange?: Date;
}

/** The import and its task, for whoever holds the application's row and knows that none is open. */
async function beginImport(
  tx: Tx,
  applicationId: string,
  actor: Actor,
  { scheduled = false, takes, ...reading }: Begun = {},
): Promise<Import> {
  const begun = { startedById: actor.id, startedByName: actor.name, startedAt: now(), scheduled };
  const wanted = takes ?? (await readImportSettings(applicationId, tx)).schedule.importTakes;
  const [takesPeople, takesGroups] = [wanted !== 'groups', wanted !== 'people'];
  const read = { takesPeople, takesGroups, cursor: takesPeople ? 1 : null, groupsCursor: takesGroups ? 1 : null };
  const created = await tx.import.create({ data: { applicationId, ...begun, ...reading, ...read } });
  await enqueueFetch(tx, created.id);
  return created;
}

async function closeOpen(tx: Tx, applicationId: string, replace: boolean): Promise<void> {
  // The same lock as a confirmation takes: what that has queued is seen, and never thrown away.
  await tx.$queryRaw`
    SELECT id FROM imports WHERE application_id = ${applicationId}::uuid AND finished_at IS NULL FOR NO KEY UPDATE`;
  const open = await tx.import.findFirst({ where: { applicationId, finishedAt: null } });
  if (!open) return;
  if (open.state === 'running') {
    throw new AppError('already_active', 'An import is running for this application.', {
      hint: 'Wait until it is complete.',
    });
  }
  if (!replace) {
    throw new AppError('already_active', 'An import of this application is open.', {
      hint: 'Go on with it, or discard it first.',
    });
  }
  await discard(tx, open);
}

/** Gives an import up: what was chosen in it is not remembered, but for who was left out. */
async function discard(tx: Tx, { id, applicationId }: Pick<Import, 'id' | 'applicationId'>): Promise<Import> {
  await forgetChoices(tx, applicationId);
  await forgetGroupChoices(tx, applicationId);
  // The next one reads everything: what is given up here waits again.
  await tx.import.update({ where: { id }, data: { newestChange: null } });
  return close(tx, { id });
}

/**
 * Starts an import of the schedule. One that waits for review gives its place to it: what was chosen in that is kept, and what was said about it goes on here.
 * @param open in review; undefined: there is none
 */
export async function beginScheduled(
  tx: Tx,
  applicationId: string,
  open: Pick<Import, 'id'> | undefined,
): Promise<void> {
  const earlier = await findEarlierReading(applicationId, tx);
  // There is one that is open at a time; what is carried over is taken of it before it loses its rows.
  if (open) await tx.import.update({ where: { id: open.id }, data: { state: 'finished', finishedAt: now() } });
  const { takesPeople, ...begun } = await beginImport(tx, applicationId, systemActor, {
    scheduled: true,
    ...(earlier ? { changedSince: earlier.since, newestChange: earlier.newestChange } : {}),
  });
  if (earlier && takesPeople) await carryRows(tx, earlier.importId, begun);
  if (!open) return;
  await close(tx, open);
  await tx.import.update({ where: { id: open.id }, data: { supersededById: begun.id } });
  await tx.importComment.updateMany({ where: { importId: open.id }, data: { importId: begun.id } });
}

async function close(tx: Tx, { id }: Pick<Import, 'id'>): Promise<Import> {
  await tx.importRow.deleteMany({ where: { importId: id, state: { not: 'done' } } });
  // What is left out on purpose is left out of later imports, too.
  const notLeftOut = [{ decision: null }, { decision: { not: 'ignore' as const } }];
  await tx.importGroup.deleteMany({ where: { importId: id, state: { not: 'done' }, OR: notLeftOut } });
  // What was imported without a person stays, and is its result.
  const isKept = (await tx.importRow.findFirst({ where: { importId: id }, select: { remoteId: true } })) !== null;
  const ended = { state: 'finished' as const, finishedAt: now(), ...(isKept ? { confirmedAt: now() } : {}) };
  return tx.import.update({ where: { id }, data: ended });
}

/**
 * Closes an import before it is confirmed; nothing was changed by it. @returns the import
 * @throws AppError `not_found`, `conflict`
 */
export const discardImport = defineCommand(
  { id: 'discardImport', permission: 'imports.run', input: importIdSchema, event: 'import_finish' },
  async (tx, draft, { importId }) => {
    draft.message = 'Discarded before it was confirmed.';
    const found = await lockImport(tx, importId);
    draft.application = found.application;
    if (found.finishedAt || found.state === 'running') {
      throw new AppError('conflict', 'This import was confirmed already.');
    }
    return asResource(await discard(tx, found));
  },
);

/** One more stretch of reading. */
export async function enqueueFetch(tx: Tx, importId: string, runAt?: Date): Promise<void> {
  const key = `import-fetch:${importId}`;
  await enqueue(tx, 'import-fetch', { importId }, { jobKey: key, ...(runAt ? { runAt } : {}) });
}

/** The import of an application that is not finished yet. */
export async function findOpenImport(applicationId: string): Promise<{ id: string } | undefined> {
  const open = await db.import.findFirst({ where: { applicationId, finishedAt: null }, select: { id: true } });
  return open ?? undefined;
}
