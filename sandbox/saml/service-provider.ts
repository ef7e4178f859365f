import { type CacheProvider, SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import type { Tenant } from '../store/tenant';

const requestLifetimeMs = 10 * 60_000;
export const clockSkewMs = 60_000;

/** The addresses of a tenant as a service provider. */
export interface SpAddresses {
  base: string;
  entityId: string;
  acs: string;
  metadata: string;
  slo: string | undefined;
}

export function addressesOf(tenant: Tenant, origin: string): SpAddresses {
  const { saml } = tenant.profile;
  const base = `${origin}/${tenant.key}`;
  return {
    base,
    entityId: saml.entityId(base, origin, tenant.sso),
    acs: `${base}${saml.acsPath}`,
    metadata: `${base}${saml.metadataPath}`,
    slo: saml.sloPath === undefined ? undefined : `${base}${saml.sloPath}`,
  };
}

export interface SamlUse {
  /**
   * For a response that answers no request of ours (IdP-initiated): without InResponseTo there is nothing to compare;
   * `response.ts` makes sure that it really carries none.
   */
  unsolicited?: boolean;
  /** Sign what is sent, whatever the settings say about authentication requests; logout messages always are. */
  sign?: boolean;
  /** The whole response has to be signed, as a LogoutResponse is that comes by POST. */
  signedResponse?: boolean;
  forceAuthn?: boolean;
  passive?: boolean;
  /** The HTTP-POST binding carries the request as it is, the Redirect binding deflated (SAML Bindings 3.4.4.1). */
  post?: boolean;
}

/** The SAML library, set up from the tenant's own settings page. */
export async function samlOf(tenant: Tenant, origin: string, use: SamlUse = {}): Promise<SAML> {
  const { saml } = tenant.profile;
  const idp = saml.idp(tenant.sso);
  const { acs, entityId, slo } = addressesOf(tenant, origin);
  const keys = await tenant.keyPair();
  return new SAML({
    callbackUrl: acs,
    issuer: entityId,
    audience: entityId,
    entryPoint: idp.loginUrl,
    idpCert: idp.certificate,
    idpIssuer: idp.entityId,
    ...(idp.logoutUrl === '' ? {} : { logoutUrl: idp.logoutUrl }),
    ...(slo === undefined ? {} : { logoutCallbackUrl: slo }),
    identifierFormat: saml.nameIdFormat,
    disableRequestedAuthnContext: true,
    // Either signature will do; a response without any is refused by the library in both cases.
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: use.signedResponse ?? false,
    validateInResponseTo: use.unsolicited ? ValidateInResponseTo.never : ValidateInResponseTo.always,
    requestIdExpirationPeriodMs: requestLifetimeMs,
    cacheProvider: pendingRequests(tenant),
    acceptedClockSkewMs: clockSkewMs,
    decryptionPvk: keys.privateKey,
    signatureAlgorithm: 'sha256',
    digestAlgorithm: 'sha256',
    forceAuthn: use.forceAuthn ?? false,
    passive: use.passive ?? false,
    ...(use.post ? { skipRequestCompression: true, authnRequestBinding: 'HTTP-POST' } : {}),
    ...(use.sign || saml.signsRequests(tenant.sso)
      ? { privateKey: keys.privateKey, publicCert: keys.certificate }
      : {}),
  });
}

/** Metadata for the identity provider: entity ID, ACS, signing and encryption certificate. */
export async function metadataOf(tenant: Tenant, origin: string): Promise<string> {
  const { saml } = tenant.profile;
  const { acs, entityId, slo } = addressesOf(tenant, origin);
  const { certificate } = await tenant.keyPair();
  const body = certificate.replace(/-----[A-Z ]+-----|\s/g, '');
  const key = (use: string) =>
    `<md:KeyDescriptor use="${use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
  const logout =
    slo === undefined
      ? ''
      : ['HTTP-Redirect', 'HTTP-POST']
          .map(
            (binding) =>
              `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${slo}"/>`,
          )
          .join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${entityId}"><md:SPSSODescriptor AuthnRequestsSigned="${saml.signsRequests(tenant.sso)}" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${key('signing')}${key('encryption')}${logout}<md:NameIDFormat>${saml.nameIdFormat}</md:NameIDFormat><md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${acs}" index="0" isDefault="true"/></md:SPSSODescriptor></md:EntityDescriptor>
`;
}

/** Is every field filled in that signing on needs? */
export function ssoReady(tenant: Tenant): boolean {
  const { saml } = tenant.profile;
  const idp = saml.idp(tenant.sso);
  return saml.enabled(tenant.sso) && idp.loginUrl !== '' && idp.entityId !== '' && idp.certificate !== '';
}

/** Is this the id of a request that we sent, that nobody has answered, and that is not too old? */
export function isPending({ pendingRequests }: Tenant, id: string): boolean {
  const at = pendingRequests.get(id);
  return at !== undefined && Date.parse(at) > Date.now() - requestLifetimeMs;
}

function pendingRequests(tenant: Tenant): CacheProvider {
  const { pendingRequests: pending } = tenant;
  return {
    async saveAsync(id, issuedAt) {
      const oldest = Date.now() - requestLifetimeMs;
      for (const [known, at] of pending) if (Date.parse(at) < oldest) pending.delete(known);
      pending.set(id, issuedAt);
      return { value: issuedAt, createdAt: Date.now() };
    },
    async getAsync(id) {
      return isPending(tenant, id) ? (pending.get(id) ?? null) : null;
    },
    async removeAsync(id) {
      if (id === null) return null;
      return pending.delete(id) ? id : null;
    },
  };
}
