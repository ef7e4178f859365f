import { publicOrigin } from '@/lib/core/origin';

/** What every SSO IdP URL begins with. */
export function idpUrlPrefix(): string {
  return `${publicOrigin()}/saml2/`;
}

export interface IdpAddresses {
  /** SSO IdP URL: takes AuthnRequests of both bindings, and starts IdP-initiated sign-in. */
  idpUrl: string;
  /** Default IdP Entity ID is the IdP URL. */
  idpEntityId: string;
  /** Takes LogoutRequests and LogoutResponses of both bindings. */
  logoutUrl: string;
  metadataUrl: string;
  certificateUrl: string;
}

/** What an application's service provider is given. @param idpEntityId null: the IdP URL */
export function idpAddresses(slug: string, idpEntityId: string | null): IdpAddresses {
  const idpUrl = `${idpUrlPrefix()}${slug}`;
  return {
    idpUrl,
    idpEntityId: idpEntityId || idpUrl,
    logoutUrl: `${idpUrl}/logout`,
    metadataUrl: `${idpUrl}/metadata`,
    certificateUrl: `${idpUrl}/certificate.pem`,
  };
}
