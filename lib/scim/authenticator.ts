import type { HttpClient } from '@/lib/http/client';
import { createAccessTokens } from './access-tokens';
import { clientOf } from './authorization-code';
import { type Authenticator, fixedCredentials, type Secret } from './credentials';
import { renewTokens, type TokenKeeper } from './kept-tokens';
import { requestToken } from './token-endpoint';

/**
 * What authenticates the requests of one connection. Access tokens are kept in it for as long as it is kept itself.
 * @param http for the token endpoint, where there is one
 * @param keeper where the tokens of an authorisation by a person are kept; used for nothing else
 */
export function createAuthenticator(
  { authentication, secret }: Secret,
  http: HttpClient,
  keeper?: TokenKeeper,
): Authenticator {
  if (authentication.kind === 'authorizationCode') {
    if (!keeper) throw new Error('An authorisation needs where its tokens are kept.');
    const client = clientOf({ authentication, secret });
    const refresh = (refreshToken: string) => {
      const parameters = { grant_type: 'refresh_token', refresh_token: refreshToken };
      return requestToken(http, { ...client, parameters, secrets: [refreshToken] });
    };
    return createAccessTokens({
      request: (refused) => keeper.alone((kept) => renewTokens(kept, refused, refresh)),
      secrets: secret === '' ? [] : [secret],
      hint: 'The application refuses the access token that its token endpoint has just issued: check the scopes, and that whoever allowed it may manage users. Then reconnect.',
    });
  }
  if (authentication.kind !== 'clientCredentials') return fixedCredentials({ authentication, secret });
  const { tokenUrl, clientId, clientAuthentication, scope, audience, resource } = authentication;
  const client = { tokenUrl, clientId, clientAuthentication, clientSecret: secret };
  const parameters = { grant_type: 'client_credentials', scope, audience, resource };
  return createAccessTokens({
    request: () => requestToken(http, { ...client, parameters }),
    secrets: [secret],
    hint: 'The application refuses the access token that its token endpoint has just issued: check scopes, audience and resource.',
  });
}
