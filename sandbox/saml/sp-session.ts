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
  signedInAt: number;
}
