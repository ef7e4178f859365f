import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of an application that is named by its id or its slug. @throws AppError `not_found` */
export async function findApplicationId(reference: string): Promise<string> {
  const where = uuid.test(reference) ? { id: reference.toLowerCase() } : { slug: reference };
  const row = reference.includes('\0') ? null : await db.application.findFirst({ where, select: { id: true } });
  if (!row) throw new AppError('not_found', 'There is no such application.', { field: 'application' });
  return row.id;
}
