import { seal, unseal } from '@/lib/crypto/seal';
import type { Authorization } from '@/lib/db/generated/client';
import { type AppAuthentication, authenticationSchema } from '@/lib/scim/authentication';
import type { Secret } from '@/lib/scim/credentials';
import type { KeptTokens } from '@/lib/scim/kept-tokens';

type Sealed = 'secret' | 'tokens' | 'verifier';

/** Seals a part of an authorisation, for its row alone. */
export function sealPart(part: Sealed, id: string, text: string): string {
  return seal(text, contextOf(part, id));
}

/** The PKCE verifier of a request that is under way. */
export function verifierOf({ id, verifierSealed }: Authorization): string {
  return unseal(verifierSealed, contextOf('verifier', id));
}

/** The client that asks, with its secret in the clear. */
export function clientOfRow({ id, authentication, secretSealed }: Authorization): Secret<AppAuthentication> {
  return { authentication: appOf(authentication), secret: unseal(secretSealed, contextOf('secret', id)) };
}

/** The client that asks, as it is stored. */
export function appOf(stored: unknown): AppAuthentication {
  const authentication = authenticationSchema.parse(stored);
  if (authentication.kind !== 'authorizationCode') throw new Error('This is not the client of an authorisation.');
  return authentication;
}

/** The tokens that were given; undefined: none were, or they are forgotten. */
export function tokensOf({ id, tokensSealed }: Authorization): KeptTokens | undefined {
  return tokensSealed === '' ? undefined : (JSON.parse(unseal(tokensSealed, contextOf('tokens', id))) as KeptTokens);
}

/** The columns of tokens that were just given. */
export function tokenColumns(id: string, tokens: KeptTokens) {
  return {
    tokensSealed: sealPart('tokens', id, JSON.stringify(tokens)),
    isRefreshable: tokens.refreshToken !== undefined,
    accessEndsAt: new Date(tokens.endsAt),
    refusedAt: null,
    refusal: null,
  };
}

/** The same when they are forgotten. */
export const noTokens = { tokensSealed: '', isRefreshable: false, accessEndsAt: null, refusedAt: null, refusal: null };

const contextOf = (part: Sealed, id: string) => `oauth-${part}:${id}`;
