import { mayGiveOtherNames, refusalOf } from '@/lib/applications/naming-rule';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import type { Authority } from '@/lib/tokens/authority';
import type { ImportSelection } from '../schema';
import { confirmableRows, isLinkTo, selectedRows } from './rows-sql';

interface Selected {
  importId: string;
  selection: ImportSelection;
}

/**
 * Has rows that match one person under another name linked: from now on that is what this administrator chose.
 * @throws AppError `forbidden`
 */
export async function linkOtherNames(tx: Tx, actor: Actor, authority: Authority, selected: Selected): Promise<void> {
  if (!mayGiveOtherNames(authority)) {
    throw new AppError('forbidden', 'Only administrators link people to accounts that have another name than theirs.', {
      field: 'linkOtherNames',
    });
  }
  await tx.$executeRaw`
    UPDATE import_rows r SET decision = 'link', decided_at = ${now()}, decided_by_id = ${actor.id}::uuid,
      decided_by_token_id = ${actor.tokenId ?? null}::uuid
    WHERE ${selectedRows(selected.importId, selected.selection)}
      AND r.state = 'listed' AND r.decision IS NULL AND r.choice_reason = 'other_username'
      AND r.user_id IS DISTINCT FROM ${authority.personId}::uuid`;
}

/** Events at most: one account for each application and person is what there should be. */
const mostEvents = 100;

/**
 * Nobody confirms a link to themselves: such rows are left out of what is confirmed, each on record as a refused attempt.
 * @returns how many, and why
 */
export async function leaveOutOwn(
  tx: Tx,
  by: { actor: Actor; authority: Authority; application: { id: string; displayLabel: string } },
  { importId, selection }: Selected,
): Promise<{ rows: number; refusal: AppError | undefined }> {
  const { actor, authority, application } = by;
  const { personId } = authority;
  const refusal =
    personId === null
      ? undefined
      : refusalOf([authority], { user: { id: personId, displayName: actor.name }, application });
  if (!refusal) return { rows: 0, refusal };
  const rows = await tx.$queryRaw<{ remoteId: string; userName: string }[]>`
    SELECT r.remote_id AS "remoteId", r.user_name AS "userName" FROM import_rows r
    WHERE ${confirmableRows(importId, selection)} AND ${isLinkTo(personId)} LIMIT ${mostEvents}`;
  await recordEvents(
    tx,
    rows.map(({ remoteId, userName }) => ({
      ...{ name: 'user_import' as const, actor, application },
      target: { type: 'account' as const, id: remoteId, name: userName },
      ...{ outcome: 'error' as const, code: refusal.code, message: refusal.message },
    })),
  );
  return { rows: rows.length, refusal: rows.length > 0 ? refusal : undefined };
}
