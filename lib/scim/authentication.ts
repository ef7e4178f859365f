/** How the token goes into a request. The token itself is kept apart from it, sealed. */
export type ScimAuthentication =
  | { type: 'bearer' }
  /** RFC 7617; the token is the password. */
  | { type: 'basic'; username: string }
  /** The token alone, in a header of the application's choice. */
  | { type: 'header'; name: string };

/** The header that authenticates, with every spelling of the secret that must not be shown. */
export interface Credentials {
  headers: Record<string, string>;
  secrets: string[];
}

/**
 * Blanks around a pasted token and a pasted `Bearer ` in front of it are dropped.
 * @returns undefined when the token is empty or holds characters that no header can carry
 */
export function createCredentials(token: string, authentication: ScimAuthentication): Credentials | undefined {
  const secret = token.trim().replace(/^bearer\s+/i, '');
  if (!/^[\x20-\x7e]+$/.test(secret)) return undefined;
  if (authentication.type === 'bearer') return { headers: { authorization: `Bearer ${secret}` }, secrets: [secret] };
  if (authentication.type === 'header') return { headers: { [authentication.name]: secret }, secrets: [secret] };
  const encoded = Buffer.from(`${authentication.username}:${secret}`).toString('base64');
  return { headers: { authorization: `Basic ${encoded}` }, secrets: [encoded, secret] };
}
