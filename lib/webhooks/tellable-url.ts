/**
 * An address as it is told to whoever may not change it, and in events: without path and query, where receivers like to
 * have a token.
 */
export function tellableUrl(text: string): string {
  const { origin, pathname, search } = new URL(text);
  return pathname === '/' && search === '' ? `${origin}/` : `${origin}/…`;
}

/** A webhook as it is shown to people who may, or may not, change it. */
export function asShownTo<Shown extends { url: string }>(mayWrite: boolean, webhook: Shown): Shown {
  return mayWrite ? webhook : { ...webhook, url: tellableUrl(webhook.url) };
}
