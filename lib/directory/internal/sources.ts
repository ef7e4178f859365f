import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';

interface Owned {
  sourceId: string | null;
}

/** The source whose a person or group is; undefined where it is nobody's, or the source was deleted. */
export async function findSource(tx: Tx, { sourceId }: Owned): Promise<{ id: string; name: string } | undefined> {
  if (!sourceId) return undefined;
  const source = await tx.source.findFirst({
    where: { id: sourceId, deletedAt: null },
    select: { id: true, name: true },
  });
  return source ?? undefined;
}

/**
 * Refuses to change what another directory is the master of, to everybody but that one.
 * @param what as the message begins: "Ana Ruiz", "The group Sales" @param field where in a form
 * @throws AppError `owned_by_source`
 */
export async function assertNotOfSource(
  tx: Tx,
  actor: Actor,
  owned: Owned,
  what: string,
  field?: string,
): Promise<void> {
  if (owned.sourceId !== null && owned.sourceId === actor.sourceId) return;
  const source = await findSource(tx, owned);
  if (!source) return;
  throw new AppError('owned_by_source', `${what} comes from the source ${source.name}, and is changed there.`, {
    hint: 'Change it in that directory, which sends it here. To make it Latchkey’s own, delete the source under Settings › Sources.',
    ...(field ? { field } : {}),
    details: { sourceId: source.id, source: source.name },
  });
}
