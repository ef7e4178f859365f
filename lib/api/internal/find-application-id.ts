import { AppError } from '@/lib/core/errors';
import { isUuid } from '@/lib/core/ids';
import { db } from '@/lib/db/client';

/** The id of an application that is named by its id or its slug. @throws AppError `not_found` */
export async function findApplicationId(reference: string): Promise<string> {
  const id = reference.toLowerCase();
  const where = isUuid(id) ? { id } : { slug: reference };
  const row = reference.includes('\0') ? null : await db.application.findFirst({ where, select: { id: true } });
  if (!row) throw new AppError('not_found', 'There is no such application.', { field: 'application' });
  return row.id;
}
