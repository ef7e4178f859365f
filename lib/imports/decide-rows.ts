import { mayGiveOtherNames } from '@/lib/applications/naming-rule';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { Prisma } from '@/lib/db/generated/client';
import { defineCommand } from '@/lib/events/command';
import { findAuthority } from '@/lib/tokens/authority';
import { keepChoices } from './internal/choices';
import { asResource, lockImport } from './internal/lock-import';
import { assertMayUpdate } from './internal/may-update';
import { selectedRows } from './internal/rows-sql';
import { decideRowsSchema, isLinking } from './schema';

const words = {
  create: 'created',
  link: 'linked to whom they match',
  update: 'linked and taken over',
  ignore: 'left out',
};

/**
 * Chooses the same for many accounts of an import in review, in one statement. `link` and `update` are for accounts that one
 * person matches, and nobody's other account does; where it would be another name to sign in by, for administrators. Nobody
 * chooses a link to themselves.
 * @returns the import, and for how many it was chosen; the others of the selection stay as they are
 * @throws AppError `not_found`, `forbidden` (`update`), `conflict` when it is not in review, `invalid_input` when it can be chosen for none
 */
export const decideRows = defineCommand(
  { id: 'decideRows', permission: 'imports.run', input: decideRowsSchema, event: 'import_decide' },
  async (tx, draft, { importId, selection, kind }, actor) => {
    const found = await lockImport(tx, importId);
    draft.application = found.application;
    if (found.state !== 'review') {
      throw new AppError('conflict', 'This import is not waiting for review any more.', {
        hint: 'Open the page again to see how it went.',
      });
    }
    const authority = await findAuthority(tx, actor);
    if (kind === 'update') assertMayUpdate([authority]);
    const onePerson = Prisma.sql`cardinality(r.candidate_ids) = 1
      AND r.candidate_ids[1] IS DISTINCT FROM ${authority.personId}::uuid
      AND (r.choice_reason IS NULL OR (${mayGiveOtherNames(authority)} AND r.choice_reason IN ('other_username', 'name_only')))`;
    const at = now();
    const changed = await tx.$executeRaw`
      UPDATE import_rows r SET decision = ${kind}::import_decision,
        user_id = ${isLinking(kind) ? Prisma.sql`r.candidate_ids[1]` : Prisma.sql`NULL`},
        decided_at = ${at}, decided_by_id = ${actor.id}::uuid, decided_by_token_id = ${actor.tokenId ?? null}::uuid
      WHERE ${selectedRows(importId, selection)} AND r.state = 'listed' AND r.match <> 'imported'
        AND r.decision IS DISTINCT FROM ${kind}::import_decision ${isLinking(kind) ? Prisma.sql`AND ${onePerson}` : Prisma.empty}`;
    if (changed === 0) {
      throw new AppError('invalid_input', 'This can be chosen for none of the selected accounts.', {
        hint: isLinking(kind)
          ? 'Accounts are linked together where each matches one person; choose the others one by one.'
          : 'It is chosen already, or they are imported.',
      });
    }
    await keepChoices(tx, importId, at);
    draft.message = `${changed.toLocaleString('en')} ${changed === 1 ? 'account' : 'accounts'} to be ${words[kind]}.`;
    return { ...asResource(found), changed };
  },
);
