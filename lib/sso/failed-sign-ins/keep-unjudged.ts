import { AppError } from '@/lib/core/errors';
import type { SamlError } from '@/lib/saml/error';
import { knownProvider } from '../provider';
import { keepFailure } from './keep-failure';
import { showReference } from './reference';
import { storable } from './storable';

export interface Unjudged {
  /** Part of the address that was asked for. */
  slug: string;
  error: AppError | SamlError;
  /** Who is signed in. */
  userId: string | null;
  clientAddress: string | null;
}

/** Keeps what was refused before it was known what is asked of whom: an address without an application, a form without a request. @returns as people read it */
export async function keepUnjudged({ slug, error, userId, clientAddress }: Unjudged): Promise<string | undefined> {
  const applicationId = await applicationAt(slug);
  const reference = await keepFailure({
    ...{ applicationId, userId, clientAddress },
    ...{ code: error.code, message: error.message, hint: error.hint },
    inspect: () => (applicationId === null ? { path: `/saml2/${storable(slug, 200)}` } : {}),
  });
  return reference && showReference(reference);
}

async function applicationAt(slug: string): Promise<string | null> {
  try {
    return (await knownProvider(slug)).application.id;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
