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
} from '@/lib/scim/authentication';
import { createAuthenticator } from '@/lib/scim/authenticator';
import type { Authenticator, Secret } from '@/lib/scim/credentials';
import { expiryOfJwt } from '@/lib/scim/jwt-expiry';
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
export function toColumns(applicationId: string, { authentication, secret }: Secret) {
  const secretEndsAt = authentication.kind === 'bearer' ? (expiryOfJwt(secret) ?? null) : null;
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
export function resolveCredentials(
  templateId: string,
  stored: StoredAuthentication | null,
  typed: { authentication?: ParsedCredentials | undefined; baseUrl: string },
): Secret {
  if (typed.authentication) {
    assertOffered(templateId, typed.authentication);
    assertTrust(typed.authentication.trust);
  }
  if (typed.authentication?.secret !== undefined) {
    return { authentication: publicPart(typed.authentication), secret: typed.authentication.secret };
  }
  const kept = stored && openAuthentication(stored);
  const authentication = typed.authentication ? publicPart(typed.authentication) : kept?.authentication;
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

function assertOffered(templateId: string, typed: Authentication): void {
  const kinds = getTemplate(templateId).scim?.authentication ?? [];
  if (!kinds.includes(typed.kind)) {
    const names = kinds.map((kind) => authenticationWords[kind].label).join(', ');
    throw new AppError('invalid_input', `This application takes: ${names}.`, { field: 'authentication.kind' });
  }
  if (typed.kind === 'clientCredentials') assertOutgoingTarget(typed.tokenUrl, 'authentication.tokenUrl');
}

const missing = (message: string) => new AppError('invalid_input', message, { field: 'authentication.secret' });

const originOf = (url: string) => new URL(url).origin;

function tokenOriginOf(authentication: Authentication): string | undefined {
  return authentication.kind === 'clientCredentials' ? originOf(authentication.tokenUrl) : undefined;
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
  const authenticator = createAuthenticator(opened, httpOf(stored.baseUrl, opened.authentication));
  kept.set(stored.applicationId, { sealed: stored.tokenSealed, baseUrl: stored.baseUrl, authenticator });
  return authenticator;
}
