import { z } from 'zod';
import { singleLine } from '@/lib/core/text';
import { trustSchema } from './trust';

const atMost = (max: number) => `At most ${max.toLocaleString('en')} characters`;
const line = (label: string, max: number) => singleLine(label).max(max, atMost(max));

/** Headers that say what a request is, not who sends it. */
const reservedHeaders =
  /^(host|accept|accept-encoding|content-.*|if-match|user-agent|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|proxy-.*)$/i;

/** By which certificate the server is known goes with how it is asked: both are replaced and tested together. */
const shared = {
  trust: trustSchema.optional().describe('Absent: the public authorities. Of the host of the base URL alone.'),
};

const bearer = z.strictObject({ kind: z.literal('bearer'), ...shared });
const basic = z.strictObject({
  kind: z.literal('basic'),
  ...shared,
  username: line('User name', 512)
    .min(1, 'Enter the user name')
    .refine((text) => !text.includes(':'), 'A user name has no colon in it (RFC 7617)'),
});
const header = z.strictObject({
  kind: z.literal('header'),
  ...shared,
  name: line('Header', 100)
    .min(1, 'Enter the name of the header')
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]*$/, 'A header has letters, digits and hyphens in its name')
    .refine((text) => !reservedHeaders.test(text), 'This header has another meaning in each request'),
});
/** How a client tells a token endpoint who it is (RFC 6749 §2.3.1), as RFC 7591 names the two ways. */
export const clientAuthentications = ['client_secret_basic', 'client_secret_post'] as const;
const clientCredentials = z.strictObject({
  kind: z.literal('clientCredentials'),
  ...shared,
  tokenUrl: line('Token endpoint', 2_048)
    .min(1, 'Enter the address of the token endpoint')
    .refine((text) => URL.canParse(text) && new URL(text).hash === '', 'Enter a whole address, without a # part')
    .describe('Where access tokens are issued (RFC 6749 §3.2).'),
  clientId: line('Client ID', 512).min(1, 'Enter the client ID'),
  clientAuthentication: z
    .enum(clientAuthentications)
    .default('client_secret_basic')
    .describe('How client ID and secret are sent to the token endpoint.'),
  scope: line('Scopes', 2_000).default('').describe('Separated by blanks; empty: the ones that the server gives.'),
  audience: line('Audience', 2_000).default('').describe('Of some servers; empty: not sent.'),
  resource: line('Resource', 2_000).default('').describe('RFC 8707; empty: not sent.'),
});

/** The same for a client of which a person allows what it may do: one that keeps no secret says its ID alone. */
export const appAuthentications = [...clientAuthentications, 'none'] as const;
const address = (label: string, missing: string) =>
  line(label, 2_048)
    .min(1, missing)
    .refine(
      (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).hash === '',
      'Enter a whole address, without a # part',
    );
const authorizationCode = z.strictObject({
  kind: z.literal('authorizationCode'),
  ...shared,
  authorizationUrl: address('Authorisation endpoint', 'Enter the address of the authorisation endpoint').describe(
    'Where a person is asked (RFC 6749 §3.1). A query in it is kept.',
  ),
  tokenUrl: address('Token endpoint', 'Enter the address of the token endpoint').describe(
    'Where codes and refresh tokens are exchanged (RFC 6749 §3.2).',
  ),
  revocationUrl: address('Revocation endpoint', '')
    .or(z.literal(''))
    .default('')
    .describe('Where tokens are given back when it is disconnected (RFC 7009); empty: nowhere.'),
  clientId: line('Client ID', 512).min(1, 'Enter the client ID'),
  clientAuthentication: z
    .enum(appAuthentications)
    .default('client_secret_basic')
    .describe('How client ID and secret are sent to the token endpoint; `none`: a public client, without a secret.'),
  scope: line('Scopes', 2_000).default('').describe('Separated by blanks; empty: the ones that the server gives.'),
  authorizationId: z
    .uuid()
    .optional()
    .describe('The authorisation that was given for just this: see `startAuthorization`.'),
});

/** How requests of a connection authenticate: everything but the secret, which is kept apart, sealed. */
export const authenticationSchema = z.discriminatedUnion('kind', [
  bearer,
  basic,
  header,
  clientCredentials,
  authorizationCode,
]);
export type Authentication = z.output<typeof authenticationSchema>;
export type AuthenticationKind = Authentication['kind'];
/** That of an authorisation by a person. */
export type AppAuthentication = Extract<Authentication, { kind: 'authorizationCode' }>;
export const authenticationKinds = [
  'bearer',
  'basic',
  'header',
  'clientCredentials',
  'authorizationCode',
] as const satisfies AuthenticationKind[];

/** Longest secret, in characters. */
const longestSecret = 8_192;
const secret = (missing: string) => ({
  secret: z
    .string()
    .trim()
    .min(1, missing)
    .max(longestSecret, atMost(longestSecret))
    .optional()
    .describe('Write-only. Left out: the one that is kept, where it was given for the same server.'),
});

/** The same with its one secret: the token, the password, the value of the header, the client secret. */
export const credentialsSchema = z
  .discriminatedUnion('kind', [
    bearer.extend(secret('Enter the token key')),
    basic.extend(secret('Enter the password')),
    header.extend(secret('Enter the value of the header')),
    clientCredentials.extend(secret('Enter the client secret')),
    authorizationCode.extend(secret('Enter the client secret')),
  ])
  .meta({ id: 'Credentials' });
/** Of them, what an authorisation is asked for with. */
export const appCredentialsSchema = authorizationCode
  .omit({ authorizationId: true })
  .extend(secret('Enter the client secret'));
/** As it is sent, and as it is after parsing. */
export type TypedCredentials = z.input<typeof credentialsSchema>;
export type ParsedCredentials = z.output<typeof credentialsSchema>;

/** Each kind in words, as a screen offers them. */
export const authenticationWords = {
  bearer: { label: 'Bearer token', help: 'One token, sent with every request.', secret: 'Token Key' },
  basic: { label: 'HTTP Basic', help: 'A user name and a password.', secret: 'Password' },
  header: { label: 'Header', help: 'A secret in a header of its own, such as X-API-Key.', secret: 'Value' },
  clientCredentials: {
    label: 'OAuth 2.0 client credentials',
    help: 'Access tokens are asked for with a client ID and secret, and renewed before they end.',
    secret: 'Client secret',
  },
  authorizationCode: {
    label: 'OAuth 2.0 authorisation code',
    help: 'You sign in to the application and allow Latchkey; access tokens are renewed from then on.',
    secret: 'Client secret',
  },
} as const satisfies Record<AuthenticationKind, { label: string; help: string; secret: string }>;

/** What is shown and stored in the open of what was typed. */
export function publicPart({ secret: _, ...open }: ParsedCredentials): Authentication {
  return open;
}

/** Whether access tokens are asked for, by which requests authenticate. */
export function usesAccessTokens<A extends Pick<Authentication, 'kind'>>(
  authentication: A,
): authentication is A & { kind: 'clientCredentials' | 'authorizationCode' } {
  const { kind } = authentication;
  return kind === 'clientCredentials' || kind === 'authorizationCode';
}

/** What there is to say of it besides its kind, in a line; empty: nothing. */
export function inShort(authentication: Authentication): string {
  if (authentication.kind === 'basic') return `User name ${authentication.username}.`;
  if (authentication.kind === 'header') return `Header ${authentication.name}.`;
  if (authentication.kind === 'bearer') return '';
  const { clientId, tokenUrl, scope } = authentication;
  return `Client ${clientId} at ${tokenUrl}${scope === '' ? '' : `, scopes ${scope}`}.`;
}
