import { randomBytes } from 'node:crypto';

/** A new ID for a message, an assertion or a session: 128 random bits (SAML Core 1.3.4), never starting with a digit. */
export function createSamlId(): string {
  return `_${randomBytes(16).toString('hex')}`;
}
