import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import type { AutoConfirmKind } from '../settings-schema';

/** SQL over `import_rows r`: what each kind lets through. Several people, or another name to sign in by, are none of them. */
const kinds: Readonly<Record<AutoConfirmKind, Prisma.Sql>> = {
  username_and_email: Prisma.sql`(r.match = 'exact' AND r.decision = 'link' AND 'e-mail' = ANY (r.matched_by)
    AND r.matched_by && ARRAY['username', 'application username'])`,
  exact: Prisma.sql`(r.match = 'exact' AND r.decision = 'link')`,
  new: Prisma.sql`(r.match = 'none' AND r.decision = 'create')`,
};

/** SQL over `import_rows r`: what goes without a person; of at least one kind. */
export function goingByItself(importId: string, allowed: readonly AutoConfirmKind[]): Prisma.Sql {
  const ways = Prisma.join(
    allowed.map((kind) => kinds[kind]),
    ' OR ',
  );
  return Prisma.sql`r.import_id = ${importId}::uuid AND r.state = 'listed' AND r.active AND r.choice_reason IS NULL AND (${ways})`;
}

/**
 * Queues what the settings of an application let be imported without a person: never what needs a choice, and never an account
 * that is inactive over there, which a link might activate. @returns how many rows
 */
export async function autoConfirm(
  tx: Tx,
  importId: string,
  allowed: readonly AutoConfirmKind[],
  application: { id: string; displayLabel: string },
): Promise<number> {
  if (allowed.length === 0) return 0;
  const queued =
    await tx.$executeRaw`UPDATE import_rows r SET state = 'queued' WHERE ${goingByItself(importId, allowed)}`;
  if (queued > 0) {
    const message = `${queued.toLocaleString('en')} ${queued === 1 ? 'account is' : 'accounts are'} imported as the settings have it, without review.`;
    await recordEvents(tx, [{ name: 'import_decide', actor: systemActor, application, message }]);
  }
  return queued;
}
