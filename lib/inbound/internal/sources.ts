import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { Prisma, type Source } from '@/lib/db/generated/client';

/** The event target that names this source. */
export const sourceTarget = (source: { id: string; name: string }) =>
  ({ type: 'source', id: source.id, name: source.name }) as const;

/** Reads a source and holds the row. @throws AppError `not_found`, for deleted ones too */
export async function lockSource(tx: Tx, id: string): Promise<Source> {
  await tx.$queryRaw`SELECT id FROM sources WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  const source = await tx.source.findUnique({ where: { id } });
  if (!source || source.deletedAt) throw new AppError('not_found', 'This source does not exist any more.');
  return source;
}

/** A refused insert or update, as the field's own message; anything else as it came. */
export function asNameTaken(error: unknown, name: string): unknown {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') return error;
  return new AppError('already_exists', `There already is a source named “${name}”.`, { field: 'name' });
}
