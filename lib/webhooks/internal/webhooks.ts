import { AppError } from '@/lib/core/errors';
import { db, type Tx } from '@/lib/db/client';
import type { Webhook } from '@/lib/db/generated/client';

const gone = () =>
  new AppError('not_found', 'This webhook does not exist any more.', { hint: 'Go back to the list of webhooks.' });

/** The row of a webhook. @throws AppError `not_found` */
export async function findWebhook(id: string, tx: Tx = db): Promise<Webhook> {
  const row = await tx.webhook.findUnique({ where: { id } });
  if (!row) throw gone();
  return row;
}

/** The row of a webhook, locked against another writer. @throws AppError `not_found` */
export async function lockWebhook(tx: Tx, id: string): Promise<Webhook> {
  await tx.$queryRaw`SELECT 1 FROM webhooks WHERE id = ${id}::uuid FOR UPDATE`;
  return findWebhook(id, tx);
}

/** The webhook as the target of an event. */
export function webhookTarget({ id, label }: { id: string; label: string }) {
  return { type: 'webhook' as const, id, name: label };
}

/** @throws AppError `stale_version` carrying what is stored now, so that a form can show both */
export function assertVersion(present: Webhook, expected: number): void {
  if (present.version === expected) return;
  const { label, url, eventNames, applicationIds, enabled } = present;
  throw new AppError('stale_version', 'Somebody else saved this webhook while you were editing it.', {
    hint: 'Compare what is stored now with what you typed, then save again.',
    details: { version: present.version, values: { label, url, eventNames, applicationIds, enabled } },
  });
}

/** @throws AppError `invalid_input` where an application that is asked for is not there */
export async function assertApplications(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const found = await tx.application.count({ where: { id: { in: [...ids] } } });
  if (found === ids.length) return;
  throw new AppError('invalid_input', 'One of these applications does not exist.', { field: 'applicationIds' });
}
