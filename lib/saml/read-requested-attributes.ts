import { namespaces } from './schema';
import { childElements, type XmlElement } from './xml/tree';

/** An attribute that a service provider says it wants (SAML Metadata 2.4.4.2). */
export interface RequestedAttribute {
  name: string;
  friendlyName?: string | undefined;
  isRequired: boolean;
}

const most = 100;
const mostCharacters = 512;

/** What the AttributeConsumingServices of a role ask for: of several, all that any asks; 100 at most. @param role an SPSSODescriptor */
export function readRequestedAttributes(role: XmlElement): RequestedAttribute[] {
  const found = new Map<string, RequestedAttribute>();
  for (const service of inside(role, 'AttributeConsumingService')) {
    for (const element of inside(service, 'RequestedAttribute')) {
      const name = element.getAttribute('Name')?.trim() ?? '';
      if (name === '' || name.length > mostCharacters || (found.size >= most && !found.has(name))) continue;
      const friendlyName = element.getAttribute('FriendlyName')?.slice(0, mostCharacters);
      const isRequired = /^(?:true|1)$/.test(element.getAttribute('isRequired') ?? '');
      const before = found.get(name);
      found.set(name, {
        name,
        ...(friendlyName ? { friendlyName } : {}),
        isRequired: isRequired || (before?.isRequired ?? false),
      });
    }
  }
  return [...found.values()];
}

function inside(element: XmlElement, localName: string): XmlElement[] {
  return childElements(element).filter(
    (child) => child.namespaceURI === namespaces.metadata && child.localName === localName,
  );
}
