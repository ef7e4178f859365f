import { cache } from 'react';
import { z } from 'zod';
import { AppError } from '@/lib/core/errors';
import { getUser, listSessions, type UserDetail } from '@/lib/directory/queries';

/** A person by the id in the address, read once per request; undefined for nonsense, unknown and erased ones. */
export const findUserDetail = cache(async (id: string): Promise<UserDetail | undefined> => {
  if (!z.uuid().safeParse(id).success) return undefined;
  return getUser(id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  });
});

/** Where a person is signed in, read once per request. */
export const findUserSessions = cache(listSessions);
