import type { Tx } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import { recordEvents } from '@/lib/events/record';
import { resumeIntegration } from '@/lib/provisioning/pause-integration';
import type { LockedMove } from './change-move';
import { leadToOneServer } from './compared';
import { handOverImported } from './hand-over-links';

/** People sign in through the old instance again, as it was: what has become of its settings since is no reason to leave them without. */
export async function giveSignOnBack(tx: Tx, { old }: LockedMove, draft: EventDraft): Promise<void> {
  await tx.application.update({ where: { id: old.id }, data: { ssoStatus: 'active' } });
  await recordEvents(tx, [{ ...draft, name: 'sso_activate' }]);
}

/**
 * The old instance goes on with its own links, with a cycle to catch up. The new one has to send nothing by now, and the move to say so.
 * @param move as it was before it was taken back
 */
export async function giveAccountsBack(tx: Tx, actor: Actor, { move, old, new: to }: LockedMove): Promise<void> {
  if (move.handedOverAt) await handOverImported(tx, to.id, old.id, await leadToOneServer(tx, old.id, to.id));
  if (move.oldWasActive) await resumeIntegration(actor, { applicationId: old.id });
}
