import { db } from '@/lib/db/client';
import type { Hold } from '../hold';

/** Links with what was held of each, as it stands by now: a statement where anything was, none otherwise. */
export async function withHolds<L extends { holdId: string | null }>(
  links: readonly L[],
): Promise<(L & { hold: Hold | null })[]> {
  const ids = links.flatMap(({ holdId }) => holdId ?? []);
  const rows =
    ids.length === 0
      ? []
      : await db.operation.findMany({ where: { id: { in: ids } }, select: { id: true, action: true, state: true } });
  const holds = new Map(rows.map((hold) => [hold.id, hold]));
  return links.map((link) => ({ ...link, hold: (link.holdId && holds.get(link.holdId)) || null }));
}
