import { mayGiveOtherNames } from '@/lib/applications/naming-rule';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { findAuthority } from '@/lib/tokens/authority';
import type { ImportGroupDecision } from './schema';

/**
 * Groups of the directory are changed, and linked, by administrators alone, also by way of an import. @param actors those who chose it
 * @throws AppError `forbidden`
 */
export async function assertMayDecide(
  tx: Tx,
  actors: readonly Pick<Actor, 'id' | 'tokenId'>[],
  decision: ImportGroupDecision,
): Promise<void> {
  if (decision !== 'link' && decision !== 'turn') return;
  for (const actor of actors) if (mayGiveOtherNames(await findAuthority(tx, actor))) return;
  throw new AppError('forbidden', 'Only administrators link groups, or turn them into groups of the directory.', {
    hint: 'Keep it as a group of the application, or ask an administrator.',
  });
}
