import { cache } from 'react';
import { z } from 'zod';
import { AppError } from '@/lib/core/errors';
import { type GroupDetail, getGroup } from '@/lib/directory/get-group';

/** A group by the id in the address, read once per request; undefined for nonsense, unknown and deleted ones. */
export const findGroupDetail = cache(async (id: string): Promise<GroupDetail | undefined> => {
  if (!z.uuid().safeParse(id).success) return undefined;
  return getGroup(id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  });
});
