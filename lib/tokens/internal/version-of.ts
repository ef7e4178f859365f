/** A token changes once, when it is revoked: which of its two versions it is, nobody has to store. */
export function versionOf({ revokedAt }: { revokedAt: Date | null }): number {
  return revokedAt ? 2 : 1;
}
