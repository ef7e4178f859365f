import { AppError } from '@/lib/core/errors';

/** A read of a list; where it was given up because the search takes too long, why, to stand in the place of the rows. */
export async function unlessGivenUp<T>(read: Promise<T>): Promise<T | AppError> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof AppError && error.code === 'search_too_slow') return error;
    throw error;
  }
}
