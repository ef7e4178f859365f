import { SamlError } from './error';
import type { AuthnRequest } from './read-authn-request';
import { type AcsUrl, bindings, type SsoSettings } from './schema';

/**
 * The registered ACS that a request asks for: by exact URL, by index, or else the default. Nothing is normalised: a URL
 * that is nearly registered is not registered.
 *
 * @param request absent when the IdP starts
 * @throws SamlError acs_not_registered, binding_not_supported
 */
export function chooseAcs(
  request: Pick<AuthnRequest, 'acsUrl' | 'acsIndex' | 'protocolBinding'> | undefined,
  settings: Pick<SsoSettings, 'acsUrls'>,
): AcsUrl {
  if (request?.protocolBinding !== undefined && request.protocolBinding !== bindings.post) {
    throw new SamlError('binding_not_supported');
  }
  const found = settings.acsUrls.find((acs) => matches(acs, request));
  if (found) return found;
  const fallback = settings.acsUrls.find((acs) => acs.isDefault) ?? settings.acsUrls[0];
  if (request?.acsUrl === undefined && request?.acsIndex === undefined && fallback) return fallback;
  throw new SamlError('acs_not_registered', undefined, {
    hint: `Add ${request?.acsUrl?.slice(0, 300) ?? `the ACS with index ${request?.acsIndex}`} to the ACS URLs if it is genuine.`,
  });
}

function matches(acs: AcsUrl, request: Pick<AuthnRequest, 'acsUrl' | 'acsIndex'> | undefined): boolean {
  if (request?.acsUrl !== undefined) return acs.url === request.acsUrl;
  return request?.acsIndex !== undefined && acs.index === request.acsIndex;
}
