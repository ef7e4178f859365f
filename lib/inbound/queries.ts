import { AppError } from '@/lib/core/errors';
import { boundedCount, type Counted } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma, type Source, type SourceRefusal, type SourceToken } from '@/lib/db/generated/client';
import type { SourceTokenState } from './schema';

/** A source with what it owns. */
export interface SourceRow extends Omit<Source, 'deletedAt'> {
  people: Counted;
  groups: Counted;
  /** That work now. */
  tokens: number;
  /** Refused within the last day, as far as they are kept. */
  refusedLately: number;
}

/** A token as lists show it. */
export interface SourceTokenRow extends Omit<SourceToken, 'tokenHash'> {
  state: SourceTokenState;
}

/** People of a source are counted up to this. */
const countedUpTo = 100_000;
const dayMs = 86_400_000;
const mostSources = 200;

/** Every source, by name; 200 at most. */
export async function listSources(): Promise<SourceRow[]> {
  const rows = await db.source.findMany({
    where: { deletedAt: null },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: mostSources,
  });
  return Promise.all(rows.map(withCounts));
}

/** One source. @throws AppError `not_found` */
export async function getSource(id: string): Promise<SourceRow> {
  const source = await db.source.findFirst({ where: { id, deletedAt: null } });
  if (!source) throw new AppError('not_found', 'This source does not exist any more.');
  return withCounts(source);
}

async function withCounts({ deletedAt: _, ...source }: Source): Promise<SourceRow> {
  const of = Prisma.sql`source_id = ${source.id}::uuid AND deleted_at IS NULL`;
  const [people, groups, tokens, refusedLately] = await Promise.all([
    boundedCount(db, Prisma.sql`users WHERE ${of}`, countedUpTo),
    boundedCount(db, Prisma.sql`groups WHERE ${of}`, countedUpTo),
    db.sourceToken.count({
      where: { sourceId: source.id, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
    }),
    db.sourceRefusal.count({ where: { sourceId: source.id, at: { gt: new Date(Date.now() - dayMs) } } }),
  ]);
  return { ...source, people, groups, tokens, refusedLately };
}

/** The tokens of a source, those that work first, then the newest; revoked ones too, 100 at most. */
export async function listSourceTokens(sourceId: string): Promise<SourceTokenRow[]> {
  const rows = await db.sourceToken.findMany({
    where: { sourceId },
    omit: { tokenHash: true },
    orderBy: [{ revokedAt: { sort: 'desc', nulls: 'first' } }, { createdAt: 'desc' }],
    take: 100,
  });
  const at = new Date();
  return rows.map((row) => ({
    ...row,
    state: row.revokedAt ? 'revoked' : row.expiresAt && row.expiresAt <= at ? 'expired' : 'active',
  }));
}

/** What was refused lately, newest first. @param limit 50 unless told; 200 are kept */
export function listSourceRefusals(sourceId: string, limit = 50): Promise<SourceRefusal[]> {
  return db.sourceRefusal.findMany({ where: { sourceId }, orderBy: { id: 'desc' }, take: limit });
}

/** The name of the source whose a person or group is; undefined where it is nobody's, or the source was deleted. */
export async function findOwner(sourceId: string | null): Promise<{ id: string; name: string } | undefined> {
  if (!sourceId) return undefined;
  const source = await db.source.findFirst({
    where: { id: sourceId, deletedAt: null },
    select: { id: true, name: true },
  });
  return source ?? undefined;
}
