import type { Authentication } from './authentication';
import type { ScimFailure } from './failure';

/** The headers that authenticate, with every spelling of the secrets that must not be shown. */
export interface Credentials {
  headers: Readonly<Record<string, string>>;
  secrets: readonly string[];
  /** They were issued earlier, perhaps to another process: what refuses them may take new ones. */
  isKept?: boolean;
}

/** Either is a value: that no credentials are to be had is no bug. */
export type Issued = { ok: true; credentials: Credentials } | { ok: false; failure: ScimFailure };

/** What a client asks for its credentials before each request. */
export interface Authenticator {
  credentials(): Promise<Issued>;
  /** The server has refused these (401). @returns whether it may be asked again, with others */
  renew(refused: Credentials): boolean;
  /** How to mend a refusal, where that is not to copy a token again. */
  hint?: string;
}

/** An authentication with its secret, in the clear. */
export interface Secret<A extends Authentication = Authentication> {
  authentication: A;
  /** Of a public client: empty. */
  secret: string;
  /** When it ends, where that is known and it is not renewed. */
  endsAt?: Date | undefined;
}

type Fixed = Exclude<Authentication, { kind: 'clientCredentials' | 'authorizationCode' }>;

const hints: Record<Fixed['kind'], string | undefined> = {
  bearer: undefined,
  basic: 'Check user name and password; the account may have been deactivated over there.',
  header: 'Check the name of the header and its value, with whatever word the application wants before it.',
};

/** Credentials that stay the same until an administrator replaces them. */
export function fixedCredentials({ authentication, secret }: Secret<Fixed>): Authenticator {
  const credentials = toCredentials(authentication, secret);
  const detail = 'The secret is empty or has characters that cannot be sent; copy it again';
  const issued: Issued = credentials
    ? { ok: true, credentials }
    : { ok: false, failure: { kind: 'unauthorized', detail } };
  const hint = hints[authentication.kind];
  return { credentials: async () => issued, renew: () => false, ...(hint === undefined ? {} : { hint }) };
}

/** Of a bearer token, blanks around it and a pasted `Bearer ` in front of it are dropped. */
export function bearerCredentials(token: string): Credentials | undefined {
  const bare = token.trim().replace(/^bearer\s+/i, '');
  return isPrintable(bare) ? { headers: { authorization: `Bearer ${bare}` }, secrets: [bare] } : undefined;
}

/** User name and password as RFC 7617 has them. */
export function basicCredentials(username: string, password: string): Credentials {
  const encoded = Buffer.from(`${username}:${password}`).toString('base64');
  return { headers: { authorization: `Basic ${encoded}` }, secrets: [encoded, password] };
}

function toCredentials(authentication: Fixed, secret: string): Credentials | undefined {
  if (authentication.kind === 'bearer') return bearerCredentials(secret);
  if (authentication.kind === 'basic')
    return secret === '' ? undefined : basicCredentials(authentication.username, secret);
  const value = secret.trim();
  return isPrintable(value) ? { headers: { [authentication.name]: value }, secrets: [value] } : undefined;
}

/** What a header can carry. */
function isPrintable(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text);
}
