/**
 * The caller's address. Next itself writes x-forwarded-for where no proxy did; of several entries the last is the one
 * that the proxy in front of us added, earlier ones are whatever the caller claimed.
 */
export function clientAddressOf(headers: Pick<Headers, 'get'>): string | null {
  const last = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim();
  return last ? last.replace(/^::ffff:/, '').slice(0, 64) : null;
}

/**
 * False for a request that a page of another site made. Browsers send Origin with everything that writes; what sends
 * neither header is no browser, and carries no cookie that it was not given on purpose.
 */
export function isSameOrigin(headers: Pick<Headers, 'get'>, publicOrigin: string): boolean {
  const origin = headers.get('origin');
  if (origin) {
    const host = headers.get('x-forwarded-host') ?? headers.get('host');
    return origin === publicOrigin || (URL.canParse(origin) && new URL(origin).host === host);
  }
  const site = headers.get('sec-fetch-site');
  return site === null || site === 'same-origin' || site === 'none';
}
