import { childrenOf, malformed, onlyChild, optional, readInstant, refuseUnknown, textOf } from './read-element';
import { namespaces } from './schema';
import type { XmlElement } from './xml/tree';

/** Conditions that a service provider wants on the assertion (SAML Core 2.5.1, 3.4.1). */
export interface RequestedConditions {
  /** ISO 8601 in UTC. */
  notBefore?: string;
  notOnOrAfter?: string;
  /** One list for each AudienceRestriction; the assertion's audience has to be in each of them. */
  audiences: string[][];
  oneTimeUse: boolean;
}

/**
 * Reads the Conditions of a request.
 * @param unsupported takes what is legal there and is not served
 * @throws SamlError malformed_request
 */
export function readConditions(root: XmlElement, unsupported: string[]): RequestedConditions | undefined {
  const conditions = onlyChild(root, namespaces.assertion, 'Conditions');
  if (!conditions) return undefined;
  refuseUnknown(conditions, ['NotBefore', 'NotOnOrAfter'], {
    [namespaces.assertion]: ['Condition', 'AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'],
  });
  for (const name of ['Condition', 'ProxyRestriction']) {
    if (childrenOf(conditions, namespaces.assertion, name).length > 0) {
      unsupported.push(`The condition ${name} cannot be put on an assertion here.`);
    }
  }
  const audiences = childrenOf(conditions, namespaces.assertion, 'AudienceRestriction').map((restriction) =>
    childrenOf(restriction, namespaces.assertion, 'Audience').map(textOf),
  );
  if (audiences.some((list) => list.length === 0)) throw malformed('its AudienceRestriction is empty');
  return {
    ...optional('notBefore', readInstant(conditions, 'NotBefore')?.toISOString()),
    ...optional('notOnOrAfter', readInstant(conditions, 'NotOnOrAfter')?.toISOString()),
    audiences,
    oneTimeUse: onlyChild(conditions, namespaces.assertion, 'OneTimeUse') !== undefined,
  };
}
