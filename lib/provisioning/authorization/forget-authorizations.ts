import type { Tx } from '@/lib/db/client';

/**
 * Deletes the authorisations of an application but these. Nothing is given back to the authorisation server: some end all of a
 * client's authorisations with one, and the one that took its place with them.
 */
export async function forgetAuthorizations(
  tx: Tx,
  applicationId: string,
  keep: readonly (string | undefined)[],
): Promise<void> {
  const ids = keep.filter((id) => id !== undefined);
  await tx.authorization.deleteMany({ where: { applicationId, id: { notIn: ids } } });
}

/** Which one a connection goes by. */
export function authorizationIdOf(authentication: unknown): string | undefined {
  const { authorizationId } = authentication as { authorizationId?: string };
  return authorizationId;
}
