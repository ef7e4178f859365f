import { notFound } from 'next/navigation';
import { AppError } from '@/lib/core/errors';
import { getImport } from '@/lib/imports/queries';

/** An import by the id in the address; not found where it is nonsense, unknown, or another application's. */
export async function loadImport(importId: string, applicationId: string) {
  if (!/^[0-9a-f-]{36}$/.test(importId)) notFound();
  return getImport(importId, applicationId).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  });
}
export type LoadedImport = Awaited<ReturnType<typeof loadImport>>;
