import { createHmac } from 'node:crypto';

/**
 * The persistent NameID of a person at one service provider (SAML Core 8.3.7): opaque, the same at every sign-in, and
 * another one in every application, so that two of them cannot tell that they know the same person. Derived, so that it
 * is there for everybody in advance (AllowCreate, 3.4.1.1) and goes with the person.
 *
 * @param salt random, of this one application, and not changed with any key
 * @param personId never given to anybody else
 * @returns 64 characters of 0-9a-f: no two differ by case alone
 */
export function pairwiseId(salt: string, personId: string): string {
  return createHmac('sha256', salt).update(personId).digest('hex');
}
