import type { Role, UserStatus } from '@/lib/db/generated/enums';
import type { TokenState } from './schema';

/** Each may do all that those before it may. */
const ranks: readonly Role[] = ['user', 'helpdesk', 'administrator'];

/** True when the role includes everything that the other one may do. */
export function includes(role: Role, other: Role): boolean {
  return ranks.indexOf(role) >= ranks.indexOf(other);
}

/** What counts of the person whose token it is, at this moment. */
export interface TokenPerson {
  displayName: string;
  role: Role;
  status: UserStatus;
  deletedAt: Date | null;
  purgedAt: Date | null;
}

export interface TokenFacts {
  role: Role;
  revokedAt: Date | null;
  expiresAt: Date | null;
  /** Null: the installation's. */
  createdById: string | null;
  createdByName: string;
}

export interface Standing {
  state: TokenState;
  /** Why it is not accepted at present, as a sentence without its end; null in every other state. */
  reason: string | null;
}

/**
 * What a token is at a moment of real time. It acts for the person who made it: so it is accepted only while that person
 * is active, in a role that may do as much. One of the installation depends on nobody. Pure.
 * @param person as the database knows them now; undefined when no row is left
 */
export function standingOf(token: TokenFacts, person: TokenPerson | undefined, at: Date): Standing {
  if (token.revokedAt) return { state: 'revoked', reason: null };
  if (token.expiresAt && token.expiresAt <= at) return { state: 'expired', reason: null };
  const reason = token.createdById === null ? null : objection(token, person);
  return { state: reason ? 'not_accepted' : 'active', reason };
}

function objection(token: TokenFacts, person: TokenPerson | undefined): string | null {
  if (!person || person.purgedAt) return `${token.createdByName} is deleted permanently`;
  if (person.deletedAt) return `${person.displayName} is deleted`;
  if (person.status !== 'active') return `${person.displayName} is suspended`;
  if (includes(person.role, token.role)) return null;
  return `${person.displayName} has the role ${person.role}, which may do less`;
}
