import type { HttpClient } from '@/lib/http/client';
import { createAccessTokens } from './access-tokens';
import { type Authenticator, fixedCredentials, type Secret } from './credentials';
import { requestToken } from './token-endpoint';

/**
 * What authenticates the requests of one connection. Access tokens are kept in it for as long as it is kept itself.
 * @param http for the token endpoint, where there is one
 */
export function createAuthenticator({ authentication, secret }: Secret, http: HttpClient): Authenticator {
  if (authentication.kind !== 'clientCredentials') return fixedCredentials({ authentication, secret });
  const { tokenUrl, clientId, clientAuthentication, scope, audience, resource } = authentication;
  const client = { tokenUrl, clientId, clientAuthentication, clientSecret: secret };
  const parameters = { grant_type: 'client_credentials', scope, audience, resource };
  return createAccessTokens({ request: () => requestToken(http, { ...client, parameters }), secrets: [secret] });
}
