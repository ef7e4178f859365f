import { attributeOf, childrenOf, malformed, onlyChild, refuseUnknown } from './read-element';
import { namespaces } from './schema';
import type { XmlElement } from './xml/tree';

/**
 * Reads Scoping (SAML Core 3.4.1.2). Nothing is passed on to other identity providers, so any ProxyCount is kept to, and
 * RequesterID is of no consequence. The address in GetComplete is never asked.
 * @returns the identity providers that may answer; undefined where any may
 * @throws SamlError malformed_request
 */
export function readAcceptableIdps(root: XmlElement): string[] | undefined {
  const scoping = onlyChild(root, namespaces.protocol, 'Scoping');
  if (!scoping) return undefined;
  refuseUnknown(scoping, ['ProxyCount'], { [namespaces.protocol]: ['IDPList', 'RequesterID'] });
  const proxyCount = attributeOf(scoping, 'ProxyCount')?.trim();
  if (proxyCount !== undefined && !/^\+?\d{1,10}$/.test(proxyCount)) throw malformed('its ProxyCount is not a number');
  const list = onlyChild(scoping, namespaces.protocol, 'IDPList');
  if (!list) return undefined;
  const entries = childrenOf(list, namespaces.protocol, 'IDPEntry').map((entry) => attributeOf(entry, 'ProviderID'));
  if (entries.length === 0 || entries.includes(undefined)) throw malformed('its IDPList names no identity provider');
  return entries.filter((entry) => entry !== undefined);
}
