import type { Tx } from '@/lib/db/client';
import type { Role } from '@/lib/db/generated/enums';
import type { Actor } from '@/lib/events/actor';
import { findToken } from './internal/find-token';

/** What somebody may do at this moment, and who that is. */
export interface Authority {
  /** Null: nothing any more, because the person or the token is not active. */
  role: Role | null;
  /** The person who answers for it; null for the product itself, the machine, and the installation's tokens. */
  personId: string | null;
}

/**
 * What the one who asks may do now, read from the database: for work that goes on after it was asked for, and for rules
 * that the permission of an action alone does not decide. A token acts as the person who made it.
 */
export async function findAuthority(tx: Tx, { id, tokenId }: Pick<Actor, 'id' | 'tokenId'>): Promise<Authority> {
  if (tokenId) {
    const token = await findToken(tx, { id: tokenId });
    return { role: token?.state === 'active' ? token.role : null, personId: token?.createdById ?? null };
  }
  // The product itself, or whoever is on the machine.
  if (id === null) return { role: 'administrator', personId: null };
  const person = await tx.user.findUnique({ where: { id }, select: { role: true, status: true, deletedAt: true } });
  const isActive = person?.status === 'active' && person.deletedAt === null;
  return { role: isActive ? person.role : null, personId: id };
}
