import { isGranted, isProvisioned } from '@/lib/applications/scope';
import type { Page } from '@/lib/core/pagination';
import { countLimit } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { type OperationAction, Prisma } from '@/lib/db/generated/client';
import { type Keyed, readPage } from '@/lib/db/keyset';
import { type HeldCount, toHeldCount } from '../held-words';
import type { HeldBy } from '../hold';

/** What waits until somebody allows it: a deactivation, a deletion, or what was not reviewed so. */
export interface HeldRow {
  operationId: string;
  kind: 'account' | 'group';
  /** Of the person or the user group. */
  id: string;
  name: string;
  action: OperationAction;
  /** Why it is to be sent: what the directory says by now. */
  reason: 'not_reviewed' | 'deleted' | 'suspended' | 'mapped_inactive' | 'out_of_scope' | 'filtered_out';
  /** `setting`: all are held; `guard`: too many at once; `counting`: they are just being counted; `review`: not as reviewed. */
  heldBy: HeldBy;
  heldAt: Date;
  cycleId: string | null;
}

export interface HeldPage extends Page<HeldRow> {
  /** When it was read, by the database's clock: what is decided about all of them is about those that were there by then. */
  seenAt: Date;
}

const isHeld = (applicationId: string) => Prisma.sql`o.application_id = ${applicationId}::uuid AND o.state = 'held'`;

/** What waits in an application, the oldest first. @param limit rows at most */
export async function listHeld(
  applicationId: string,
  query: { cursor?: string | undefined },
  limit: number,
): Promise<HeldPage> {
  const [clock] = await db.$queryRaw<{ seenAt: Date }[]>`SELECT clock_timestamp() AS "seenAt"`;
  const part = {
    where: isHeld(applicationId),
    columns: [
      { sql: Prisma.sql`o.created_at`, type: 'timestamptz' as const },
      { sql: Prisma.sql`o.id`, type: 'uuid' as const },
    ],
  };
  const page = await readPage(
    part,
    { cursor: query.cursor, limit },
    ({ key, after, order, take }) => db.$queryRaw<(HeldRow & Keyed)[]>`
      SELECT o.id AS "operationId", CASE WHEN u.id IS NULL THEN 'group' ELSE 'account' END AS kind, coalesce(u.id, g.id) AS id,
        coalesce(u.display_name, g.name) AS name, o.action::text AS action,
        CASE WHEN o.action NOT IN ('deactivate', 'delete') THEN 'not_reviewed' WHEN coalesce(u.deleted_at, g.deleted_at) IS NOT NULL THEN 'deleted' WHEN u.status = 'suspended' THEN 'suspended'
          WHEN ${isProvisioned(applicationId)} THEN 'mapped_inactive' WHEN ${isGranted(applicationId)} THEN 'filtered_out' ELSE 'out_of_scope' END AS reason,
        coalesce(o.held_by, 'setting') AS "heldBy", o.created_at AS "heldAt", o.cycle_id AS "cycleId", ${key}
      FROM operations o
      LEFT JOIN user_links ul ON ul.id = o.user_link_id LEFT JOIN users u ON u.id = ul.user_id
      LEFT JOIN group_links gl ON gl.id = o.group_link_id LEFT JOIN groups g ON g.id = gl.group_id
      WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
  );
  return { ...page, seenAt: clock?.seenAt ?? new Date(0) };
}

/** SQL: how many wait in an application by what is to be done, as JSON; of very many, the first. @param application SQL of its id */
export const heldByAction = (application: Prisma.Sql) => Prisma.sql`(
  SELECT json_object_agg(action, count) FROM (
    SELECT action, count(*) AS count FROM (
      SELECT o.action FROM operations o WHERE o.application_id = ${application} AND o.state = 'held' LIMIT ${countLimit + 1}) few
    GROUP BY action) counted)`;

/** How many wait. */
export async function countHeld(applicationId: string): Promise<HeldCount> {
  const [row] = await db.$queryRaw<{ byAction: HeldCount['byAction'] | null }[]>`
    SELECT ${heldByAction(Prisma.sql`${applicationId}::uuid`)} AS "byAction"`;
  return toHeldCount(row?.byAction ?? null);
}
