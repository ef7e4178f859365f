import type { Check } from './checks';

/** What a sign-in at one tenant left behind; the browser holds only its unguessable key. */
export interface SpSession {
  accountId: string;
  method: 'saml' | 'local';
  nameId: string;
  nameIdFormat: string;
  sessionIndex: string | undefined;
  issuer: string;
  initiatedBy: 'sp' | 'idp' | 'local';
  attributes: Record<string, unknown>;
  /** What was asked of the response; none after a password. */
  checks: Check[];
  signedInAt: number;
}
