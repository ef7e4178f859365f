import { getTemplate } from '@/lib/applications/catalogue/templates';
import { AppError } from '@/lib/core/errors';
import { seal, unseal } from '@/lib/crypto/seal';
import { assertOutgoingTarget } from '@/lib/http/outgoing';
import {
  type Authentication,
  authenticationSchema,
  authenticationWords,
  type ParsedCredentials,
  publicPart,
  usesAccessTokens,
} from '@/lib/scim/authentication';
import { createAuthenticator } from '@/lib/scim/authenticator';
import type { Authenticator, Secret } from '@/lib/scim/credentials';
import { expiryOfJwt } from '@/lib/scim/jwt-expiry';
import { givenCredentials } from './authorization/given-credentials';
import { tokenKeeperOf } from './authorization/token-keeper';
import { assertTrust, httpOf, trustEndOf } from './trust';

/** What is stored of how a connection authenticates. */
export interface StoredAuthentication {
  applicationId: string;
  baseUrl: string;
  authentication: unknown;
  tokenSealed: string;
}

/** The context under which the secret of an application's connection is sealed. */
export const tokenContext = (applicationId: string): string => `scim-token:${applicationId}`;

/** How a connection authenticates, without its secret. */
export function authenticationOf({ authentication }: Pick<StoredAuthentication, 'authentication'>): Authentication {
  return authenticationSchema.parse(authentication);
}

/** The columns of an authentication, its secret sealed, when that says that it ends, and when the own authority does. */
export function toColumns(applicationId: string, { authentication, secret, endsAt }: Secret) {
  const secretEndsAt = endsAt ?? (authentication.kind === 'bearer' ? (expiryOfJwt(secret) ?? null) : null);
  const tokenSealed = seal(secret, tokenContext(applicationId));
  return { authentication, tokenSealed, secretEndsAt, trustEndsAt: trustEndOf(authentication.trust) };
}

/** With the secret in the clear. Undefined once Identity Management was deactivated: the secret is forgotten. */
export function openAuthentication(stored: StoredAuthentication): Secret | undefined {
  if (stored.tokenSealed === '') return undefined;
  const secret = unseal(stored.tokenSealed, tokenContext(stored.applicationId));
  return { authentication: authenticationOf(stored), secret };
}

/**
 * What was typed, with the kept secret where none was.
 * @param stored what is kept of the connection @param recipients origins that the kept secret, or what it is exchanged for, was
 * meant for and would now be sent to; it goes nowhere else
 * @throws AppError `invalid_input` at the field, `target_not_allowed` at authentication.tokenUrl
 */
export async function resolveCredentials(
  application: { id: string; templateId: string },
  stored: StoredAuthentication | null,
  typed: { authentication?: ParsedCredentials | undefined; baseUrl: string },
): Promise<Secret> {
  if (typed.authentication) assertOffered(application.templateId, typed.authentication);
  const kept = stored && openAuthentication(stored);
  const authentication = typed.authentication ? publicPart(typed.authentication) : kept?.authentication;
  if (authentication?.kind === 'authorizationCode') {
    const secret = typed.authentication?.secret;
    return givenCredentials(application.id, { authentication, secret, baseUrl: typed.baseUrl });
  }
  if (typed.authentication?.secret !== undefined) {
    return { authentication: publicPart(typed.authentication), secret: typed.authentication.secret };
  }
  const what = authenticationWords[authentication?.kind ?? 'bearer'].secret.toLowerCase();
  if (!kept || !authentication || kept.authentication.kind !== authentication.kind) {
    throw missing(`Enter the ${what}.`);
  }
  if (originOf(stored.baseUrl) !== originOf(typed.baseUrl)) {
    throw missing(`Enter the ${what} again: the base URL is on another host.`);
  }
  if (tokenOriginOf(kept.authentication) !== tokenOriginOf(authentication)) {
    throw missing(`Enter the ${what} again: the token endpoint is on another host.`);
  }
  return { authentication, secret: kept.secret };
}

/**
 * What was typed of an authentication, but its secret.
 * @throws AppError `invalid_input` at the field, `target_not_allowed` at the field of an address
 */
export function assertOffered(templateId: string, typed: Authentication): void {
  const kinds = getTemplate(templateId).scim?.authentication ?? [];
  if (!kinds.includes(typed.kind)) {
    const names = kinds.map((kind) => authenticationWords[kind].label).join(', ');
    throw new AppError('invalid_input', `This application takes: ${names}.`, { field: 'authentication.kind' });
  }
  assertTrust(typed.trust);
  if (usesAccessTokens(typed)) assertOutgoingTarget(typed.tokenUrl, 'authentication.tokenUrl');
  if (typed.kind !== 'authorizationCode') return;
  if (typed.revocationUrl !== '') assertOutgoingTarget(typed.revocationUrl, 'authentication.revocationUrl');
  // A browser goes there, and not this server: any address over https will do.
  if (!typed.authorizationUrl.startsWith('https:')) {
    assertOutgoingTarget(typed.authorizationUrl, 'authentication.authorizationUrl');
  }
}

const missing = (message: string) => new AppError('invalid_input', message, { field: 'authentication.secret' });

const originOf = (url: string) => new URL(url).origin;

function tokenOriginOf(authentication: Authentication): string | undefined {
  return authentication.kind === 'clientCredentials' ? originOf(authentication.tokenUrl) : undefined;
}

/** What authenticates by these credentials, with the tokens of an authorisation where they are kept. */
export function toAuthenticator(credentials: Secret, baseUrl: string): Authenticator {
  const { authentication } = credentials;
  const id = authentication.kind === 'authorizationCode' ? authentication.authorizationId : undefined;
  return createAuthenticator(credentials, httpOf(baseUrl, authentication), tokenKeeperOf(id));
}

const kept = new Map<string, { sealed: string; baseUrl: string; authenticator: Authenticator }>();

/**
 * What authenticates the requests of a connection. One for each application is kept for the life of the process, with its access
 * tokens, until the credentials are replaced: each time they are saved, they are sealed into another text.
 */
export function authenticatorOf(stored: StoredAuthentication): Authenticator {
  const known = kept.get(stored.applicationId);
  if (known?.sealed === stored.tokenSealed && known.baseUrl === stored.baseUrl) return known.authenticator;
  const opened = openAuthentication(stored);
  if (!opened) throw new AppError('internal', 'The connection has no credentials any more.');
  const authenticator = toAuthenticator(opened, stored.baseUrl);
  kept.set(stored.applicationId, { sealed: stored.tokenSealed, baseUrl: stored.baseUrl, authenticator });
  return authenticator;
}
