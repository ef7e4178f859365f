import { db } from '@/lib/db/client';
import { listAccessibleApplicationIds } from './scope';

/** A tile of the user portal. */
export interface PortalTile {
  id: string;
  displayLabel: string;
  description: string;
  logoColor: string;
  logoImage: string | null;
  kind: 'saml' | 'bookmark';
  slug: string;
  bookmarkUrl: string | null;
  /** When they last began to use it, as far back as their sessions are kept. Null: not since, or nobody can tell, as of a bookmark. */
  usedAt: Date | null;
}

/** What a person may open and is shown, by name: associated, active, not hidden. */
export async function listPortalTiles(userId: string): Promise<PortalTile[]> {
  const ids = await listAccessibleApplicationIds(userId);
  const [tiles, used] = await Promise.all([
    db.application.findMany({
      where: { id: { in: ids }, ssoStatus: 'active', showInPortal: true },
      select: {
        id: true,
        displayLabel: true,
        description: true,
        logoColor: true,
        logoImage: true,
        kind: true,
        slug: true,
        bookmarkUrl: true,
      },
      orderBy: [{ displayLabel: 'asc' }, { id: 'asc' }],
    }),
    lastUses(userId),
  ]);
  return tiles.map((tile) => ({ ...tile, usedAt: used.get(tile.id) ?? null }));
}

async function lastUses(userId: string): Promise<Map<string, Date>> {
  const rows = await db.$queryRaw<{ id: string; at: Date }[]>`
    SELECT used.application_id AS id, max(used.created_at) AS at
    FROM sessions s JOIN saml_sessions used ON used.session_id = s.id WHERE s.user_id = ${userId}::uuid GROUP BY 1`;
  return new Map(rows.map(({ id, at }) => [id, at]));
}
