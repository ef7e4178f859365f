import { cache } from 'react';
import { z } from 'zod';
import { AppError } from '@/lib/core/errors';
import { getSource, type SourceRow } from '@/lib/inbound/queries';

/** A source by the id in the address, read once per request; undefined for nonsense, unknown and deleted ones. */
export const findSourceDetail = cache(async (id: string): Promise<SourceRow | undefined> => {
  if (!z.uuid().safeParse(id).success) return undefined;
  return getSource(id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  });
});
