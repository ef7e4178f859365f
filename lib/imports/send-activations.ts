import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { db, type Tx, transaction } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { sendActivationLinks } from '@/lib/directory/send-activation-links';
import { defineCommand } from '@/lib/events/command';
import { enqueue } from '@/lib/queue/enqueue';
import type { TaskPayload } from '@/lib/queue/tasks';
import { findAuthority } from '@/lib/tokens/authority';
import { asResource, lockImport } from './internal/lock-import';
import { importIdSchema } from './schema';

type Asked = Omit<TaskPayload<'import-activations'>, 'after'>;

/** Rows of an import that are looked at to say how many wait. */
const rowsLookedAt = 5_000;
/** Links that are made in one transaction. */
const linksAtOnce = 50;
/** A task is short and asks for another. */
const batchesPerStretch = 10;

/** SQL over `users u`: nobody has chosen a password, and no link is on its way. */
const waits = () => Prisma.sql`u.deleted_at IS NULL AND u.status = 'active' AND u.password_hash IS NULL AND NOT EXISTS (
  SELECT 1 FROM activation_links l WHERE l.user_id = u.id AND l.used_at IS NULL AND l.ended_at IS NULL AND l.expires_at > ${now()})`;

const created = (importId: string) =>
  Prisma.sql`r.import_id = ${importId}::uuid AND r.state = 'done' AND r.decision = 'create'`;

/** How many people that an import created cannot sign in yet: no password, and no link by which to set one. */
export async function countWithoutLink(importId: string): Promise<{ count: number; countIsExact: boolean }> {
  const [row] = await db.$queryRaw<{ looked: number; count: number }[]>`
    WITH looked AS MATERIALIZED (SELECT r.user_id FROM import_rows r WHERE ${created(importId)} LIMIT ${rowsLookedAt + 1})
    SELECT (SELECT count(*) FROM looked)::int AS looked,
      (SELECT count(*) FROM looked JOIN users u ON u.id = looked.user_id WHERE ${waits()})::int AS count`;
  const { looked = 0, count = 0 } = row ?? {};
  return { count, countIsExact: looked <= rowsLookedAt };
}

/**
 * Mails activation links to the people whom an import created and who have no password and no link yet; a background task does it.
 * @returns the import, and how many there are, of the first 5,000 that were created
 * @throws AppError `not_found`, `conflict` unless the import is complete, `invalid_input` when nobody waits for one
 */
export const sendImportActivations = defineCommand(
  { id: 'sendImportActivations', permission: 'users.write', input: importIdSchema, event: 'user_activation' },
  async (tx, draft, { importId }, actor) => {
    const found = await lockImport(tx, importId);
    draft.application = found.application;
    if (found.state !== 'finished') throw new AppError('conflict', 'This import is not complete.');
    const { count, countIsExact } = await countWithoutLink(importId);
    if (count === 0 && countIsExact) {
      throw new AppError('invalid_input', 'Everybody whom this import created has a password or a link.');
    }
    const asked = { importId, actorId: actor.id, actorName: actor.name, tokenId: actor.tokenId ?? null };
    await enqueueSending(tx, asked);
    draft.message = `Activation links for ${count.toLocaleString('en')}${countIsExact ? '' : '+'} people of an import.`;
    return { ...asResource(found), changed: count, countIsExact };
  },
);

async function enqueueSending(tx: Tx, asked: Asked, after = ''): Promise<void> {
  await enqueue(tx, 'import-activations', { ...asked, after }, { jobKey: `import-activations:${asked.importId}` });
}

/** One stretch of it: whoever has a link by now is passed over, so that nobody gets two however often it runs. */
export async function sendActivationsStretch({
  after: begin,
  ...asked
}: TaskPayload<'import-activations'>): Promise<void> {
  const { importId, actorId: id, actorName: name, tokenId } = asked;
  const actor = { id, name, clientAddress: null, ...(tokenId ? { tokenId } : {}) };
  let after = begin;
  for (let batch = 0; batch < batchesPerStretch; batch += 1) {
    const last = await transaction(async (tx) => {
      // Asked for by somebody who is no administrator any more, nothing is sent.
      if ((await findAuthority(tx, actor)).role !== 'administrator') return undefined;
      const next = await tx.$queryRaw<{ id: string; remoteId: string }[]>`
        SELECT u.id, r.remote_id AS "remoteId" FROM users u JOIN import_rows r ON r.user_id = u.id
        WHERE ${created(importId)} AND r.remote_id > ${after} AND ${waits()} ORDER BY r.remote_id LIMIT ${linksAtOnce} FOR NO KEY UPDATE OF u SKIP LOCKED`;
      const users = await tx.user.findMany({ where: { id: { in: next.map((one) => one.id) } } });
      await sendActivationLinks(tx, actor, users);
      return next.length < linksAtOnce ? undefined : next.at(-1)?.remoteId;
    });
    if (last === undefined) return;
    after = last;
  }
  await enqueueSending(db, asked, after);
}
