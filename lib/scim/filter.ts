import { formatScimPath, parseScimPath, type ScimPath } from '@/lib/scim/path';

/**
 * `attribute eq value` (RFC 7644 §3.4.2.2), with the value as a JSON literal, so that no value can leave its quotes.
 * A list attribute is searched by all of its values (`emails.value eq …`): few servers understand a filter inside a
 * filter. So whoever asks must check each hit.
 * @throws ScimPathError when the path is no attribute path
 */
export function eqFilter(path: ScimPath | string, value: string | number | boolean): string {
  const { filter: _filter, defaults: _defaults, ...plain } = typeof path === 'string' ? parseScimPath(path) : path;
  return `${formatScimPath(plain)} eq ${JSON.stringify(value)}`;
}
