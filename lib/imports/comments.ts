import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import { defineCommand } from '@/lib/events/command';
import { asResource, lockImport } from './internal/lock-import';
import { commentOnImportSchema } from './schema';

/** Comments of one import. */
const mostComments = 200;

export interface ImportComment {
  id: string;
  /** The account that it is about; null: the whole import. */
  remoteId: string | null;
  accountName: string | null;
  authorName: string;
  text: string;
  at: Date;
}

/**
 * Says something about an import, or about one account in it, to whoever reviews it.
 * @returns the import @throws AppError `not_found`, also of an account that is not in it; `conflict` beyond 200 comments
 */
export const commentOnImport = defineCommand(
  { id: 'commentOnImport', permission: 'imports.run', input: commentOnImportSchema, event: 'import_comment' },
  async (tx, draft, { importId, remoteId, text }, actor) => {
    const found = await lockImport(tx, importId);
    draft.application = found.application;
    const row = remoteId
      ? await tx.importRow.findUnique({
          where: { importId_remoteId: { importId, remoteId } },
          select: { userName: true },
        })
      : null;
    if (remoteId && !row) {
      throw new AppError('not_found', 'This account is not part of the import.', { field: 'remoteId' });
    }
    if (remoteId && row) draft.target = { type: 'account', id: remoteId, name: row.userName };
    if ((await tx.importComment.count({ where: { importId } })) >= mostComments) {
      throw new AppError('conflict', `An import has at most ${mostComments} comments.`);
    }
    const by = { authorId: actor.id, authorName: actor.name, at: now() };
    await tx.importComment.create({
      data: { importId, remoteId: remoteId ?? null, accountName: row?.userName ?? null, text, ...by },
    });
    draft.message = text;
    return asResource(found);
  },
);

/** What was said about an import, oldest first; 200 at most. */
export function listImportComments(importId: string): Promise<ImportComment[]> {
  return db.importComment.findMany({
    where: { importId },
    orderBy: { id: 'asc' },
    take: mostComments,
    select: { id: true, remoteId: true, accountName: true, authorName: true, text: true, at: true },
  });
}
