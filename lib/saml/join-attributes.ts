import type { AssertionAttribute } from './write-assertion';

/**
 * Makes one attribute of several statements of one name (SAML Core 2.7.3.1: an attribute has its values together): the
 * values in the order of the statements, each once. Service providers read the first of several, or the last.
 */
export function joinAttributes(attributes: readonly AssertionAttribute[]): AssertionAttribute[] {
  const joined = new Map<string, AssertionAttribute>();
  for (const attribute of attributes) {
    const key = JSON.stringify([attribute.name, attribute.nameFormat]);
    const first = joined.get(key);
    joined.set(key, {
      ...attribute,
      friendlyName: first?.friendlyName ?? attribute.friendlyName,
      values: [...new Set([...(first?.values ?? []), ...attribute.values])],
    });
  }
  return [...joined.values()];
}
