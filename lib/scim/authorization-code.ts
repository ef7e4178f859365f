import { createHash } from 'node:crypto';
import type { HttpClient } from '@/lib/http/client';
import type { AppAuthentication } from './authentication';
import type { Secret } from './credentials';
import { requestToken, type TokenAnswer, type TokenRequest } from './token-endpoint';

/** Who asks: what is the same in every request of one client. */
export function clientOf({ authentication, secret }: Secret<AppAuthentication>): Omit<TokenRequest, 'parameters'> {
  const { tokenUrl, clientId, clientAuthentication } = authentication;
  return { tokenUrl, clientId, clientAuthentication, clientSecret: clientAuthentication === 'none' ? '' : secret };
}

/** Of one request for an authorisation; none of it is used again. */
export interface AuthorizationRequest {
  redirectUri: string;
  /** By which the answer is known again. */
  state: string;
  /** Proves that whoever exchanges the code has asked for it (RFC 7636); it stays on this server. */
  verifier: string;
}

/** Where a person's browser is sent to be asked (RFC 6749 §4.1.1, with PKCE by S256). A query of the endpoint is kept. */
export function authorizationAddress(
  { authorizationUrl, clientId, scope }: AppAuthentication,
  { redirectUri, state, verifier }: AuthorizationRequest,
): string {
  const url = new URL(authorizationUrl);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== '') url.searchParams.set(name, value);
  return url.href;
}

/** What an authorisation server sends back by the browser: a code, or why not (RFC 6749 §4.1.2). */
export type AuthorizationAnswer = { code: string } | { error: string; description: string };

const longestCode = 4_096;
const longestDescription = 300;

/** Undefined where it is neither. What is told in words is cut to 300 characters, in one line. */
export function readAuthorizationAnswer(query: URLSearchParams): AuthorizationAnswer | undefined {
  const error = query.get('error');
  if (error) {
    const description = inOneLine(query.get('error_description') ?? '');
    return { error: inOneLine(error).slice(0, 60), description };
  }
  const code = query.get('code');
  return code && code.length <= longestCode ? { code } : undefined;
}

function inOneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, longestDescription);
}

/** Exchanges a code for tokens (RFC 6749 §4.1.3). Fails as {@link requestToken}. */
export function exchangeCode(
  http: HttpClient,
  client: Secret<AppAuthentication>,
  { code, redirectUri, verifier }: { code: string; redirectUri: string; verifier: string },
): Promise<TokenAnswer> {
  const parameters = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  return requestToken(http, { ...clientOf(client), parameters, secrets: [code, verifier] });
}
