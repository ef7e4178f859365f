// The web server (lib/web) decides who a caller is and what it typed, and writes it into these headers; what the caller
// sent under their names never comes as far.

/** The query of a request to the SSO IdP URL, as it came over the wire. */
export const rawQueryHeader = 'x-latchkey-raw-query';

/** The path with its query, which a server component cannot see otherwise. */
export const pathHeader = 'x-latchkey-path';

/** The caller's address: what the peer is, or what proxies in LATCHKEY_TRUSTED_PROXIES say. */
export function clientAddressOf(headers: Pick<Headers, 'get'>): string | null {
  return headers.get('x-forwarded-for');
}

/** What the browser's address bar shows, with the port where there is one. */
export function requestHostOf(headers: Pick<Headers, 'get'>): string | null {
  return headers.get('host');
}

/**
 * False for a request that a page of another site made. Browsers send Origin with everything that writes; what sends
 * neither header is no browser, and carries no cookie that it was not given on purpose.
 */
export function isSameOrigin(headers: Pick<Headers, 'get'>, publicOrigin: string): boolean {
  const origin = headers.get('origin');
  if (origin) {
    return origin === publicOrigin || (URL.canParse(origin) && new URL(origin).host === requestHostOf(headers));
  }
  const site = headers.get('sec-fetch-site');
  return site === null || site === 'same-origin' || site === 'none';
}
