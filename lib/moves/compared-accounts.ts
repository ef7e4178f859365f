import { AppError } from '@/lib/core/errors';
import { encodeCursor } from '@/lib/core/pagination';
import { importStatesThat, isOneOf, linkStates, moveStagesThat } from '@/lib/core/states';
import { type FoundPage, search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { Keyed } from '@/lib/db/keyset';
import { assignmentRows } from '@/lib/provisioning/queries/assignment-rows';
import { comparedLinks, leadToOneServer } from './internal/compared';
import type { ComparedAs, ComparedFilter } from './schema';

/** People who are looked at together, and how often for a page: a kind that few are of takes several pages to be found. */
const atOnce = 300;
const mostLooks = 4;

/** Somebody with an account by the old instance, and the account that is theirs in the new one. */
export interface ComparedAccount {
  userId: string;
  displayName: string;
  username: string;
  comparedAs: ComparedAs;
  /** By the old instance, as it was read last or named; null: neither is known. */
  oldAccount: string | null;
  newAccount: string | null;
}

/**
 * How the people who have an account by the old instance stand in the new one, by name: as {@link comparedLinks} has it, of as many people
 * as a page looks at. @param limit rows at most, 50 unless told
 * @throws AppError `not_found`; `conflict` while accounts are not compared
 */
export async function listComparedAccounts(
  moveId: string,
  { as, q, cursor }: ComparedFilter,
  limit = 50,
): Promise<FoundPage<ComparedAccount>> {
  const compared = await readCompared(moveId);
  const items: ComparedAccount[] = [];
  let at = cursor;
  for (let look = 0; look < mostLooks; look += 1) {
    const page = await nextPeople(compared.oldId, q, { cursor: at, limit: as ? atOnce : limit });
    const accounts = await readAccounts(compared, page.items);
    for (const [index, { userId, nameKey }] of page.items.entries()) {
      const found = accounts.get(userId);
      if (!found || (as && found.comparedAs !== as)) continue;
      items.push(found);
      const isEnd = index === page.items.length - 1 && !page.nextCursor;
      if (items.length === limit && !isEnd) {
        return { items, partial: false, nextCursor: encodeCursor([nameKey, userId]) };
      }
    }
    if (!page.nextCursor) return { items, partial: false };
    if (!as) return { items, partial: page.partial, nextCursor: page.nextCursor };
    at = page.nextCursor;
  }
  return { items, partial: true, ...(at ? { nextCursor: at } : {}) };
}

interface Compared {
  oldId: string;
  newId: string;
  importId: string;
  isSameServer: boolean;
}

async function readCompared(moveId: string): Promise<Compared> {
  const move = await db.applicationMove.findUnique({ where: { id: moveId } });
  if (!move) throw new AppError('not_found', 'This migration does not exist.');
  const { oldId, newId, importId, stage } = move;
  const found = importId ? await db.import.findUnique({ where: { id: importId } }) : null;
  const isRead = isOneOf(importStatesThat.areMatched, found?.state);
  if (!oldId || !newId || !importId || !isRead || isOneOf(moveStagesThat.haveHandedOver, stage)) {
    throw new AppError('conflict', 'There is nothing to compare just now.', {
      hint: 'Accounts are compared before they are handed over: look at the migration.',
    });
  }
  return { oldId, newId, importId, isSameServer: await leadToOneServer(db, oldId, newId) };
}

interface Person {
  userId: string;
  nameKey: string;
}

const havingAccounts = linkStates.filter((state) => state !== 'deleted');

/** People with a link by the old instance, as its own list has them. */
function nextPeople(oldId: string, q: string | undefined, page: { cursor: string | undefined; limit: number }) {
  return search(
    db,
    assignmentRows(oldId, { state: havingAccounts, ...(q ? { q } : {}) }),
    page,
    ({ key, from, order }) => db.$queryRaw<(Person & Keyed)[]>`
      SELECT u.id AS "userId", u.name_key AS "nameKey", ${key} FROM ${from} ORDER BY ${order}`,
  );
}

async function readAccounts(compared: Compared, people: readonly Person[]): Promise<Map<string, ComparedAccount>> {
  if (people.length === 0) return new Map();
  const only = people.map(({ userId }) => userId);
  const nameOf = (applicationId: string, remoteId: Prisma.Sql) => Prisma.sql`(SELECT a.user_name FROM remote_accounts a
    WHERE a.application_id = ${applicationId}::uuid AND a.remote_id = ${remoteId})`;
  const rows = await db.$queryRaw<ComparedAccount[]>`
    SELECT l.user_id AS "userId", u.display_name AS "displayName", u.username, l.compared_as AS "comparedAs",
      coalesce(${nameOf(compared.oldId, Prisma.sql`l.remote_id`)}, l.account_name) AS "oldAccount", ${nameOf(compared.newId, Prisma.sql`l.found`)} AS "newAccount"
    FROM (${comparedLinks({ ...compared, only })}) l JOIN users u ON u.id = l.user_id`;
  return new Map(rows.map((row) => [row.userId, row]));
}
