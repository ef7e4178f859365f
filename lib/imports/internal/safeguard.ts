import { links } from '@/lib/core/links';
import { importRowStatesThat } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { inStates } from '@/lib/db/states';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { notify } from '@/lib/provisioning/notify';
import { inOneLine } from '../names-in-line';
import type { Schedule } from '../schedule-settings';
import type { AutoConfirmKind } from '../settings-schema';
import { goingByItself } from './auto-confirm';
import { rowName, rowOrders } from './rows-sql';

const namedAtMost = 10;

interface Found {
  id: string;
  fetched: number;
  changedSince: Date | null;
  application: { id: string; displayLabel: string };
}

/**
 * Leaves an import that the schedule began to review as a whole, where it would create more people than its safeguard lets it:
 * with an event, and a mail that names ten of them.
 * @returns whether it has
 */
export async function holdBack(
  tx: Tx,
  { id, fetched, changedSince, application }: Found,
  allowed: readonly AutoConfirmKind[],
  { safeguardPeople, safeguardPercent }: Schedule,
): Promise<boolean> {
  if (!allowed.includes('new')) return false;
  const going = goingByItself(id, ['new']);
  const [counted] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM import_rows r WHERE ${going}`;
  const count = counted?.count ?? 0;
  // Of all accounts, also where only those were read that have changed.
  const whole = changedSince
    ? await tx.import.findFirst({
        where: { applicationId: application.id, takesPeople: true, changedSince: null, cursor: null },
        orderBy: { startedAt: 'desc' },
        select: { fetched: true },
      })
    : null;
  if (count <= Math.max(safeguardPeople, ((whole?.fetched ?? fetched) * safeguardPercent) / 100)) return false;
  await tx.import.update({ where: { id }, data: { state: 'review', heldNew: count } });
  const { sql } = rowOrders.name;
  const first = await tx.$queryRaw<{ name: string }[]>`
    SELECT ${rowName} AS name FROM import_rows r WHERE ${going} ORDER BY ${sql}, r.remote_id LIMIT ${namedAtMost}`;
  const names = inOneLine(
    first.map(({ name }) => name),
    count,
  );
  const people = `${count.toLocaleString('en')} ${count === 1 ? 'new person' : 'new people'}`;
  const message = `${people} would be created, more than the safeguard lets: the import waits for review.`;
  await recordEvents(tx, [{ name: 'import_decide', actor: systemActor, application, code: 'SafeguardHeld', message }]);
  // Who was told of so many, and has not looked yet, is not told every hour.
  const before = await tx.import.findFirst({ where: { supersededById: id }, select: { heldNew: true } });
  if ((before?.heldNew ?? 0) >= count) return true;
  await notify(tx, application, {
    subject: `an import with ${people} waits for you`,
    text: `An import that started by itself would create ${people}, more than its safeguard lets it: ${names}.\n\nNothing of it was imported. Confirm what is right, or discard it.`,
    link: { label: 'Review the import', path: links.application(application.id).import(id) },
  });
  return true;
}

/** Whether anything of an import is left to decide or to try again; from the kept counts. */
export async function needsSomebody(tx: Tx, importId: string): Promise<boolean> {
  const [left] = await tx.$queryRaw<{ left: boolean }[]>`SELECT ${leftOver(importId)} AS left`;
  return left?.left ?? false;
}

/** SQL: something of the import is left to decide or to try again. */
export function leftOver(importId: string): Prisma.Sql {
  const waiting = inStates(importRowStatesThat.waitForSomebody);
  return Prisma.sql`(EXISTS (SELECT FROM import_row_counts c WHERE c.import_id = ${importId}::uuid AND c.rows > 0
    AND c.match <> 'imported' AND (c.decision <> 'ignore' OR c.state <> 'listed') AND c.state IN ${waiting})
    OR EXISTS (SELECT FROM import_groups g WHERE g.import_id = ${importId}::uuid
      AND g.match <> 'linked' AND g.decision IS DISTINCT FROM 'ignore' AND g.state IN ${waiting}))`;
}
